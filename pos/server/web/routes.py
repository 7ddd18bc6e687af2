"""Decides how a terminal's requests are parsed and answered; the verbs are the neighbours'.

A device shows its key in a header, never in a cookie, so these routes need no form token.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from kernel import actor, clock, db
from kernel.web import csrf
from pos import protocol
from pos.catalogue import catalogue_to_json
from pos.sale import BULK, row_number
from pos.server.intake import Answer, take_sales
from pos.server.print_requests import acknowledge, waiting
from pos.server.shifts import take_shifts
from pos.server.snapshot import snapshot
from pos.server.terminals import Terminal, terminal_of
from pos.server.web.ports import outlet_goods

pos_bp = Blueprint("pos", __name__, url_prefix="/pos/v1")
csrf.exempt(pos_bp)


@pos_bp.get("/print-requests")
def list_print_requests() -> Response:
    """What waits to be printed in this terminal's outlet."""
    terminal, version = _terminal(), _version()
    with db.read() as conn:
        found = waiting(conn, terminal)
    return jsonify(protocol.requests_to_json(found, version=version))


@pos_bp.post("/print-requests/<request_id>/ack")
def acknowledge_print_request(request_id: str) -> Response:
    """A request stands in this terminal's journal, or has been printed."""
    terminal = _terminal()
    state = protocol.ack_from_json(request.get_json(silent=True))
    with db.write() as conn:
        acknowledge(conn, terminal, row_number(request_id), state=state)
    return jsonify({"version": _version(), "id": request_id, "state": state})


@pos_bp.post("/sales")
def take_in_sales() -> Response:
    """Finished sales, at most ``BULK``: each is answered by itself."""
    terminal = _terminal()
    bodies = protocol.bulk_from_json(request.get_json(silent=True), "sales", most=BULK)
    with db.write() as conn:
        answers = take_sales(conn, terminal, bodies, goods=outlet_goods())
    return jsonify(_answers(answers))


@pos_bp.post("/shifts")
def take_in_shifts() -> Response:
    """Shifts, opened or closed, at most ``BULK``: each is answered by itself."""
    terminal = _terminal()
    bodies = protocol.bulk_from_json(request.get_json(silent=True), "shifts", most=BULK)
    with db.write() as conn:
        answers = take_shifts(conn, terminal, bodies)
    return jsonify(_answers(answers))


@pos_bp.get("/catalogue")
def show_catalogue() -> Response:
    """Outlet and goods; only the version when the terminal has it (``?since=``)."""
    terminal, version = _terminal(), _version()
    with db.read() as conn:
        found = snapshot(conn, terminal, goods=outlet_goods())
    body: dict[str, Any] = {"version": version, "server_at": clock.now()}
    if request.args.get("since") == found.version:
        return jsonify({**body, "unchanged": True, "catalogue_version": found.version})
    return jsonify({**body, "unchanged": False, **catalogue_to_json(found)})


def _answers(answers: list[Answer]) -> dict[str, Any]:
    rows = [answer.to_json() for answer in answers]
    body = protocol.bulk_to_json("answers", rows, version=_version())
    return {**body, "server_at": clock.now()}


def _version() -> int:
    return protocol.version_asked(request.headers.get(protocol.VERSION_HEADER))


def _terminal() -> Terminal:
    with db.read() as conn:
        terminal = terminal_of(conn, request.headers.get("Authorization", ""))
    actor.become(actor.Actor("device", terminal.id, terminal.outlet_id))
    return terminal
