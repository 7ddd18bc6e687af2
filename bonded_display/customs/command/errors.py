"""Decide what can go wrong with a question on the command line.

    Malformed   QuestionUnread   the JSON is not what docs/cli.md asks for
                BytesUnread      the message in it is no message that can be read
    Refusal     DocumentUnfit    a message breaks its tables, schema or rules

The words for people are in ``templates/messages/customs_command.*``.
"""

from collections.abc import Sequence

from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.messages.table import Fault
from kernel import i18n
from kernel.errors import Malformed, Refusal


class QuestionUnread(Malformed):
    """The question is not as docs/cli.md describes it; ``place`` says where."""

    code = "customs_question_unread"

    def __init__(self, *, place: str) -> None:
        super().__init__(place=place)


class BytesUnread(Malformed):
    """The bytes of a message cannot be read as one; nothing was judged."""

    code = "customs_bytes_unread"

    def __init__(self, problem: MailMalformed) -> None:
        reason = f"customs_unread.{problem.reason}"
        known = all(reason in i18n.messages(lang) for lang in i18n.LANGS)
        super().__init__(
            reason=problem.reason,
            reason_word=reason if known else "customs_unread.other",
            detail=problem.detail or "-",
        )


class DocumentUnfit(Refusal):
    """A message is not as it must be; nothing was built or signed."""

    code = "customs_document_unfit"

    def __init__(self, *, kind: str, faults: Sequence[Fault]) -> None:
        super().__init__(kind=kind, count=len(faults))
        self.faults = tuple(faults)
