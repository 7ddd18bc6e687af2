"""A customs office inside the test, with the hands of the three companies."""

import json
import time
from pathlib import Path

from simulators.customs.office import Office, Settings
from tests.unit.simulators.sim_documents import COURIER, PAYER, PLATFORM, Sale
from tests.unit.simulators.sim_hand import Hand, make_files


class Desk(Hand):
    """Customs, and the hands of the three companies."""

    def __init__(self, folder: Path, keys) -> None:
        super().__init__(folder / "dxp", keys)
        self.folder = folder
        make_files(folder)
        (folder / "trust").symlink_to(Desk.trust)
        self.office = self.opened()

    trust: Path

    def opened(self, **changed) -> Office:
        """Open the office on the folder's books, as after a start."""
        at = self.folder
        files = {
            "db": at / "customs.db",
            "secret_file": at / "secret",
            "dxp": self.dxp,
            "senders": at / "senders.json",
            "trust": at / "trust",
            "tariff": at / "tariff.json",
            "account_book": at / "book.json",
            "delay_ms": 0,
        }
        return Office(Settings(**{**files, **changed}))

    def script(self, *rules) -> None:
        """Put scripted trouble into force."""
        self.office.script.replace(list(rules))

    def work(self) -> None:
        """Let customs take what waits, and answer all of it that is due now."""
        self.office.step()
        time.sleep(0.002)
        self.office.step()

    def told(self, kind, record, *, by=PLATFORM, **how) -> tuple[str, str]:
        """Send one document; return the last status and info about it."""
        self.send(kind, record, by=by, **how)
        before = len(self.heard(by))
        self.work()
        _, head, _ = self.heard(by)[before:][-1]
        return head.get("returnStatus", "816"), head.get("returnInfo", "")

    def documents(self, sale: Sale) -> None:
        """Let the three documents of a sale be accepted."""
        self.send("CEB311", sale.order())
        self.send("CEB411", sale.payment(), by=PAYER)
        self.send("CEB511", sale.waybill(), by=COURIER)
        self.work()

    def post_json(self, path, **said) -> dict[str, object]:
        """Ask the office over HTTP."""
        answer = self.office.web().test_client().post(path, json=said)
        return json.loads(answer.data)

    def get_json(self, path) -> dict[str, object]:
        """Look at the office over HTTP."""
        return json.loads(self.office.web().test_client().get(path).data)

    def rows(self, sql) -> list[dict[str, object]]:
        """Return what stands in the books."""
        return [dict(row) for row in self.office.books.rows(sql)]

    def books(self):
        """Return the totals that customs tells."""
        answer = self.office.web().test_client().get("/books")
        return json.loads(answer.data)
