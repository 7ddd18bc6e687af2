"""Decide which answers the operations pages give instead of a result.

The words for people are in ``templates/messages/operations.*.txt``.
"""

from kernel.errors import Denied, Malformed, NotFound, Refusal


class ReasonMissing(Malformed):
    """A decision about parked work came without a reason; nothing was changed."""

    code = "reason_missing"

    def __init__(self, *, least: int) -> None:
        super().__init__(least=least)


class DecisionAsked(Refusal):
    """Somebody has asked already for this work to be given up; it waits for a second person."""

    code = "decision_asked"


class DecisionOver(Refusal):
    """The question was answered, withdrawn or overtaken meanwhile; nothing was changed."""

    code = "decision_over"


class SecondPersonNeeded(Denied):
    """Who asked for work to be given up cannot confirm it as well; nothing was changed."""

    code = "second_person_needed"


class DeliveryUnknown(NotFound):
    """There is no such piece of work."""

    code = "delivery_unknown"


class MessageStuck(Refusal):
    """A message set aside still cannot be sent for its own fault; nothing went."""

    code = "message_stuck"

    def __init__(self, *, trouble: str) -> None:
        super().__init__(trouble=trouble)
