"""Decides who comes to a load: shoppers signed up by the product's verbs, tills with keys.

They are told to the crowd in a file; the crowd itself knows nothing of the product.
"""

from pathlib import Path

from kernel import actor, db, register
from load import shoppers
from load.crowd.plan import Address, Person, Plan
from load.peak.profiles import Profile
from load.peak.sheets import outlet_code, shelves
from load.peak.site import LoadSite
from pos.server import register_terminal
from shop.accounts.partners import add_partner
from shop.duties import refill_waybills
from shop.web.login import SHOPPER_COOKIE


def invite(site: LoadSite, profile: Profile, folder: Path) -> Plan:
    """Sign everybody up, put a till into each outlet, name partners; return what the crowd is told.

    The house is open.
    """
    many = profile.shoppers + profile.partners * profile.habits.partner_people
    with actor.acting(actor.SYSTEM), actor.correlated(""):
        refill_waybills()
        people = tuple(
            Person(one.token, shoppers.name(number), shoppers.id_number(number), f"138{number:08d}")
            for number, one in enumerate(shoppers.sign_up(many))
        )
        keys = tuple(_till(outlet_code(number)) for number in range(profile.tills))
    return Plan(
        url=site.url,
        seconds=profile.seconds,
        orders=profile.orders,
        arriving_per_s=profile.arriving_per_s,
        cookie=SHOPPER_COOKIE,
        habits=profile.habits,
        address=Address(**shoppers.ADDRESS),
        shelves=shelves(),
        people=people,
        device_keys=keys,
        partner_keys=tuple(_partner(number) for number in range(profile.partners)),
        acknowledged=folder / "acknowledged.jsonl",
        figures=folder / "crowd.json",
    )


def _till(outlet: str) -> str:
    with db.write() as connection:
        found = register.get_outlet_by_code(connection, outlet)
        return register_terminal(connection, found.id, name="1")[1]


def _partner(number: int) -> str:
    with db.write() as connection:
        return add_partner(connection, f"晋选小程序{number + 1}")
