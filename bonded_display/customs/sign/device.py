"""Decide how a hardware key signs for many: one queue, one asker, its rate, its silences.

The card makes about 250 signatures a minute and takes one question at a time.  A wrong password
is told once and never again, for a card locks itself after a few.
"""

import queue
import threading
import time
from dataclasses import dataclass, field

from bonded_display.customs.errors import SignerBusy, SigningKeyUnfit
from bonded_display.customs.sign.control import Control, ControlRefused, ControlSilent
from bonded_display.customs.sign.public_keys import PublicKey, from_base64
from bonded_display.customs.sign.signer import HeldKey
from kernel.calls import CallInsideTransaction
from kernel.clock import Instant
from kernel.db import in_transaction
from kernel.errors import Problem
from kernel.logs import log

PER_MINUTE = 250
MOST_WAITING = 500
"""Two minutes' work of a card; more is refused at once and comes again by itself."""
WAIT_S = 30
LONGEST_PAUSE_S = 60


@dataclass
class _Job:
    text: str
    done: threading.Event = field(default_factory=threading.Event)
    given_up: bool = False
    value: str = ""
    card_no: str = ""
    problem: Problem | None = None


class DeviceSigner:
    """A key that lives in a device; ``control`` speaks to it, ``public`` is its certificate's."""

    near = False

    def __init__(
        self, key: HeldKey, public: PublicKey, control: Control, *, per_minute: int = PER_MINUTE
    ) -> None:
        self.key_no = key.key_no
        self.certificate_b64 = key.certificate_b64
        self.holder_code = key.holder_code
        self.not_before = key.not_before
        self.not_after = key.not_after
        self.algorithm = public.algorithm
        self.most_waiting = MOST_WAITING
        self.wait_s: float = WAIT_S
        self._key = key
        self._public = public
        self._control = control
        self._per_minute = per_minute
        self._waiting: queue.Queue[_Job] = queue.Queue()
        self._start = threading.Lock()
        self._asker: threading.Thread | None = None
        self._password_refused = False
        self._failures = 0
        self._rest_until = time.monotonic()
        self._next_at = time.monotonic()

    def require_fit(self, at: Instant) -> None:
        """Raise ``SigningKeyUnfit`` outside the key's dates, or once its password was refused."""
        self._key.require_fit(at)
        if self._password_refused:
            raise SigningKeyUnfit(key_no=self.key_no, reason="device_password")

    def sign(self, message: bytes, at: Instant, *, method: str = "") -> bytes:
        """Return the device's signature once it is this key's over exactly ``message``.

        Raises ``SignerBusy`` (try again), ``SigningKeyUnfit`` (``expired``, ``device_password``,
        ``device_other_key``), ``CallInsideTransaction``.
        """
        self.require_fit(at)
        if in_transaction():
            raise CallInsideTransaction("a device is asked after the transaction")
        job = self._hand_in(message.decode("utf-8"))
        if not job.done.wait(self.wait_s):
            job.given_up = True
            raise self._busy("time_out")
        if job.problem is not None:
            raise job.problem
        signature = from_base64(job.value)
        other_card = job.card_no not in ("", self.key_no)
        if other_card or not self._public.verify(method, message, signature):
            raise SigningKeyUnfit(key_no=self.key_no, reason="device_other_key")
        return signature

    def _hand_in(self, text: str) -> _Job:
        waiting = self._waiting.qsize()
        if waiting >= self.most_waiting:
            raise self._busy("queue_full", retry_after_s=1 + waiting * 60 // self._per_minute)
        job = _Job(text)
        self._waiting.put(job)
        with self._start:
            if self._asker is None:
                self._asker = threading.Thread(target=self._work, name="card", daemon=True)
                self._asker.start()
        return job

    def _work(self) -> None:
        while True:
            job = self._waiting.get()
            if job.given_up:
                continue
            try:
                self._do(job)
            except Exception:  # noqa: BLE001  the one asker outlives any question
                log.exception("customs.card_failed", key_no=self.key_no)
                job.problem = self._busy("program")
            job.done.set()

    def _do(self, job: _Job) -> None:
        if self._password_refused:
            job.problem = SigningKeyUnfit(key_no=self.key_no, reason="device_password")
            return
        if time.monotonic() < self._rest_until:
            job.problem = self._busy("resting")
            return
        self._keep_rate()
        try:
            job.value, job.card_no = self._control.sign(job.text)
            self._failures = 0
        except ControlRefused as refused:
            log.warning("customs.card_refused", key_no=self.key_no, password=refused.password)
            self._password_refused = refused.password
            reason = SigningKeyUnfit(key_no=self.key_no, reason="device_password")
            job.problem = reason if refused.password else self._rest("refused")
        except ControlSilent as silent:
            job.problem = self._rest(str(silent))

    def _keep_rate(self) -> None:
        now = time.monotonic()
        if now < self._next_at:
            time.sleep(self._next_at - now)
        self._next_at = max(now, self._next_at) + 60 / self._per_minute

    def _rest(self, cause: str) -> SignerBusy:
        """Leave the device alone for a pause that doubles; who asks meanwhile is told at once."""
        self._failures += 1
        pause = min(1 << min(self._failures - 1, 6), LONGEST_PAUSE_S)
        self._rest_until = time.monotonic() + pause
        return self._busy(cause)

    def _busy(self, cause: str, *, retry_after_s: int = 10) -> SignerBusy:
        return SignerBusy(key_no=self.key_no, cause=cause, retry_after_s=retry_after_s)
