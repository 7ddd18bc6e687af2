"""Decides how a register entry is handed about, and which problems the register has."""

from dataclasses import dataclass, field
from datetime import date

from kernel.errors import NotFound, Refusal


class NotRegistered(NotFound):
    """The register has no entry of this code or id."""

    code = "not_registered"

    def __init__(self, *, kind: str, key: object) -> None:
        super().__init__(kind=kind, key=key)


class FilingExpired(Refusal):
    """Nobody, or not the one asked for, is filed in this role on this day."""

    code = "filing_expired"

    def __init__(self, *, role: str, on: date) -> None:
        super().__init__(role=role, on=on)


class PartyAmbiguous(Refusal):
    """Several are filed in this role on this day, and none was named."""

    code = "party_ambiguous"

    def __init__(self, *, role: str, on: date) -> None:
        super().__init__(role=role, on=on)


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A row of ``enterprise``; ``id`` 0 is not yet written."""

    credit_code: str
    customs_code: str | None
    name: str
    dxp_id: str | None
    filed_from_on: date
    filed_to_on: date | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Outlet:
    """A row of ``outlet``."""

    code: str
    name: str
    name_en: str
    enterprise_id: int
    district_code: str
    address: str
    phone: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A row of ``warehouse``."""

    code: str
    name: str
    area_enterprise_id: int
    customs_code: str
    port_code: str
    account_book_no: str
    address: str
    phone: str
    traf_mode: str = "Y"
    shard: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """A row of ``item``."""

    sku: str
    gtin14: str
    name: str
    name_en: str
    brand: str
    model: str
    image: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A row of ``signing_key``."""

    enterprise_id: int
    key_no: str
    algorithm: str
    certificate: bytes
    not_before_at: int
    not_after_at: int
    id: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """A person with what the seal hides; ``repr`` does not show it."""

    id: int
    id_lookup: str
    name: str = field(repr=False)
    id_number: str = field(repr=False)
