"""Join customs' parts into one office; decides nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from simulators import ceb_check
from simulators.books import Books
from simulators.customs.after import schema as after_schema
from simulators.customs.after.display import Display
from simulators.customs.after.goods_returns import GoodsReturns
from simulators.customs.after.inspections import Inspections
from simulators.customs.after.later import Later, routes
from simulators.customs.after.payment_questions import Questions
from simulators.customs.after.periods import Periods
from simulators.customs.after.question_web import question_routes
from simulators.customs.after.warehouse_in import WarehouseIn
from simulators.customs.after.withdrawals import Withdrawals
from simulators.customs.documents import Documents
from simulators.customs.export import Export
from simulators.customs.intake import Intake
from simulators.customs.judging import Desks
from simulators.customs.lists import Knowledge, Lists
from simulators.customs.receipts import Receipts
from simulators.customs.schema import SCHEMA
from simulators.customs.sending import Sending
from simulators.customs.tariff import (
    read_account_book,
    read_guarantees,
    read_sites,
    read_tariff,
)
from simulators.customs.trust import TrustFolder, read_senders
from simulators.customs.web import application
from simulators.trouble import mutants, script
from simulators.trouble.mutants import Mutants
from simulators.trouble.script import Script


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
    guarantees: Path | None = None
    sites: Path | None = None
    mutants: Path | None = None
    mutant_flags: Sequence[str] = ()
    withdraw_until_gate: bool = False


class Office:
    """Customs at work: call ``step`` again and again."""

    def __init__(self, settings: Settings) -> None:
        filed = read_senders(settings.senders)
        knowledge = Knowledge(
            read_tariff(settings.tariff),
            read_account_book(settings.account_book),
            read_guarantees(settings.guarantees),
        )
        self.script = Script.of_file(settings.script)
        self.mutants = Mutants(_planted(settings))
        self.export = Export(settings.export)
        trust = TrustFolder(settings.trust)
        sites = read_sites(settings.sites)
        schema = SCHEMA + after_schema.SCHEMA + script.SCHEMA
        self.books = Books(settings.db, schema=schema, secret_file=settings.secret_file)
        documents = Documents(self.books.sealer)
        receipts = Receipts(self.script, self.books.sealer, delay_ms=settings.delay_ms)
        desks = Desks(
            documents=documents,
            lists=Lists(documents, knowledge, self.books.sealer),
            withdrawals=Withdrawals(documents, until_gate=settings.withdraw_until_gate),
            goods_returns=GoodsReturns(documents),
            warehouse_in=WarehouseIn(documents),
            receipts=receipts,
            script=self.script,
            mutants=self.mutants,
            trust=trust,
            export=self.export,
            official=ceb_check.official_schema(settings.official),
        )
        self.intake = Intake(self.books, settings.dxp, filed=filed, desks=desks)
        self.questions = Questions(self.books, documents, trust, platform_url=settings.platform_url)
        self.periods = Periods(self.books, receipts)
        self.sending = Sending(self.books, settings.dxp, self.export, self.mutants)
        self.later = Later(
            self.books,
            knowledge,
            self.periods,
            Inspections(self.books, documents, receipts),
            Display(self.books, knowledge, sites),
        )

    def step(self) -> None:
        """Take what waits, close what tax period is over, then write what is due."""
        self.intake.step()
        self.periods.step()
        self.sending.step()

    def web(self) -> Flask:
        """Return the office's web application."""
        app = application(self.books, self.script, self.export, self.sending)
        app.register_blueprint(routes(self.later))
        app.register_blueprint(question_routes(self.questions))
        return app


def _planted(settings: Settings) -> list[mutants.Mutant]:
    """Return the falsehoods of the rule file and the named flags; raises ``BadScript``."""
    of_file = mutants.read_file(settings.mutants) if settings.mutants else []
    return [*of_file, *(one for flag in settings.mutant_flags for one in mutants.of_flag(flag))]
