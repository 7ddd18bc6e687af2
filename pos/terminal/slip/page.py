"""Decides what every slip has in common: the mark of a reprint, rows, sums, the large total."""

from collections.abc import Iterator

from kernel import money
from kernel.i18n import text as words
from pos.terminal.slip.elements import Element, Line
from pos.terminal.slip.text import cells, clean, spread, wrap

INDENT = "  "


class Page:
    """One paper width and one language."""

    def __init__(self, lang: str, columns: int) -> None:
        self.lang, self.columns = lang, columns

    def reprint(self, copy: int) -> Iterator[Element]:
        """The first line of every copy but the first."""
        if copy:
            yield Line(self.say("slip.reprint", copy=copy), align="center", bold=True)

    def goods_line(self, name: str, qty: int, price_fen: int, total_fen: int) -> Iterator[Element]:
        """A name on lines of its own, beneath it pieces, price and sum."""
        for part in wrap(clean(name), self.columns):
            yield Line(part)
        each = self.say("slip.pieces", qty=qty, price=shown(price_fen))
        for part in spread(INDENT + each, shown(total_fen), self.columns):
            yield Line(part)

    def row(self, label: str, value: str) -> Iterator[Element]:
        """A label at the left edge, its value at the right."""
        for line in spread(self.say(label), value, self.columns):
            yield Line(line)

    def amount(
        self, label: str, fen: int, *, shown_if: bool = True, indent: str = ""
    ) -> Iterator[Element]:
        """A label and an amount without the currency's sign."""
        if shown_if:
            for line in spread(indent + self.say(label), shown(fen), self.columns):
                yield Line(line)

    def total(self, label: str, total_fen: int) -> Iterator[Element]:
        """The largest thing on the slip: twice the size of its parts where it fits."""
        said, amount = self.say(label), clean(money.show_fen(total_fen, self.lang))
        scale = 2 if cells(said) + cells(amount) < self.columns // 2 else 1
        for line in spread(said, amount, self.columns // scale):
            yield Line(line, bold=True, scale=scale)

    def centred(self, text: str, *, large: bool = False) -> Iterator[Element]:
        """Text in the middle, large where it fits on one line."""
        scale = 2 if large and cells(text) * 2 <= self.columns else 1
        for line in wrap(text, self.columns):
            yield Line(line, align="center", bold=large, scale=scale)

    def note(self, message_id: str, **facts: object) -> Iterator[Element]:
        """A sentence over as many lines as it takes."""
        for line in wrap(self.say(message_id, **facts), self.columns):
            yield Line(line)

    def rule(self) -> Line:
        """A line across the paper."""
        return Line("─" * (self.columns // 2))

    def say(self, message_id: str, **facts: object) -> str:
        """Words in the slip's language, in characters the printer strikes."""
        return clean(words(message_id, self.lang, **facts))


def shown(fen: int) -> str:
    """Return fen as ``1,234.56``: the sign of the currency stands once, at the total."""
    return money.show_fen(fen).replace("¥", "")
