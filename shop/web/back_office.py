"""Decides where a signed-in member of staff begins: at the warehouse, while it is the only desk.

What the desks show is their rooms' business.
"""

from flask import Blueprint, redirect, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from kernel import db, register
from kernel.register import NotRegistered
from shop.web.login import require_staff

back_office_bp = Blueprint("back_office", __name__)


@back_office_bp.get("/back-office")
@require_staff("operator")
def begin() -> Response:
    """Lead to the first warehouse."""
    table = register.warehouse
    with db.read() as connection:
        first = connection.execute(select(table.c.id).order_by(table.c.code)).scalars().first()
    if first is None:
        raise NotRegistered(kind="warehouse", key="*")
    return redirect(url_for("warehouse.overview", warehouse_id=first), 303)
