"""Decides what a terminal knows of its outlet and the goods there: a snapshot with a version.

The version is the hash of the content, so that "have you anything newer" is answered exactly,
goods taken away included, and nothing need be remembered about who has what.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pos.errors import CatalogueMalformed
from pos.sale import content_hash
from pos.shapes import typed

DOMESTIC, RETAIL_IMPORT = "domestic", "retail_import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """One item as the outlet sells it by one route.

    ``price_fen`` of a domestic item is for a piece with tax; of a retail import it is 0, because
    only the shopper's page can tell a landed price.  ``page_url`` is the shelf's Digital Link.
    """

    route: str
    item_id: str
    gtin14: str
    sku: str
    name: str
    name_en: str
    shelf_code: str
    price_fen: int
    price_version: int
    page_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletFacts:
    """What stands at the head of the till page and of a slip; ``terminal_no`` counts its tills."""

    code: str
    name: str
    name_en: str
    phone: str
    seller: str
    terminal: str
    terminal_no: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A snapshot: ``version`` names its content."""

    version: str
    outlet: OutletFacts
    goods: tuple[Goods, ...]


def catalogue(outlet: OutletFacts, goods: Sequence[Goods]) -> Catalogue:
    """Return the snapshot of an outlet, goods in a fixed order."""
    ordered = tuple(sorted(goods, key=lambda one: (one.route, one.gtin14, one.item_id)))
    content = [asdict(outlet), [asdict(one) for one in ordered]]
    return Catalogue(content_hash(content)[:16], outlet, ordered)


def catalogue_to_json(snapshot: Catalogue) -> dict[str, Any]:
    """Return a snapshot as it is sent."""
    return {
        "catalogue_version": snapshot.version,
        "outlet": asdict(snapshot.outlet),
        "goods": [asdict(one) for one in snapshot.goods],
    }


def catalogue_from_json(body: Mapping[str, Any]) -> Catalogue:
    """Return the snapshot that was sent; raises ``CatalogueMalformed``."""
    version, rows = body.get("catalogue_version"), body.get("goods")
    if not isinstance(version, str) or not isinstance(rows, list):
        raise _malformed("catalogue_version", repr(version)[:40])
    outlet = OutletFacts(**typed(body.get("outlet"), OutletFacts, _malformed))
    return Catalogue(version, outlet, tuple(goods_from(rows)))


def goods_from(rows: Sequence[object]) -> Iterator[Goods]:
    """Yield goods that were sent or kept; raises ``CatalogueMalformed``."""
    for row in rows:
        yield Goods(**typed(row, Goods, _malformed))


def _malformed(field: str, given: str) -> CatalogueMalformed:
    return CatalogueMalformed(field=field, given=given)
