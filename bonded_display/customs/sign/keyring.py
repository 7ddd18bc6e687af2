"""Decide which of several keys signs for a company, and which a person must renew.

Each company that we transmit for has a key of its own, renewed every year: the next one may lie
beside it before the first ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bonded_display.customs.errors import SigningKeyUnfit
from bonded_display.customs.sign.signer import Signer
from kernel.clock import DAY, Instant

WARN_DAYS = (1, 7, 30)
"""Days before its end at which a key is warned of; on the day itself it blocks."""


@dataclass(frozen=True)
class KeyNotice:
    """A company whose key ends soon, or that has none to sign with."""

    holder_code: str
    key_no: str
    not_before: Instant
    not_after: Instant
    state: str
    """``ends_soon``, ``expired`` or ``not_yet_valid``."""
    warn_days: int
    """30, 7 or 1 while it ends soon; 0 when nothing can be signed."""


@dataclass(frozen=True)
class Keyring:
    """The keys of this desk."""

    signers: Sequence[Signer]

    def of(self, holder_code: str, at: Instant) -> Signer:
        """Return the company's key that may sign at ``at``; of several the one that ends last.

        Raises ``SigningKeyUnfit``: ``not_the_senders`` when it has none here, else why the one
        that ends last may not.
        """
        own = self._own(holder_code)
        if not own:
            held = self.signers[0].key_no if self.signers else ""
            raise SigningKeyUnfit(key_no=held, reason="not_the_senders")
        chosen = (_fit(own, at) or own)[-1]
        chosen.require_fit(at)
        return chosen

    def holder_of(self, key_no: str) -> str:
        """Return whose key has this number; raises ``SigningKeyUnfit`` (``not_here``)."""
        for signer in self.signers:
            if signer.key_no == key_no:
                return signer.holder_code
        raise SigningKeyUnfit(key_no=key_no, reason="not_here")

    def notices(self, at: Instant) -> list[KeyNotice]:
        """Return the companies to warn of at ``at``, by code; a renewed key takes the warning."""
        found = (self._notice(code, at) for code in sorted({s.holder_code for s in self.signers}))
        return [notice for notice in found if notice is not None]

    def _own(self, holder_code: str) -> list[Signer]:
        own = [signer for signer in self.signers if signer.holder_code == holder_code]
        return sorted(own, key=lambda signer: signer.not_after)

    def _notice(self, holder_code: str, at: Instant) -> KeyNotice | None:
        own = self._own(holder_code)
        if not _fit(own, at):
            last = own[-1]
            state = "not_yet_valid" if at < last.not_before else "expired"
            return _notice(last, state, 0)
        end = _end_of_cover(own, at)
        warned = [days for days in WARN_DAYS if end.not_after - at <= days * DAY]
        return _notice(end, "ends_soon", warned[0]) if warned else None


def _end_of_cover(own: Sequence[Signer], at: Instant) -> Signer:
    """Return the key with which the company's time to sign ends: no gap before it."""
    covered, end = at, own[-1]
    while going := _fit(own, covered):
        end = going[-1]
        covered = end.not_after
    return end


def _fit(own: Sequence[Signer], at: Instant) -> list[Signer]:
    """Return the keys whose dates hold at ``at``."""
    return [signer for signer in own if signer.not_before <= at < signer.not_after]


def _notice(signer: Signer, state: str, warn_days: int) -> KeyNotice:
    return KeyNotice(
        holder_code=signer.holder_code,
        key_no=signer.key_no,
        not_before=signer.not_before,
        not_after=signer.not_after,
        state=state,
        warn_days=warn_days,
    )
