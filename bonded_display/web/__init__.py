"""Pages and calls of the operator's room."""

from bonded_display.web.customs_desk import make_customs_desk
from bonded_display.web.display_pages import make_display_pages
from bonded_display.web.stock_pages import make_stock_pages
from bonded_display.web.warehouse_pages import make_blueprint

__all__ = ["make_blueprint", "make_customs_desk", "make_display_pages", "make_stock_pages"]
