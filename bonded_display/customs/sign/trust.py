"""Decide whose signature under a mail is believed: the certificates in a folder, each by itself.

Customs' receipts carry no signature by their schema; one that is there must hold all the same,
and a gateway that signs everything can be held to it (``required``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.sign import xmldsig
from bonded_display.customs.sign.public_keys import Certificate, from_base64, read_certificate
from kernel.clock import Instant


@dataclass(frozen=True)
class Trust:
    """Certificates that are believed, by their bytes; ``required``: mail without one is not."""

    certificates: Mapping[bytes, Certificate] = field(default_factory=dict)
    required: bool = False

    def check(self, root: etree._Element, at: Instant) -> None:
        """Raise ``MailMalformed`` unless the message in ``root`` may be believed at ``at``.

        Reasons: ``signature_missing`` (only when one is required), ``signature_unknown`` (no
        certificate of ours), ``signature_dates``, ``signature_forged``, and what ``xmldsig``
        cannot read.
        """
        if not xmldsig.is_signed(root):
            if self.required:
                raise MailMalformed(reason="signature_missing")
            return
        known = self.certificates.get(from_base64(xmldsig.certificate_text(root)))
        if known is None:
            raise MailMalformed(reason="signature_unknown", detail=xmldsig.key_name(root)[:40])
        if not known.not_before <= at < known.not_after:
            raise MailMalformed(reason="signature_dates", detail=xmldsig.key_name(root)[:40])
        if not xmldsig.holds(root, known.public):
            raise MailMalformed(reason="signature_forged", detail=xmldsig.key_name(root)[:40])


def read_trust(folder: Path, *, required: bool) -> Trust:
    """Return the trust in the certificates ``*.pem``, ``*.cer`` and ``*.crt`` of ``folder``.

    A folder that is not there trusts nobody.  Raises ``ValueError`` naming a file that is no
    certificate with an SM2 or RSA key.
    """
    files = [path for path in folder.glob("*") if path.suffix in (".pem", ".cer", ".crt")]
    found = [_read(path) for path in files]
    return Trust({certificate.der: certificate for certificate in found}, required)


def _read(path: Path) -> Certificate:
    try:
        return read_certificate(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path.name} is no certificate that can be used") from error
