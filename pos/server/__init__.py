"""The server's side of the counter: terminals, journal intake, print requests."""

from pos.server.print_requests import SlipRequest, request_slip
from pos.server.terminals import register_terminal, revoke_terminal

__all__ = ["SlipRequest", "register_terminal", "request_slip", "revoke_terminal"]
