"""Decides what a machine may ask of the server: alive, ready, counted.

Who may reach these addresses is the network's business; none tells personal data.
"""

from flask import Blueprint, Response, jsonify
from sqlalchemy import text

from kernel import db, deliveries, metrics

operations_bp = Blueprint("operations", __name__)


@operations_bp.get("/healthz")
def healthz() -> Response:
    """Say that this process answers."""
    return jsonify(state="alive")


@operations_bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Say whether the database answers, and how much waits in the outbox."""
    with db.read() as connection:
        connection.execute(text("SELECT 1"))
    return jsonify(state="ready", deliveries=deliveries.count_open()), 200


@operations_bp.get("/metrics")
def show_metrics() -> Response:
    """Return the counters in Prometheus' text form."""
    return Response(metrics.render(), content_type=metrics.CONTENT_TYPE)
