"""Decide how a correction of an order document is typed: which fields, what each said last.

What may be corrected is ``amend_order``'s; whether the message is then right, the message's rules.
"""

from collections.abc import Mapping, Sequence

from bonded_display.customs.changes.amend_order import HEAD, LINE
from bonded_display.customs.messages.table import Document
from bonded_display.web.amend_form import AmendmentEmpty, Field

LONGEST = 1000
"""Of a note; each element's own length is the message's rule."""
MUST_BE_THERE = frozenset({"gmodel"})


def order_fields(said: Document, typed: Mapping[str, str]) -> list[Field]:
    """Return every field with what the latest sending said and what was typed."""
    fields = [_field(name, 0, said.head.get(element, ""), typed) for name, element in HEAD.items()]
    for line in said.lines:
        gnum = int(line["gnum"])
        fields += [
            _field(name, gnum, line.get(element, ""), typed) for name, element in LINE.items()
        ]
    return fields


def _field(name: str, gnum: int, stands: str, typed: Mapping[str, str]) -> Field:
    key = f"{gnum}.{name}"
    now = typed[key].strip()[:LONGEST] if key in typed else stands
    return Field(key, name, gnum, stands, now)


def typed_of(fields: Sequence[Field]) -> tuple[dict[str, str], dict[int, dict[str, str]]]:
    """Return what was typed otherwise than it was said, of head and lines; ``AmendmentEmpty``."""
    head: dict[str, str] = {}
    lines: dict[int, dict[str, str]] = {}
    for field in fields:
        if not field.changed:
            continue
        if not field.typed and field.name in MUST_BE_THERE:
            raise AmendmentEmpty(name=field.name)
        into = lines.setdefault(field.gnum, {}) if field.gnum else head
        into[field.name] = field.typed
    return head, lines
