"""A folder as a demo leaves it, consistent in every figure, made without the product."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.unit.check_demo import demo_papers as papers
from tests.unit.check_demo.demo_documents import FORMS, LINE, ORDER, document, receipts
from tests.unit.check_demo.demo_keys import Key, new_key, pem, sign, unsigned

POSTINGS = {
    "captured": {"1012.01": 48335, "2203": -41000, "2241.01": -7335},
    "tax_billed": {"2241.01": 7335, "2221.01": -7335},
    "gate_passed": {"1406": 24000, "1405": -24000},
    "signed_for": {"2203": 41000, "6001": -41000, "6401": 24000, "1406": -24000},
}
STEPS = (
    "load goods;print label;scan;sign in;identity;place;pay;capture;print slip;send order;accepted;"
    "send list;released;pick;gate;signed for"
).split(";")


class Keys(dict[str, Key]):
    """A key for each sender, made when first asked for."""

    def __missing__(self, sender: str) -> Key:
        self[sender] = new_key(sender)
        return self[sender]


def build(folder: Path, keys: Keys) -> Path:
    """Write the whole folder; return it."""
    (folder / "receipts").mkdir(parents=True)
    (folder / "trust").mkdir()
    for kind, form in FORMS.items():
        signed = sign(document(kind), keys[form.sender])
        (folder / f"{kind}.xml").write_text(signed, encoding="utf-8", newline="")
    for sender, key in keys.items():
        (folder / "trust" / f"{sender}.pem").write_text(pem(key.certificate), encoding="ascii")
    (folder / "trust" / "ca.pem").write_text("not a sender's", encoding="ascii")
    for name, text in receipts().items():
        (folder / "receipts" / name).write_text(text, encoding="utf-8")
    (folder / "label.pdf").write_bytes(papers.label())
    (folder / "slip.bin").write_bytes(papers.slip(ORDER["acturalPaid"]))
    (folder / "slip.png").write_bytes(papers.picture())
    (folder / "ledger.csv").write_bytes(_csv(_entries()))
    (folder / "catalogue.csv").write_bytes(_csv(_offers()))
    (folder / "timeline.json").write_text(_json(_steps()), encoding="utf-8")
    (folder / "provider.json").write_text(_json([_payment()]), encoding="utf-8")
    return folder


def resign(folder: Path, keys: Keys, kind: str) -> None:
    """Sign a changed document again by its sender's key."""
    path = folder / f"{kind}.xml"
    plain = unsigned(path.read_bytes().decode())
    path.write_bytes(sign(plain, keys[FORMS[kind].sender]).encode())


def _json(said: object) -> str:
    return json.dumps(said, ensure_ascii=False)


def _csv(rows: Iterable[Mapping[str, object]]) -> bytes:
    listed = list(rows)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(listed[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue().encode("utf-8-sig")


def _entries() -> Iterable[dict[str, object]]:
    for posting, (kind, legs) in enumerate(POSTINGS.items(), start=1):
        for gnum, (account, fen) in enumerate(legs.items(), start=1):
            yield {
                "posting_id": 7263845920175104000 + posting,
                "kind": kind,
                "document": f"customs_order:{posting}",
                "legal_entity_id": 1,
                "business_on": "2026-11-24",
                "at": "2026-11-24T10:00:00+08:00",
                "gnum": gnum,
                "account_code": account,
                "account_name": f"科目 {account}",
                "amount_fen": fen,
                "debit": f"{max(fen, 0) // 100}.{max(fen, 0) % 100:02d}",
                "credit": f"{max(-fen, 0) // 100}.{max(-fen, 0) % 100:02d}",
                "order_id": 7263845920175104001,
                "memo": "",
            }


def _offers() -> Iterable[dict[str, object]]:
    for sku, gtin, price in (
        (LINE["itemNo"], LINE["barCode"].zfill(14), LINE["price"]),
        ("T-00002", "09312345001019", "88.00"),
    ):
        yield {
            "sku": sku,
            "gtin14": gtin,
            "title": "商品",
            "title_en": "Goods",
            "route": "retail_import",
            "price": price,
            "freight": "12.00",
            "open": "1",
        }


def _steps() -> list[dict[str, object]]:
    return [{"step": name, "seconds": place / 2} for place, name in enumerate(STEPS)]


def _payment() -> dict[str, object]:
    taken = {"id": "txn_1", "gross_fen": 48335, "fee_fen": 290, "net_fen": 48045, "currency": "cny"}
    return {
        "payment_intent": "pi_1",
        "charge": "ch_1",
        "balance_transaction": taken,
        "client_reference_id": "700001",
    }
