"""The audit: who did what, for good."""

import json

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from kernel import actor, audit
from kernel.audit import audit_line


@pytest.fixture
def line_id(database):
    """A clerk took a decision."""
    clerk = actor.Actor("staff", 12, outlet_id=7)
    with database.write() as conn, actor.acting(clerk), actor.correlated("c-1"):
        return audit.record(
            conn,
            "decide_parked",
            subject="fact:5",
            detail={"reason": "重复 11010519491231002X", "phone": "13800000000", "count": 2},
        )


def test_a_line_says_who_what_and_why_without_personal_data(database, clock, line_id):
    """Actor, outlet and correlation come from the context."""
    with database.read() as conn:
        row = conn.execute(select(audit_line).where(audit_line.c.id == line_id)).one()

    assert (row.actor, row.outlet_id, row.verb) == ("staff:12", 7, "decide_parked")
    assert (row.subject, row.correlation, row.at) == ("fact:5", "c-1", clock.now())
    assert json.loads(row.detail) == {
        "reason": "重复 [personal]",
        "phone": "[personal]",
        "count": 2,
    }


@pytest.mark.parametrize(
    "deed",
    [delete(audit_line), update(audit_line).values(verb="nothing")],
    ids=["delete", "update"],
)
def test_a_line_can_be_neither_changed_nor_deleted(database, line_id, deed):
    """By nobody who comes through SQL."""
    with pytest.raises(DBAPIError, match="append-only"), database.write() as conn:
        conn.execute(deed)

    with database.read() as conn:
        assert conn.execute(select(audit_line.c.verb)).scalars().all() == ["decide_parked"]


def test_a_deed_undone_leaves_no_line(database):
    """The line stands in the transaction of the deed."""

    def deed():
        with database.write() as conn:
            audit.record(conn, "x", subject="y:1")
            raise KeyError

    with pytest.raises(KeyError):
        deed()

    with database.read() as conn:
        assert conn.execute(select(audit_line)).all() == []
