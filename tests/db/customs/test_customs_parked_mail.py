"""Mail set aside for a certificate is taken in once it is trusted: once, also after a crash."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bonded_display.customs import desk
from bonded_display.customs.heard import take_parked_again as module
from bonded_display.customs.heard.take_parked_again import (
    TakenAgain,
    renew_trust,
    take_parked_again,
)
from bonded_display.customs.sign.trust import Trust
from bonded_display.customs.submit_order import submit_order
from bonded_display.customs.take_in_mail import TakenIn, take_in_mail
from bonded_display.customs.transport import parking
from bonded_display.customs.transport.parking import parked
from kernel import config
from shop import cli
from shop.duties import renew_trusted
from tests.db.customs.office import Office
from tests.db.customs.test_customs_odd_mail import lines
from tests.db.customs.test_customs_signing import signed_mail, trust
from tests.support.certificates import certified
from tests.unit.customs.examples import order


class Killed(BaseException):
    """The process ended here."""


@pytest.fixture
def strangers(office: Office, tmp_path: Path) -> Any:
    """An order that went out, and customs' answer under a certificate that nobody knew."""
    key = certified("0500000000")
    (tmp_path / "trust").mkdir()
    submit_order(order())
    office.put(signed_mail(key), "1.xml")
    assert take_in_mail() == TakenIn(parked=1)
    return key


def bad(office: Office) -> Path:
    return office.folder / "bad"


def left(office: Office) -> list[str]:
    return sorted(path.name for path in bad(office).iterdir())


def test_parked_mail_is_taken_in_once_its_certificate_is_trusted(
    office: Office, strangers, tmp_path
) -> None:
    """Listed with reason and age; stays while nobody trusts it; taken once; then nothing is left."""
    (mail,) = parked(bad(office))
    assert (mail.name, mail.reason, mail.read_whole) == ("1.xml", "signature_unknown", True)
    assert mail.at > 0
    assert take_parked_again(bad(office)) == TakenAgain(stay=1)
    trust(tmp_path / "trust", strangers)

    assert take_parked_again(bad(office)) == TakenAgain(recorded=1)
    assert take_parked_again(bad(office)) == TakenAgain()

    assert office.documents()["order"] == "ACCEPTED"
    assert left(office) == []
    (line,) = lines("customs.parked_mail_taken")
    assert line["reason"] == "signature_unknown"


@pytest.mark.parametrize("step", ["recorded", "audited", "bytes_gone", "never_read"])
def test_a_crash_at_any_step_is_gone_on_with(
    office: Office, strangers, tmp_path, monkeypatch, step: str
) -> None:
    """Killed before, after the record, after its audit line, between the two files: one effect."""
    trust(tmp_path / "trust", strangers)
    with monkeypatch.context() as patch:
        _kill_after(patch, step)
        with pytest.raises(Killed):
            take_parked_again(bad(office))
    assert left(office) != []

    take_parked_again(bad(office))

    assert office.documents()["order"] == "ACCEPTED"
    assert len(office.facts("document.accepted")) == 1
    assert parked(bad(office)) == []
    take_parked_again(bad(office))
    assert left(office) == []


def _kill_after(patch: pytest.MonkeyPatch, step: str) -> None:
    """Let the process end behind one step of the verb."""

    def then_die(before: Callable[..., Any]) -> Callable[..., Any]:
        def called(*words: Any, **facts: Any) -> Any:
            before(*words, **facts)
            raise Killed

        return called

    def die(*_words: Any, **_facts: Any) -> None:
        raise Killed

    unlink = Path.unlink
    places: dict[str, tuple[Any, str, Callable[..., Any]]] = {
        "recorded": (module, "record_receipt", then_die(module.record_receipt)),
        "audited": (module.parking, "forget_parked", die),
        "bytes_gone": (Path, "unlink", then_die(unlink)),
        "never_read": (module.parking, "read_parked", die),
    }
    patch.setattr(*places[step])


def test_what_is_damaged_or_forged_stays_and_a_new_reason_is_written_down(
    office: Office, strangers, tmp_path
) -> None:
    """Damaged mail is not read again; a forgery under a name that is trusted now is named so."""
    office.put(b"<broken", "2.xml")
    name_only = replace(certified("0500000000"), certificate_b64=strangers.certificate_b64)
    office.put(signed_mail(name_only), "3.xml")
    assert take_in_mail() == TakenIn(parked=2)
    before = {mail.name: mail.at for mail in parked(bad(office))}
    trust(tmp_path / "trust", strangers)

    assert take_parked_again(bad(office)) == TakenAgain(recorded=1, stay=1)

    told = {mail.name: mail.reason for mail in parked(bad(office))}
    assert told == {"2.xml": "not_xml", "3.xml": "signature_forged"}
    assert {mail.name: mail.at for mail in parked(bad(office))} == {
        name: at for name, at in before.items() if name != "1.xml"
    }


def test_trust_is_read_anew_without_a_new_process(office: Office, strangers, tmp_path) -> None:
    """The desk's own certificates are those of the folder from then on."""
    del office
    desk.use(replace(desk.current(), trust=Trust()))
    settings = replace(config.current(), trusted_certificates_dir=str(tmp_path / "trust"))
    renew_trust(settings)
    assert desk.current().trust.certificates == {}
    trust(tmp_path / "trust", strangers)
    desk.use(replace(desk.current(), trust=Trust()))

    renew_trust(settings)

    renewed = desk.current()
    assert len(renewed.trust.certificates) == 1
    config.use(settings)
    renew_trusted()
    assert desk.current() is renewed


def test_a_mail_in_several_pieces_is_listed_and_never_read(office: Office) -> None:
    """What is too large to be read stays so, whatever its word says; no folder, no mail."""
    assert parked(bad(office) / "none") == []
    parking.park(bad(office), "9.xml", "signature_unknown X", [b"a", b"b"])

    (mail,) = parked(bad(office))

    assert not mail.read_whole
    assert take_parked_again(bad(office)) == TakenAgain()
    assert len(left(office)) == 3


def test_the_command_takes_in_and_lists_what_stays(
    office: Office, strangers, tmp_path, monkeypatch, capsys
) -> None:
    """``shop take-parked-mail``: counts, and each mail that stays with its age and reason."""
    monkeypatch.setattr(cli, "open_house", lambda *_, **__: nullcontext())
    monkeypatch.setattr(cli, "bad_folder", lambda _: bad(office))
    office.put(b"<broken", "2.xml")
    take_in_mail()
    assert cli.main(["take-parked-mail"]) == 0
    told = capsys.readouterr().out
    assert "1.xml: signature_unknown" in told
    assert "recorded: 0, not trusted yet: 1, failed: 0" in told
    trust(tmp_path / "trust", strangers)

    assert cli.main(["take-parked-mail"]) == 0

    told = capsys.readouterr().out
    assert "1.xml" not in told
    assert "2.xml: not_xml" in told
    assert "recorded: 1, not trusted yet: 0, failed: 0" in told


def test_a_failure_of_ours_leaves_the_mail_and_is_told(
    office: Office, strangers, tmp_path, monkeypatch
) -> None:
    """The database is away for one: it stays, the command says so, the next run takes it."""
    trust(tmp_path / "trust", strangers)

    def away(*_: Any, **__: Any) -> None:
        raise RuntimeError("away")

    with monkeypatch.context() as patch:
        patch.setattr(module, "record_receipt", away)
        assert take_parked_again(bad(office)) == TakenAgain(failed=1)

    assert take_parked_again(bad(office)) == TakenAgain(recorded=1)
