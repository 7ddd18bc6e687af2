"""The counter's HTTP: what terminals ask of the server."""

from pos.server.web.routes import pos_bp

__all__ = ["pos_bp"]
