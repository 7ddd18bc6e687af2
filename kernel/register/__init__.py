"""Decides the shared register: who and what exists, under which codes, from when to when.

Enterprises with their filed roles and mandates, outlets, warehouses, items, persons.  ``put_*``
writes an entry by its code, so that reading a sheet in twice changes nothing; ``get_*`` reads.
Rules about entries are the rooms'.
"""

from kernel.register.book import (
    get_enterprise,
    get_enterprise_by_code,
    get_item,
    get_item_by_sku,
    get_items,
    get_outlet,
    get_outlet_by_code,
    get_signing_key,
    get_warehouse,
    get_warehouse_by_code,
    own_places,
    put_enterprise,
    put_item,
    put_mandate,
    put_outlet,
    put_role,
    put_signing_key,
    put_warehouse,
)
from kernel.register.entries import (
    Enterprise,
    FilingExpired,
    Item,
    NotRegistered,
    Outlet,
    PartyAmbiguous,
    Person,
    SigningKey,
    Warehouse,
)
from kernel.register.parties import party
from kernel.register.people import get_person, person_lookup, put_person
from kernel.register.tables import (
    ROLES,
    enterprise,
    enterprise_role,
    item,
    mandate,
    outlet,
    person,
    signing_key,
    warehouse,
)

__all__ = [
    "ROLES",
    "Enterprise",
    "FilingExpired",
    "Item",
    "NotRegistered",
    "Outlet",
    "PartyAmbiguous",
    "Person",
    "SigningKey",
    "Warehouse",
    "enterprise",
    "enterprise_role",
    "get_enterprise",
    "get_enterprise_by_code",
    "get_item",
    "get_item_by_sku",
    "get_items",
    "get_outlet",
    "get_outlet_by_code",
    "get_person",
    "get_signing_key",
    "get_warehouse",
    "get_warehouse_by_code",
    "item",
    "mandate",
    "outlet",
    "own_places",
    "party",
    "person",
    "person_lookup",
    "put_enterprise",
    "put_item",
    "put_mandate",
    "put_outlet",
    "put_person",
    "put_role",
    "put_signing_key",
    "put_warehouse",
    "signing_key",
    "warehouse",
]
