"""Decide what stands under the display guarantee: the levy of every piece customs has not discharged.

Who applies, and where the pieces are, is bonded display's business; without a document of customs
nothing is discharged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, func, select

from kernel.clock import Instant
from settlement.tax import guarantees, tables
from settlement.tax.errors import (
    CoverChanged,
    CoverUnknown,
    DischargeChanged,
    TaxFigureInvalid,
    TooManyDischarged,
)

DISPLAY = "display"


class By(StrEnum):
    """The documents of customs that discharge pieces.  Source: rules.md section 5."""

    RETURN_ACCEPTED = "return_accepted"
    DECLARATION_PAID = "declaration_paid"
    FORCE_MAJEURE = "force_majeure"


@dataclass(frozen=True, slots=True)
class CoverLine:
    """One line of a display application: its pieces, and the levy of one piece in fen as fixed."""

    application_no: str
    gnum: int
    pieces: int
    levy_fen: int

    @property
    def document(self) -> str:
        """Return the name under which the guarantee holds its levy."""
        return f"display_line:{self.application_no}/{self.gnum}"


@dataclass(frozen=True, slots=True)
class Discharge:
    """Pieces of one application line that customs discharges by a document of its own number."""

    by: By
    document_no: str
    application_no: str
    gnum: int
    pieces: int


def cover(conn: Connection, lines: Sequence[CoverLine], *, at: Instant) -> int:
    """Hold the levy of all ``lines`` or of none; return the fen newly held.

    Lines that are covered already hold nothing more.  Raises ``GuaranteeExhausted``, and
    ``CoverChanged`` when a line was covered with other pieces or another levy.
    """
    table, new_fen, least_id = tables.display_cover, 0, 0
    for line in sorted(lines, key=lambda one: (one.application_no, one.gnum)):
        known = _row(conn, line.application_no, line.gnum)
        if known is not None:
            if (known.pieces, known.levy_fen) != (line.pieces, line.levy_fen):
                raise CoverChanged(application_no=line.application_no, gnum=line.gnum)
            continue
        fen = line.pieces * line.levy_fen
        least_id = guarantees.hold(
            conn,
            purpose=DISPLAY,
            document=line.document,
            amount_fen=fen,
            at=at,
            least_id=least_id,
        ).guarantee_id
        values = {name: getattr(line, name) for name in CoverLine.__slots__}
        conn.execute(table.insert(), {**values, "discharged": 0})
        new_fen += fen
    return new_fen


def discharge(conn: Connection, said: Discharge, *, at: Instant) -> int:
    """Set the levy of the pieces free and return its fen; nought when the document came before.

    Raises ``TaxFigureInvalid`` without a piece or a number of customs, ``CoverUnknown``,
    ``DischargeChanged`` when the document came with other pieces, and
    ``TooManyDischarged`` when the line has not so many pieces left: nothing is set free then.
    """
    if said.pieces < 1 or not said.document_no:
        raise TaxFigureInvalid(figure="pieces", value=said.pieces)
    line = _row(conn, said.application_no, said.gnum)
    held = None if line is None else guarantees.held_for(conn, line.document)
    if line is None or held is None:
        raise CoverUnknown(application_no=said.application_no, gnum=said.gnum)
    guarantees.lock(conn, [held.guarantee_id])  # a document counts once
    if _came_before(conn, said):
        return 0
    _count(conn, said)
    fen = said.pieces * line.levy_fen
    turn = _times_freed(conn, line.document) + 1
    freed = guarantees.Movement("restore", line.document, turn, -fen, at)
    guarantees.change(conn, held.guarantee_id, freed)
    conn.execute(
        tables.display_discharge.insert(),
        {
            "kind": said.by.value,
            "document_no": said.document_no,
            "application_no": said.application_no,
            "gnum": said.gnum,
            "pieces": said.pieces,
            "at": at,
        },
    )
    return fen


def undischarged_fen(conn: Connection, application_no: str | None = None) -> int:
    """Return the levy of every piece not yet discharged, of one application or of all, in fen."""
    table = tables.display_cover.c
    left = (table.pieces - table.discharged) * table.levy_fen
    query = select(func.coalesce(func.sum(left), 0))
    if application_no is not None:
        query = query.where(table.application_no == application_no)
    return int(conn.execute(query).scalar_one())


def _row(conn: Connection, application_no: str, gnum: int) -> CoverLine | None:
    table = tables.display_cover.c
    row = conn.execute(
        select(table.application_no, table.gnum, table.pieces, table.levy_fen).where(
            table.application_no == application_no, table.gnum == gnum
        )
    ).one_or_none()
    return None if row is None else CoverLine(*row)


def _came_before(conn: Connection, said: Discharge) -> bool:
    table = tables.display_discharge.c
    pieces = conn.execute(
        select(table.pieces).where(
            table.kind == said.by.value,
            table.document_no == said.document_no,
            table.application_no == said.application_no,
            table.gnum == said.gnum,
        )
    ).scalar_one_or_none()
    if pieces is not None and pieces != said.pieces:
        raise DischargeChanged(document_no=said.document_no, pieces=pieces)
    return pieces is not None


def _count(conn: Connection, said: Discharge) -> None:
    table = tables.display_cover
    done = conn.execute(
        table.update()
        .where(table.c.application_no == said.application_no, table.c.gnum == said.gnum)
        .where(table.c.discharged + said.pieces <= table.c.pieces)
        .values(discharged=table.c.discharged + said.pieces)
    )
    if done.rowcount != 1:
        raise TooManyDischarged(
            application_no=said.application_no, gnum=said.gnum, pieces=said.pieces
        )


def _times_freed(conn: Connection, document: str) -> int:
    table = tables.guarantee_movement.c
    freed = select(func.count()).where(table.document == document, table.kind == "restore")
    return int(conn.execute(freed).scalar_one())
