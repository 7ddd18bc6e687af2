"""Decide what the customs desk of this process works with: key, mailbox, guarantees, settings."""

from dataclasses import dataclass, field
from pathlib import Path

from bonded_display.customs.errors import SigningKeyUnfit
from bonded_display.customs.ports import Guarantees, Mailbox
from bonded_display.customs.sign.signer import Signer, read_key_file
from bonded_display.customs.sign.xmldsig import Methods
from bonded_display.customs.transport.directory import DirectoryMailbox
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


def open_desk(config: Config) -> Desk:
    """Return the desk that ``config`` describes.

    Raises ``SigningKeyUnfit`` when the key file cannot be used, ``ValueError`` for an unknown
    algorithm name.
    """
    return Desk(
        signer=read_key_file(Path(config.signing_key_file)),
        mailbox=DirectoryMailbox(Path(config.dxp_dir), config.dxp_id),
        guarantees=guarantees,
        dxp_id=config.dxp_id,
        methods=Methods(config.signature_method_uri, config.digest_method_uri),
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


def require_holder(desk: Desk, transmitter_code: str) -> None:
    """Raise ``SigningKeyUnfit`` unless the key is the transmitter's: nobody signs for another."""
    if desk.signer.holder_code != transmitter_code:
        raise SigningKeyUnfit(key_no=desk.signer.key_no, reason="not_the_senders")
