"""The hands that write to the simulated customs and read its answers, and its files."""

import json
from pathlib import Path

from simulators import ceb, mailbox, signature
from simulators.customs.issue import issue
from simulators.daemon import china_now
from simulators.keys import Key, load_key
from simulators.mailbox import Letter, Mailbox
from tests.unit.simulators.sim_documents import (
    ACCOUNT_BOOK,
    AREA,
    COURIER,
    PAYER,
    PLATFORM,
    SITE,
    transfer,
)

ROLES = {
    PLATFORM: "platform",
    PAYER: "payment_company",
    COURIER: "courier",
    SITE: "site_operator",
}
TARIFF = [
    {"hs_code": "2106909090", "duty_pct": 12, "vat_pct": 13},
    {"hs_code": "3303000020", "vat_pct": 13, "consumption_pct": 15, "cosmetics": True},
    {"hs_code": "4202210090", "duty_pct": "6", "vat_pct": "13"},
    {"hs_code": "1006309090", "vat_pct": "13", "weight_limit": "rice"},
    {"hs_code": "2204210000", "duty_pct": "14", "vat_pct": "13", "consumption_pct": "10"},
]
BOOK = [
    {
        "account_book_no": ACCOUNT_BOOK,
        "item_record_no": "0001",
        "hs_code": "2106909090",
        "entered_qty": 1000,
    },
    {
        "account_book_no": ACCOUNT_BOOK,
        "item_record_no": "0002",
        "hs_code": "3303000020",
        "measure": "50",
        "measure_unit": "ml",
    },
    {
        "account_book_no": ACCOUNT_BOOK,
        "item_record_no": "0003",
        "hs_code": "4202210090",
        "qty1_per_unit": "1",
    },
    {"account_book_no": ACCOUNT_BOOK, "item_record_no": "0004", "hs_code": "1006309090"},
    {"account_book_no": ACCOUNT_BOOK, "item_record_no": "0005", "hs_code": "2204210000"},
]
GUARANTEES = [
    {"assure_code": AREA[0], "purpose": "retail_tax", "limit_yuan": "50"},
    {"assure_code": "1401960D07", "purpose": "display", "limit_yuan": "1000"},
]
SITES = [{"site_no": "ZS-TY-001"}]


def make_keys(folder: Path) -> dict[str, Key]:
    """Issue a key to each company; return them by customs code."""
    paths = [issue(one[0], one[1], out=folder / "keys", trust=folder / "trust") for one in ROLES]
    return {key.holder_code: key for key in map(load_key, paths)}


def make_files(folder: Path) -> None:
    """Write what customs reads at its start."""
    filed = [
        {"dxp_id": dxp, "customs_code": code, "name": name, "roles": [role]}
        for (code, name, dxp), role in ROLES.items()
    ]
    book = [{"unit": "122", "unit1": "035", **one} for one in BOOK]
    files = {
        "senders": filed,
        "tariff": TARIFF,
        "book": book,
        "guarantees": GUARANTEES,
        "sites": SITES,
    }
    for name, said in files.items():
        (folder / f"{name}.json").write_text(json.dumps(said), encoding="utf-8")


class Hand:
    """Writes letters to customs and reads the answers, for any company."""

    def __init__(self, dxp: Path, keys: dict[str, Key]) -> None:
        self.dxp = dxp
        self.keys = keys

    def send(self, kind, record, *, by=PLATFORM, key=None, change=None) -> bytes:
        """Build, sign and post a message of ``by``; ``change`` spoils it after signing."""
        root = ceb.build(kind, [record], transfer=transfer(by))
        signature.sign(root, key or self.keys[by[0]])
        data = ceb.to_bytes(root)
        if change is not None:
            data = change(data)
        self.post(kind, data, by=by)
        return data

    def post(self, kind, data, *, by=PLATFORM, name=None) -> str:
        """Post a business message as it is; return the letter's id."""
        name = name or f"{kind}-{ceb.new_guid()}"
        letter = Letter(name, by[2], mailbox.CUSTOMS_ID, f"{kind}Message", data)
        self.drop(f"{name}.xml", mailbox.wrap(letter, china_now()), by=by)
        return name

    def drop(self, name, content, *, by=PLATFORM) -> None:
        """Put any file into the mailbox of ``by``."""
        box = Mailbox(self.dxp, by[2])
        box.open()
        mailbox.put(box.outgoing, name, content)

    def letters_heard(self, by=PLATFORM):
        """Return (file, document) of every answer that waits for ``by``; of a broken one None."""
        for path in mailbox.waiting(Mailbox(self.dxp, by[2]).incoming):
            try:
                yield path, ceb.read(mailbox.unwrap(path.read_bytes()).data)
            except ceb.Unreadable:
                yield path, None

    def heard(self, by=PLATFORM):
        """Return (kind, head, lines) of every answer that waits for ``by``."""
        found = []
        for _, root in self.letters_heard(by):
            if root is None:
                found.append(("broken", {}, []))
                continue
            kind = ceb.kind_of(root)
            found += [(kind, dict(one.head), list(one.lines)) for one in ceb.records(root)]
        return found

    def answers(self, number, by=PLATFORM) -> list[str]:
        """Return the statuses heard about a number, in order of coming; a tax bill is 816."""
        heard = self.heard(by)
        numbers = {number}
        numbers |= {head.get("invtNo", "") for _, head, _ in heard if number in head.values()}
        numbers -= {""}
        return [
            head.get("returnStatus", "816") for _, head, _ in heard if numbers & {*head.values()}
        ]

    def info(self, number, by=PLATFORM) -> str:
        """Return the returnInfo of the last answer about a number."""
        return [head["returnInfo"] for _, head, _ in self.heard(by) if number in head.values()][-1]
