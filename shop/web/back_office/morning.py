"""Decide the page an operator's day begins on, and the worklists its four numbers open.

What is wrong with a paper or a figure is said by the rooms; here it leads to where it is mended.
"""

from flask import render_template

from bonded_display.web.paging import place
from kernel import clock, db
from shop.back_office import worklists
from shop.back_office.terms import terms_ending
from shop.back_office.today import count_today
from shop.web import login
from shop.web.back_office.chart import draw

PAGE = 50


def morning() -> str:
    """Show the four numbers that need a person, and today's curve."""
    at = clock.now()
    with db.read() as conn:
        refused = worklists.count_refused(conn)
        waiting = worklists.waiting(conn)
        terms = terms_ending(conn, at=at)
        differences = worklists.differences(conn)
        today = count_today(conn, at=at)
    return render_template(
        "back_office/morning.html",
        at=at,
        refused=refused,
        waiting=waiting,
        terms=terms,
        on=clock.china_date(at),
        differences=differences,
        today=today,
        chart=draw(today),
        sees_operations=login.opens("admin"),
    )


def refused_page() -> str:
    """Show the papers that customs or the port refused and that no program undoes."""
    with db.read() as conn:
        rows = worklists.refused(conn)
    return render_template("back_office/refused.html", rows=rows)


def waiting_page() -> str:
    """Show paid orders that are still in the zone, oldest first."""
    with db.read() as conn:
        rows = worklists.orders_waiting(conn, after=place("after"), most=PAGE + 1)
        whole = worklists.waiting(conn)
    return render_template(
        "back_office/waiting.html", rows=rows[:PAGE], more=len(rows) > PAGE, whole=whole
    )


def terms_page() -> str:
    """Show what ends soon, by its last day."""
    at = clock.now()
    with db.read() as conn:
        terms = terms_ending(conn, at=at)
    return render_template("back_office/terms.html", terms=terms, today=clock.china_date(at))


def differences_page() -> str:
    """Show figures that must be equal and are not."""
    with db.read() as conn:
        found = worklists.differences(conn)
        goods = worklists.goods_in(conn, found)
    return render_template("back_office/differences.html", found=found, goods=goods)
