"""The counter's HTTP: what terminals ask of the server."""

from pos.server.web.desk_pages import make_till_desk
from pos.server.web.ports import use_outlet_goods
from pos.server.web.routes import pos_bp

__all__ = ["make_till_desk", "pos_bp", "use_outlet_goods"]
