"""Decide what the customs desk of this process works with: keys, mailbox, guarantees, settings."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bonded_display.customs.messages.xml import read_xml
from bonded_display.customs.ports import Guarantees, Mailbox
from bonded_display.customs.sign import xmldsig
from bonded_display.customs.sign.key_files import read_keys
from bonded_display.customs.sign.keyring import Keyring
from bonded_display.customs.sign.methods import Methods
from bonded_display.customs.sign.signer import Signer
from bonded_display.customs.sign.trust import Trust, read_trust
from bonded_display.customs.transport.choose import open_mailbox
from kernel.clock import Instant
from kernel.config import Config
from settlement.tax import guarantees

CUSTOMS_DXP_ID = "DXPEDCCEB0000002"
"""The receiver of CEB messages (K, 2026-11): ask the E-port data centre before go-live."""

ZONE_CANCELS_BY = "623"
"""The zone's route between release and the gate (K, 2026-11): ask the zone before go-live."""


@dataclass(frozen=True)
class Desk:
    """What the verbs use and tests may replace piece by piece."""

    signer: Signer
    mailbox: Mailbox
    guarantees: Guarantees
    dxp_id: str
    methods: Methods = field(default_factory=Methods)
    receiver_id: str = CUSTOMS_DXP_ID
    zone_cancels_by: str = ZONE_CANCELS_BY
    """How a released parcel is taken back before the gate: ``623`` or ``625``."""
    more_signers: tuple[Signer, ...] = ()
    """Keys of other companies that we transmit for, and next year's keys."""
    trust: Trust = field(default_factory=Trust)

    @cached_property
    def keyring(self) -> Keyring:
        """Every key of this desk."""
        return Keyring((self.signer, *self.more_signers))


def open_desk(config: Config) -> Desk:
    """Return the desk that ``config`` describes.

    Raises ``SigningKeyUnfit`` when a key file cannot be used, ``ValueError`` for an unknown
    algorithm name, ``MailboxUnavailable`` when its folders cannot be made.
    """
    first, *more = read_keys(Path(config.signing_key_file))
    return Desk(
        signer=first,
        more_signers=tuple(more),
        mailbox=open_mailbox(config),
        guarantees=guarantees,
        dxp_id=config.dxp_id,
        methods=Methods(config.signature_method_uri, config.digest_method_uri),
        trust=read_trust(
            Path(config.trusted_certificates_dir), required=config.mail_signature == "required"
        ),
    )


_desk: Desk | None = None


def use(desk: Desk | None) -> None:
    """Make ``desk`` the one of this process."""
    global _desk
    _desk = desk


def current() -> Desk:
    """Return the process's desk; ``RuntimeError`` when none was set."""
    if _desk is None:
        raise RuntimeError("bonded_display.customs.desk.use(desk) has not been called")
    return _desk


def signer_of(desk: Desk, transmitter_code: str, at: Instant) -> Signer:
    """Return the transmitter's own key for ``at``; nobody signs for another.

    Raises ``SigningKeyUnfit``: ``not_the_senders``, ``expired``, ``not_yet_valid``.
    """
    return desk.keyring.of(transmitter_code, at)


def complete(desk: Desk, raw: bytes, at: Instant) -> bytes:
    """Return an open message signed by the device of the company whose key it names.

    Raises ``SigningKeyUnfit``, or ``SignerBusy``: nothing was signed, ask again.
    """
    keyring = desk.keyring
    signer = keyring.of(keyring.holder_of(xmldsig.key_name(read_xml(raw))), at)
    return xmldsig.completed(raw, signer, at)
