"""What terminal and server say to each other: read back whole, refused by name when wrong."""

from typing import Any

import pytest

from kernel.errors import every_kind
from kernel.i18n import LANGS, messages, missing_words
from pos import errors, protocol
from pos.terminal import errors as till_errors
from tests.unit.pos.slips import a_request, a_slip


def test_what_is_sent_is_read_back() -> None:
    """Print requests survive JSON as they were."""
    sent = [a_request(1), a_request(2, lang="en")]

    assert protocol.requests_from_json(protocol.requests_to_json(sent)) == sent


def test_fields_of_a_newer_server_are_passed_over_and_new_ones_have_defaults() -> None:
    """An older terminal reads on when fields are added; an absent optional one is nought."""
    body = protocol.slip_to_json(a_slip()) | {"points": 7}
    del body["insurance_fen"]

    assert protocol.slip_from_json(body) == a_slip()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("total_fen", "98977"),
        ("total_fen", True),
        ("total_fen", 1.5),
        ("order_no", None),
        ("lines", "none"),
        ("lines", []),
        ("lines", [{"gnum": 1}]),
        ("lang", "fr"),
        ("phone_masked", "13800138000"),
        ("page_url", "javascript:alert(1)"),
    ],
)
def test_a_slip_that_is_not_as_agreed_is_refused_by_field(field: str, value: Any) -> None:
    """Wrong kinds, no lines, an open phone number, a strange address."""
    with pytest.raises(errors.SlipMalformed):
        protocol.slip_from_json(protocol.slip_to_json(a_slip()) | {field: value})


def test_a_total_a_fen_off_is_refused() -> None:
    """Goods, freight and taxes less discount are the total, or there is no slip."""
    with pytest.raises(errors.SlipUnbalanced) as refused:
        protocol.check_slip(a_slip(total_fen=98978))

    assert refused.value.facts == {"parts_fen": 98977, "total_fen": 98978}
    protocol.check_slip(a_slip(total_fen=97977, discount_fen=1000))


@pytest.mark.parametrize("version", [0, 3, "1", None])
def test_an_unknown_version_is_named(version: object) -> None:
    """Neither side guesses at a protocol it does not know."""
    with pytest.raises(errors.ProtocolVersionUnknown):
        protocol.requests_from_json({"version": version, "print_requests": []})


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("13800138000", "138****8000"), ("+8613800138000", "138****8000"), ("400-1", ""), ("", "")],
)
def test_a_phone_shows_its_ends_only(phone: str, masked: str) -> None:
    """What is no mobile is not shown at all."""
    assert protocol.mask_phone(phone) == masked


def test_every_trouble_of_the_counter_has_words() -> None:
    """What, why and next in both languages; the causes of an unsure slip too."""
    ours = [kind for kind in every_kind() if kind.__module__.startswith("pos.")]
    abstract = {till_errors.PrinterTrouble}

    assert missing_words([kind for kind in ours if kind not in abstract]) == []
    for lang in LANGS:
        wanted = {f"till.cause.{cause}" for cause in till_errors.CAUSES}
        assert wanted <= set(messages(lang))
