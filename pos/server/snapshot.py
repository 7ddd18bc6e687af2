"""Decides which snapshot of outlet and goods a terminal gets; what is sold there is the port's."""

from sqlalchemy import Connection

from kernel import register
from pos.catalogue import Catalogue, OutletFacts, catalogue
from pos.server.ports import OutletGoods
from pos.server.terminals import Terminal, number_of


def snapshot(conn: Connection, terminal: Terminal, *, goods: OutletGoods) -> Catalogue:
    """Return what the terminal must know to sell without us."""
    outlet = register.get_outlet(conn, terminal.outlet_id)
    seller = register.get_enterprise(conn, outlet.enterprise_id)
    facts = OutletFacts(
        code=outlet.code,
        name=outlet.name,
        name_en=outlet.name_en,
        phone=outlet.phone,
        seller=seller.name,
        terminal=terminal.name,
        terminal_no=number_of(conn, terminal),
    )
    return catalogue(facts, goods(conn, terminal.outlet_id))
