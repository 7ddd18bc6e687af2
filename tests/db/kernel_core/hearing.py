"""Handlers that keep what they heard, and facts to be told to them."""

from sqlalchemy import text

from kernel import db, deliveries, outbox
from kernel.outbox import Fact

FLOW = {"order.paid": ("declare", "print"), "order.gone": ("declare",)}


class Heard:
    """A handler that keeps what it heard; ``says`` is raised instead of returning."""

    def __init__(self, *says: Exception | None) -> None:
        self.facts: list[tuple[str, int]] = []
        self.says = list(says)

    def __call__(self, fact: Fact) -> None:
        self.facts.append((fact.subject, fact.subject_seq))
        said = self.says.pop(0) if self.says else None
        if said is not None:
            raise said


def tell(clock, subject: str = "customs_order:1", seq: int = 1, name: str = "order.paid") -> int:
    with db.write() as connection:
        return outbox.record(
            connection,
            name,
            subject=subject,
            subject_seq=seq,
            payload={"order_id": subject.partition(":")[2]},
            at=clock.now(),
        )


def run(clock, *, declare: Heard, wait_s: int = 0, **others: Heard) -> int:
    clock.tick(wait_s)
    return deliveries.run_due({"declare": declare, "print": Heard(), **others})


def run_all(clock, declare: Heard) -> None:
    while run(clock, declare=declare):
        pass


def state_of(fact_id: int, handler: str = "declare") -> tuple[str, int, str | None]:
    with db.read() as connection:
        row = connection.execute(
            text("SELECT state, tries, trouble FROM delivery WHERE fact_id = :id AND handler = :h"),
            {"id": fact_id, "h": handler},
        ).one()
        return tuple(row)
