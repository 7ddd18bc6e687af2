"""Signing in by phone and one-time code, on both databases."""

import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kernel import config, crypto, db, i18n
from kernel.db import Database
from shop.accounts.errors import CodeGone, CodeNotSent, CodeWrong, PhoneInvalid, TooManyAttempts
from shop.accounts.send_code import send_code
from shop.accounts.sessions import SHOPPER_FOR, signed_in
from shop.accounts.sign_in import sign_in
from shop.accounts.sign_out import sign_out
from shop.accounts.tables import account, login_session, one_time_code
from tests.db.accounts.conftest import PHONE, messages, newest_code
from tests.support.seams import FakeClock


def wrong(code: str) -> str:
    """Return six digits that are not the code."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def counted(table: object) -> int:
    """Return the rows of a table."""
    with db.read() as conn:
        return int(conn.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def test_the_right_code_opens_one_account_and_a_session(database: Database) -> None:
    """A first visit, then a second one a day later: one account, two sessions."""
    phone = send_code("138 0013 8000", language="zh-CN")

    token = sign_in(PHONE, newest_code(), language="en")

    who = signed_in(token)
    assert phone == "+8613800138000"
    assert who is not None
    assert (who.kind, who.role, who.language) == ("account", "shopper", "en")
    assert (counted(account), counted(login_session)) == (1, 1)


def test_a_second_sign_in_finds_the_same_account(database: Database, clock: FakeClock) -> None:
    """The phone is the account, however it is typed."""
    send_code(PHONE, language="zh-CN")
    first = signed_in(sign_in(PHONE, newest_code(), language="zh-CN"))
    clock.tick(60)
    send_code("+86 138-0013-8000", language="zh-CN")

    second = signed_in(sign_in("8613800138000", newest_code(), language="zh-CN"))

    assert first is not None
    assert second is not None
    assert first.id == second.id
    assert counted(account) == 1


def test_neither_phone_nor_code_nor_token_is_readable_in_the_database(
    database: Database, tmp_path: Path
) -> None:
    """Whoever holds a copy of the tables can sign in as nobody."""
    send_code(PHONE, language="zh-CN")
    code = newest_code()
    token = sign_in(PHONE, code, language="zh-CN")

    with db.read() as conn:
        rows = [
            str(value)
            for table in (account, one_time_code, login_session)
            for row in conn.execute(select(table))
            for name, value in row._mapping.items()
            if name != "id"
        ]
    text = "\n".join(rows)
    assert PHONE not in text
    assert token not in text
    assert f"'{code}'" not in text
    assert code not in text.split("\n")


def test_the_fifth_wrong_try_is_the_last(database: Database) -> None:
    """After five, the right code is no longer one."""
    send_code(PHONE, language="zh-CN")
    code = newest_code()

    left = []
    for _ in range(5):
        with pytest.raises(CodeWrong) as refused:
            sign_in(PHONE, wrong(code), language="zh-CN")
        left.append(refused.value.facts["left"])

    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(CodeGone):
        sign_in(PHONE, code, language="zh-CN")
    assert counted(account) == 0


def test_twelve_guesses_at_once_are_five_tries(database: Database) -> None:
    """A guesser with many connections gets exactly as many tries as one with patience."""
    send_code(PHONE, language="zh-CN")
    code = newest_code()
    outcomes: list[str] = []

    def guess() -> None:
        try:
            sign_in(PHONE, wrong(code), language="zh-CN")
        except (CodeWrong, CodeGone) as refused:
            outcomes.append(refused.code)

    together(guess, 12)

    assert sorted(outcomes) == ["code_gone"] * 7 + ["code_wrong"] * 5
    with db.read() as conn:
        assert conn.execute(select(one_time_code.c.tries)).scalar_one() == 5


def together(deed: Callable[[], None], times: int) -> None:
    """Do something in as many threads at once."""
    threads = [threading.Thread(target=deed) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_code_is_used_once(database: Database) -> None:
    """A message read over a shoulder opens nothing afterwards."""
    send_code(PHONE, language="zh-CN")
    code = newest_code()
    sign_in(PHONE, code, language="zh-CN")

    with pytest.raises(CodeGone):
        sign_in(PHONE, code, language="zh-CN")


def test_a_code_dies_after_five_minutes(database: Database, clock: FakeClock) -> None:
    """Valid until the last second, gone at the full minute."""
    send_code(PHONE, language="zh-CN")
    code = newest_code()

    clock.tick(299)
    with pytest.raises(CodeWrong):
        sign_in(PHONE, wrong(code), language="zh-CN")
    clock.tick(1)
    with pytest.raises(CodeGone):
        sign_in(PHONE, code, language="zh-CN")


def test_a_new_code_replaces_the_older_one(database: Database, clock: FakeClock) -> None:
    """Two messages on the phone: only the newest counts."""
    send_code(PHONE, language="zh-CN")
    older = newest_code()
    clock.tick(60)
    send_code(PHONE, language="zh-CN")
    if older == newest_code():
        pytest.skip("one in a million: both codes are the same")

    with pytest.raises(CodeWrong):
        sign_in(PHONE, older, language="zh-CN")
    sign_in(PHONE, newest_code(), language="zh-CN")


def test_a_phone_gets_one_code_a_minute_and_five_an_hour(
    database: Database, clock: FakeClock
) -> None:
    """The seconds to wait are told; another phone is not held up."""
    waits = []
    for _ in range(5):
        send_code(PHONE, language="zh-CN")
        clock.tick(20)
        with pytest.raises(TooManyAttempts) as early:
            send_code(PHONE, language="zh-CN")
        waits.append(early.value.facts["wait_s"])
        clock.tick(40)

    assert waits == [40, 40, 40, 40, 3580 - 240]
    with pytest.raises(TooManyAttempts) as full:
        send_code(PHONE, language="zh-CN")
    assert full.value.facts["wait_s"] == 3300
    send_code("13900139000", language="zh-CN")
    clock.tick(3300)
    send_code(PHONE, language="zh-CN")
    assert len(messages()) == 7


def test_eight_requests_at_once_are_one_message(database: Database) -> None:
    """The button pressed eight times sends one code and counts one."""
    outcomes: list[str] = []

    def ask() -> None:
        try:
            send_code(PHONE, language="zh-CN")
            outcomes.append("sent")
        except TooManyAttempts as refused:
            outcomes.append(refused.code)

    together(ask, 8)

    assert sorted(outcomes) == ["sent"] + ["too_many_attempts"] * 7
    assert (counted(one_time_code), len(messages())) == (1, 1)


def test_a_message_is_for_its_gateway_alone(database: Database) -> None:
    """One whole file in the person's language, closed to other users of the machine."""
    send_code(PHONE, language="en")

    folder = Path(config.current().notifier_dir)
    (file,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (message,) = messages()
    expected = i18n.text("code_sms", "en", code=newest_code(), minutes=5)
    assert (message["to"], message["text"]) == ("+8613800138000", expected)


def test_a_gateway_that_cannot_be_reached_is_said(database: Database) -> None:
    """The folder's place is taken by a file: no message, and a kind answer."""
    Path(config.current().notifier_dir).parent.mkdir(parents=True, exist_ok=True)
    Path(config.current().notifier_dir).write_text("not a folder", encoding="ascii")

    with pytest.raises(CodeNotSent):
        send_code(PHONE, language="zh-CN")
    Path(config.current().notifier_dir).unlink()


def test_a_wrong_phone_sends_and_counts_nothing(database: Database) -> None:
    """The books are as they were."""
    with pytest.raises(PhoneInvalid):
        send_code("12345", language="zh-CN")

    assert counted(one_time_code) == 0
    assert not Path(config.current().notifier_dir).exists()


def test_signing_out_ends_a_session_at_once(database: Database) -> None:
    """The next request of the same browser is nobody's."""
    send_code(PHONE, language="zh-CN")
    token = sign_in(PHONE, newest_code(), language="zh-CN")
    assert signed_in(token) is not None

    sign_out(token)

    assert signed_in(token) is None
    assert signed_in("no token of ours") is None


def test_a_session_is_over_after_thirty_days(database: Database, clock: FakeClock) -> None:
    """To the second."""
    send_code(PHONE, language="zh-CN")
    token = sign_in(PHONE, newest_code(), language="zh-CN")

    clock.tick(SHOPPER_FOR // 1_000_000 - 1)
    assert signed_in(token) is not None
    clock.tick(1)
    assert signed_in(token) is None


def test_the_phone_can_be_read_back_with_the_key(database: Database) -> None:
    """The parcel's label and the slip need it."""
    send_code(PHONE, language="zh-CN")
    sign_in(PHONE, newest_code(), language="zh-CN")

    with db.read() as conn:
        row = conn.execute(select(account)).one()
    assert crypto.unseal(row.phone_sealed, f"account.phone:{row.id}") == b"+8613800138000"
