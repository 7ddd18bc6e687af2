"""Decides what a machine may ask of the server: alive, ready, counted.

Who may reach these addresses is the network's business; none tells personal data.
"""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from kernel import config, db, metrics
from kernel.db import DatabaseAway
from kernel.logs import log
from shop.operations.drain import is_draining
from shop.operations.figures import tell_queues
from shop.operations.readiness import readiness

operations_bp = Blueprint("operations", __name__)


@operations_bp.get("/healthz")
def healthz() -> Response:
    """Say that this process answers."""
    return jsonify(state="alive")


@operations_bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Say whether the database answers, how much waits in the outbox and since when.

    A machine that drains is not ready: whoever spreads requests sends it no more.
    """
    if is_draining(config.current()):
        return jsonify(state="draining"), 503
    try:
        with db.read() as connection:
            told = readiness(connection)
    except (SQLAlchemyError, DatabaseAway):
        log.exception("not_ready")
        return jsonify(state="database_silent"), 503
    return jsonify(state="ready", **asdict(told)), 200


@operations_bp.get("/metrics")
def show_metrics() -> Response:
    """Return the counters, and how deep the queues are, in Prometheus' text form."""
    try:
        with db.read() as connection:
            tell_queues(connection)
    except (SQLAlchemyError, DatabaseAway):
        log.exception("queues_not_told")
    return Response(metrics.render(), content_type=metrics.CONTENT_TYPE)
