"""Decides what a seeded house sells: goods and stock by the product's import, offers and shelves.

Offers and shelves are copied from the sample's first, set by set: nothing else about them differs.
"""

import csv
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from load.bench_import import goods_rows, stock_rows, write_rows
from load.sample import write_sample
from load.site import Site

Connection = psycopg.Connection[Any]
PRICES = 20
PRICE_FEN, STEP_FEN = 990, 100
"""The n-th article costs 9.90 and n % 20 yuan: nobody's year fills up."""

_OFFERS = """
INSERT INTO offer (id, item_id, warehouse_id, route, merchant_enterprise_id, agent_enterprise_id,
                   complaint, title, title_en, price_fen, freight_fen, freight_free_from_fen,
                   price_version, deliver_within_days, provider, open, updated_at)
SELECT i.id, i.id, o.warehouse_id, o.route, o.merchant_enterprise_id, o.agent_enterprise_id,
       o.complaint, i.name, i.name_en, %(price)s + %(step)s * (i.n %% %(prices)s), 0, NULL,
       1, o.deliver_within_days, o.provider, true, o.updated_at
  FROM (SELECT id, name, name_en, row_number() OVER (ORDER BY sku) - 1 AS n
          FROM item WHERE sku LIKE 'IM-%%') i
 CROSS JOIN (SELECT * FROM offer WHERE route = 'retail_import' ORDER BY id LIMIT 1) o
"""
_SHELVES = """
INSERT INTO placement (id, outlet_id, shelf_code, item_id, routes, piece, warehouse_id,
                       valid_from_on, valid_to_on, state)
SELECT i.id, o.id, 'M' || lpad(i.n::text, 8, '0'), i.id, p.routes, p.piece, p.warehouse_id,
       p.valid_from_on, NULL, 'open'
  FROM (SELECT id, row_number() OVER (ORDER BY sku) - 1 AS n FROM item WHERE sku LIKE 'IM-%%') i
  JOIN (SELECT id, row_number() OVER (ORDER BY code) - 1 AS n FROM outlet) o
    ON o.n = i.n %% (SELECT count(*) FROM outlet)
 CROSS JOIN (SELECT * FROM placement ORDER BY id LIMIT 1) p
"""


def install(site: Site, *, outlets: int) -> None:
    """Install the product with the bench's sample and so many outlets on an empty database."""
    sheets = site.folder / "sheets"
    write_sample(sheets, today=datetime.now(ZoneInfo("Asia/Shanghai")).date())
    _add_outlets(sheets / "outlets.csv", outlets)
    site.install(sheets)


def furnish(site: Site, connection: Connection, *, items: int) -> None:
    """Give a house with a sample many further goods with stock, offers and shelves."""
    for kind, rows in (("goods", goods_rows(items)), ("stock", stock_rows(items, items))):
        file = site.folder / f"{kind}.csv"
        write_rows(file, rows)
        site.run("shop.cli", "import", kind, str(file))
    prices = {"price": PRICE_FEN, "step": STEP_FEN, "prices": PRICES}
    connection.execute(_OFFERS, prices)
    connection.execute(_SHELVES, {})


def _add_outlets(file: Path, count: int) -> None:
    with file.open(encoding="utf-8", newline="") as opened:
        (first,) = csv.DictReader(opened)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, fieldnames=list(first), lineterminator="\n")
        writer.writeheader()
        writer.writerow(first)
        for number in range(1, count):
            changed = {
                "code": f"TY{number + 1:05d}",
                "name": f"晋便利第{number + 1}店",
                "name_en": f"Jin Convenience No. {number + 1}",
                "address": f"山西省太原市小店区平阳路{number + 1}号",
                "phone": f"035171{number:05d}",
            }
            writer.writerow(first | changed)
