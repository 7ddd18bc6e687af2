"""Decide how an amendment is typed: which fields of a list, what each holds, what differs.

What may be amended is ``amend_list``'s; whether the message is then right, the message's rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bonded_display.customs.changes.amend_list import HEAD, LINE, Corrections
from kernel.errors import Malformed
from kernel.money import e5_text, parse_e5

HEAD_FIELDS = ("gross_e5", "net_e5", "traf_mode", "customs_code", "port_code")
LINE_FIELDS = ("hs_code", "gmodel", "gtin14", "qty1_e5", "unit1_code", "qty2_e5", "unit2_code")
MAY_BE_EMPTY = frozenset({"qty2_e5", "unit2_code", "gtin14"})
LONGEST = 510

if {*HEAD_FIELDS} != HEAD or {*LINE_FIELDS} != LINE:
    raise ValueError("the form's fields are not those that may be amended")


class AmendmentEmpty(Malformed):
    """A field that must hold something was emptied; nothing was changed."""

    code = "amendment_empty"

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)


@dataclass(frozen=True)
class Field:
    """One field: ``key`` in the form, its name, its line (0: the head), what stands, what is typed."""

    key: str
    name: str
    gnum: int
    stands: str
    typed: str

    @property
    def changed(self) -> bool:
        """Whether what is typed is not what stands."""
        return self.typed != self.stands

    def value(self) -> object:
        """Return what is typed as the list keeps it; raises ``AmendmentEmpty``, ``Malformed``."""
        if not self.typed:
            if self.name not in MAY_BE_EMPTY:
                raise AmendmentEmpty(name=self.name)
            return "" if self.name == "gtin14" else None
        return parse_e5(self.typed) if self.name.endswith("_e5") else self.typed


def fields_of(row: Any, lines: Sequence[Any], typed: Mapping[str, str]) -> list[Field]:
    """Return every field with what stands and what was typed, which is what stands at first."""
    fields = [_field(row, name, 0, typed) for name in HEAD_FIELDS]
    return fields + [_field(line, name, line.gnum, typed) for line in lines for name in LINE_FIELDS]


def _field(row: Any, name: str, gnum: int, typed: Mapping[str, str]) -> Field:
    key, value = f"{gnum}.{name}", getattr(row, name)
    stands = "" if value is None else e5_text(value) if name.endswith("_e5") else str(value)
    return Field(key, name, gnum, stands, typed.get(key, stands).strip()[:LONGEST])


def corrections(fields: Sequence[Field]) -> Corrections:
    """Return what was typed otherwise than it stands; raises ``AmendmentEmpty``, ``Malformed``."""
    head: dict[str, object] = {}
    lines: dict[int, dict[str, object]] = {}
    for field in fields:
        if field.changed:
            into = lines.setdefault(field.gnum, {}) if field.gnum else head
            into[field.name] = field.value()
    return Corrections(head=head, lines=lines)
