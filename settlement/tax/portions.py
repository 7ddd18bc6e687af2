"""Decide what a part of a line's pieces takes of the line's figures, without losing a fen. Pure."""

from dataclasses import dataclass

from kernel.money import half_up


@dataclass(frozen=True, slots=True)
class Portion:
    """``qty`` pieces of a line of ``whole``, of which ``before`` came back earlier."""

    gnum: int
    before: int
    qty: int
    whole: int

    def of(self, total: int) -> int:
        """Return the share of ``total``; the shares of all pieces, one after the other, sum to it.

        What all that came back takes is rounded half up, less what came back before took.
        """
        return self._until(total, self.before + self.qty) - self._until(total, self.before)

    def _until(self, total: int, pieces: int) -> int:
        return half_up(total * pieces, self.whole)
