"""Pages and calls of the operator's room."""

from bonded_display.web.warehouse_pages import make_blueprint

__all__ = ["make_blueprint"]
