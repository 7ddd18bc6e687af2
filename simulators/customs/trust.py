"""Decide whom customs believes: certificates it knows, companies filed with it.

What a company may send is in ``filed``; whether a signature holds is ``signature``'s maths.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from simulators import clock, x509
from simulators.customs.issue import unpem
from simulators.daemon import log
from simulators.x509 import Certificate

PLATFORM, PAYER, COURIER = "platform", "payment_company", "courier"
SITE_OPERATOR = "site_operator"
AGENTS = frozenset({"agent", "declarant", "domestic_agent"})

_SENDERS = {
    "CEB311": ("ebpCode", PLATFORM),
    "CEB411": ("payCode", PAYER),
    "CEB511": ("logisticsCode", COURIER),
    "CEB513": ("logisticsCode", COURIER),
    "CEB621": ("ebpCode", PLATFORM),
    "CEB623": ("ebpCode", PLATFORM),
    "CEB625": ("ebpCode", PLATFORM),
    "CEB711": ("operatorCode", SITE_OPERATOR),
}
"""The lawful sender of each document: which element names it, and the role it is filed in."""
_BY_AGENT = {
    "CEB311": "",
    "CEB621": "agentCode",
    "CEB623": "agentCode",
    "CEB625": "agentCode",
}
"""Documents a filed agent may sign, and the element that must name it (311 has none)."""


class BadSenders(Exception):
    """The senders file cannot be used; the text says where."""


@dataclass(frozen=True)
class Company:
    """A company filed with customs that has a DXP user."""

    dxp_id: str
    customs_code: str
    name: str
    roles: frozenset[str]


def read_senders(path: Path) -> dict[str, Company]:
    """Return the filed companies of the JSON file ``path`` by DXP id; raises ``BadSenders``."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        filed = [
            Company(one["dxp_id"], one["customs_code"], one["name"], frozenset(one["roles"]))
            for one in said
        ]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise BadSenders(f"{path}: {type(fault).__name__} {fault}") from None
    by_id = {company.dxp_id: company for company in filed}
    known = {PLATFORM, PAYER, COURIER, SITE_OPERATOR} | AGENTS
    for company in filed:
        if not company.roles or not company.roles <= known:
            raise BadSenders(f"{company.dxp_id}: roles must be of {', '.join(sorted(known))}")
        if not 1 <= len(company.dxp_id) <= 16 or not company.dxp_id.isalnum():
            raise BadSenders(f"{company.dxp_id}: a DXP id has 1 to 16 letters or digits")
    if len(by_id) != len(filed):
        raise BadSenders("a DXP id stands twice")
    return by_id


class TrustFolder:
    """The certificates in a folder, each checked against the authority's ``ca.pem``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[bytes, Certificate] = {}
        self._read()

    def _read(self) -> None:
        authority = x509.read(unpem((self._folder / "ca.pem").read_text(encoding="ascii")))
        for path in sorted(self._folder.glob("*.pem")):
            try:
                der = unpem(path.read_text(encoding="ascii"))
                if der in self._known:
                    continue
                certificate = x509.read(der)
            except (x509.BadCertificate, OSError, UnicodeDecodeError) as fault:
                log("certificate unreadable", file=path.name, fault=str(fault))
                continue
            named_after = certificate.subject.get("OU") == path.stem
            if named_after and x509.is_signed_by(certificate, authority.public):
                self._known[der] = certificate

    def public_key(self, key_no: str, certificate: bytes) -> tuple[str, bytes] | None:
        """Return (customs code of the holder, public key), or ``None`` when not trusted now.

        A certificate that is not known yet makes the folder be read once more.
        """
        if certificate not in self._known:
            self._read()
        known = self._known.get(certificate)
        now = clock.now()
        if known is None or not known.not_before <= now <= known.not_after:
            return None
        if known.subject.get("CN") != key_no:
            return None
        return known.subject["OU"], known.public

    def by_number(self, key_no: str) -> bytes | None:
        """Return the public key of a card number that is trusted now, or ``None``."""
        now = clock.now()
        for known in self._known.values():
            if known.subject.get("CN") == key_no and known.not_before <= now <= known.not_after:
                return known.public
        return None


def unlawful(
    kind: str, head: Mapping[str, str], *, signer: str, filed: Mapping[str, Company]
) -> tuple[str, str] | None:
    """Return (code, text) when ``signer`` may not send this document, else ``None``.

    -10101: not filed in the role; -10102: the code in the document is another company's.
    """
    element, role = _SENDERS[kind]
    roles = {one for c in filed.values() if c.customs_code == signer for one in c.roles}
    if role in roles and head.get(element) == signer:
        return None
    if kind in _BY_AGENT and roles & AGENTS:
        named = _BY_AGENT[kind]
        if not named or head.get(named) == signer:
            return None
    if role not in roles and not (kind in _BY_AGENT and roles & AGENTS):
        return "-10101", f"企业类型不符:加签企业无权发送{kind}"
    return "-10102", f"企业代码不符:{element}与加签企业不一致"
