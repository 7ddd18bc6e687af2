"""Decide how a refused order document (311) is corrected and sent again, and 411 and 511 asked anew.

A form with the refusal's reason, a second look at what differs, the deed.  Payment company and
courier are the lawful senders of 411 and 511: we ask them to declare anew and learn the answer.
"""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, make_response, render_template, request
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response

from bonded_display.customs import documents
from bonded_display.customs.changes import amend_order
from bonded_display.customs.documents import Doc
from bonded_display.customs.handed import OrderDocument, Parties
from bonded_display.customs.messages.table import Document
from bonded_display.customs.reading.refusals import WhyRefused, refusal_of_document
from bonded_display.customs.submit_order import correct_order
from bonded_display.customs.tables import declaration_list
from bonded_display.web.acting import Mishap, acting, done
from bonded_display.web.paper_form import order_fields, typed_of
from bonded_display.web.ports import CustomsHouse, RequireRole
from kernel import audit, clock, db

ROLE = "operator"
ORDERS = "/back-office/orders"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One refused document as a form finds it; ``listed`` is its order's list, which has its page."""

    row: Any
    listed: Any
    refusal: WhyRefused | None


def standing_of(conn: Connection, order_id: int, kind: str) -> Standing:
    """Return a refused document; ``NotResendable`` when it is not refused."""
    row = documents.refused(conn, Doc(order_id, kind))
    listed = conn.execute(
        select(declaration_list)
        .where(declaration_list.c.order_id == order_id)
        .order_by(declaration_list.c.id.desc())
        .limit(1)
    ).one()
    platform = Parties.from_text(listed.parties).platform.code
    refusal = refusal_of_document(conn, row, platform_code=platform)
    return Standing(row=row, listed=listed, refusal=refusal)


@dataclass(frozen=True)
class PaperPages:
    """The forms over what ``house`` hands of an order."""

    house: CustomsHouse

    def order_page(self, *, order_id: int, mishap: Mishap | None = None) -> str:
        """Show why the order document was refused and the fields that it alone declares."""
        standing, said = _order(order_id)
        fields = order_fields(said, request.form)
        return _page("order", standing, mishap, fields=fields, lines=said.lines)

    def look_order(self, *, order_id: int) -> Response:
        """Show every element that the next sending says otherwise, before anything goes."""
        standing, said = _order(order_id)
        fields = order_fields(said, request.form)
        order = self._corrected(order_id, said)
        found = amend_order.differences(order, said, at=clock.now())
        changed = [field for field in fields if field.changed]
        return make_response(
            _page("order_look", standing, None, changed=changed, differences=found)
        )

    def send_order(self, *, order_id: int) -> str:
        """Sign and send the corrected document, once it is kept who asked for it."""
        _, said = _order(order_id)
        order = self._corrected(order_id, said)
        found = amend_order.differences(order, said, at=clock.now())
        names = [f"{one.gnum}.{one.element}" if one.gnum else one.element for one in found]
        _keep("customs.amend_order", order_id, amended=names)
        correct_order(order)
        done("papers.did_send")
        return f"{ORDERS}/{order_id}"

    def _corrected(self, order_id: int, said: Document) -> OrderDocument:
        head, lines = typed_of(order_fields(said, request.form))
        return amend_order.amended(self.house.order_document(order_id), said, head, lines)

    def company_page(self, *, order_id: int, kind: str, mishap: Mishap | None = None) -> str:
        """Show why another company's document was refused, and ask."""
        with db.read() as conn:
            standing = standing_of(conn, order_id, kind)
        return _page("company", standing, mishap)

    def ask_company(self, *, order_id: int, kind: str) -> str:
        """Make the company declare anew, once it is kept who asked for it."""
        with db.read() as conn:
            standing_of(conn, order_id, kind)
        _keep(f"customs.redeclare_{kind}", order_id)
        self.house.declare_again(order_id, kind)
        done(f"papers.did_ask.{kind}")
        return f"{ORDERS}/{order_id}"


def _order(order_id: int) -> tuple[Standing, Document]:
    with db.read() as conn:
        standing = standing_of(conn, order_id, "order")
        return standing, amend_order.last_said(conn, standing.row)


def _keep(verb: str, order_id: int, **detail: object) -> None:
    with db.write() as conn:
        audit.record(conn, verb, subject=f"customs_order:{order_id}", detail=detail)


def _page(name: str, standing: Standing, mishap: Mishap | None, **facts: object) -> str:
    return render_template(
        f"customs_desk/paper_{name}.html",
        row=standing.listed,
        paper=standing.row,
        refusal=standing.refusal,
        mishap=mishap,
        **facts,
    )


def add_paper_actions(pages: Blueprint, require_role: RequireRole, house: CustomsHouse) -> None:
    """Add the forms and deeds of an order's documents to the customs desk's pages."""
    guard, papers = require_role(ROLE), PaperPages(house)
    at_order = acting(papers.order_page, form="paper")
    at_company = acting(papers.company_page, form="paper")
    company = "/papers/<int:order_id>/<any(payment, waybill):kind>"
    for rule, name, view, method in (
        ("/papers/<int:order_id>/order", "order_page", papers.order_page, "GET"),
        ("/papers/<int:order_id>/order/look", "look_order", at_order(papers.look_order), "POST"),
        ("/papers/<int:order_id>/order", "send_order", at_order(papers.send_order), "POST"),
        (company, "company_page", papers.company_page, "GET"),
        (company, "ask_company", at_company(papers.ask_company), "POST"),
    ):
        pages.add_url_rule(rule, name, guard(view), methods=[method])
