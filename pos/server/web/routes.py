"""Decides how a terminal's requests are parsed and answered; the verbs are ``print_requests``'.

A device shows its key in a header, never in a cookie, so these routes need no form token.
"""

from flask import Blueprint, Response, jsonify, request

from kernel import actor, db
from kernel.web import csrf
from pos import protocol
from pos.server.print_requests import acknowledge, waiting
from pos.server.terminals import Terminal, row_id, terminal_of

pos_bp = Blueprint("pos", __name__, url_prefix="/pos/v1")
csrf.exempt(pos_bp)


@pos_bp.get("/print-requests")
def list_print_requests() -> Response:
    """What waits to be printed in this terminal's outlet."""
    terminal = _terminal()
    with db.read() as conn:
        found = waiting(conn, terminal)
    return jsonify(protocol.requests_to_json(found))


@pos_bp.post("/print-requests/<request_id>/ack")
def acknowledge_print_request(request_id: str) -> Response:
    """A request stands in this terminal's journal, or has been printed."""
    terminal = _terminal()
    state = protocol.ack_from_json(request.get_json(silent=True))
    with db.write() as conn:
        acknowledge(conn, terminal, row_id(request_id), state=state)
    return jsonify({"version": protocol.VERSION, "id": request_id, "state": state})


def _terminal() -> Terminal:
    with db.read() as conn:
        terminal = terminal_of(conn, request.headers.get("Authorization", ""))
    actor.become(actor.Actor("device", terminal.id, terminal.outlet_id))
    return terminal
