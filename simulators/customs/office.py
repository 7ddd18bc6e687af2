"""Join customs' parts into one office; decides nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from simulators import ceb_check
from simulators.books import Books
from simulators.customs.documents import Documents
from simulators.customs.export import Export
from simulators.customs.intake import Desks, Intake
from simulators.customs.lists import Knowledge, Lists
from simulators.customs.payment_questions import Questions
from simulators.customs.receipts import Receipts
from simulators.customs.schema import SCHEMA
from simulators.customs.script import Script
from simulators.customs.sending import Sending
from simulators.customs.tariff import read_account_book, read_tariff
from simulators.customs.trust import TrustFolder, read_senders
from simulators.customs.web import application


@dataclass(frozen=True)
class Settings:
    """Files and folders of the office; ``delay_ms`` lies between two receipts."""

    db: Path
    secret_file: Path
    dxp: Path
    senders: Path
    trust: Path
    tariff: Path
    account_book: Path | None = None
    script: Path | None = None
    export: Path | None = None
    official: str | None = None
    delay_ms: int = 20
    platform_url: str = ""


class Office:
    """Customs at work: call ``step`` again and again."""

    def __init__(self, settings: Settings) -> None:
        filed = read_senders(settings.senders)
        tariff = read_tariff(settings.tariff)
        knowledge = Knowledge(tariff, read_account_book(settings.account_book))
        self.script = Script.of_file(settings.script)
        self.export = Export(settings.export)
        trust = TrustFolder(settings.trust)
        self.books = Books(settings.db, schema=SCHEMA, secret_file=settings.secret_file)
        sealer = self.books.sealer
        documents = Documents(sealer)
        desks = Desks(
            documents=documents,
            lists=Lists(documents, knowledge, sealer),
            receipts=Receipts(self.script, sealer, delay_ms=settings.delay_ms),
            script=self.script,
            trust=trust,
            export=self.export,
            official=ceb_check.official_schema(settings.official),
        )
        self.intake = Intake(self.books, settings.dxp, filed=filed, desks=desks)
        self.questions = Questions(self.books, documents, trust, platform_url=settings.platform_url)
        self.sending = Sending(self.books, settings.dxp, self.export)

    def step(self) -> None:
        """Take what waits, then write what is due."""
        self.intake.step()
        self.sending.step()

    def web(self) -> Flask:
        """Return the office's web application."""
        return application(self.books, self.script, self.export, self.questions)
