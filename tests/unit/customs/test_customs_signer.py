"""A key file is used only whole, matching and in its dates, and never shows its secret."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bonded_display.customs import desk
from bonded_display.customs.errors import SigningKeyUnfit
from bonded_display.customs.sign import sm2
from bonded_display.customs.sign.key_files import read_key_file
from tests.support.seams import START
from tests.unit.customs.examples import DAY, signer

PRIVATE = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8


@pytest.fixture
def key_file(tmp_path: Path) -> Callable[..., Path]:
    def write(**changes: Any) -> Path:
        x, y = sm2.public_key(PRIVATE)
        key = {
            "key_no": "03010001",
            "algorithm": "sm2",
            "private_hex": f"{PRIVATE:064x}",
            "public_hex": f"04{x:064x}{y:064x}",
            "certificate_b64": "Y2VydGlmaWNhdGU=",
            "holder_code": "1401960001",
            "holder_name": "前站展台（太原）电子商务有限公司",
            "not_before": "2026-11-01T00:00:00Z",
            "not_after": "2027-11-01T00:00:00Z",
        }
        path = tmp_path / "1401960001.json"
        path.write_text(json.dumps({**key, **changes}), encoding="utf-8")
        return path

    return write


def test_key_file_signs_for_its_holder(key_file: Callable[..., Path]) -> None:
    """The signature verifies by the public key in the file."""
    key = read_key_file(key_file())

    signature = key.sign(b"message", START)

    assert sm2.verify(key.public, b"message", signature)
    assert f"{PRIVATE:x}" not in repr(key)
    assert str(PRIVATE) not in repr(key)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"algorithm": "sm4"}, "algorithm"),
        ({"certificate_b64": "not base64!"}, "certificate"),
        ({"private_hex": f"{PRIVATE + 1:064x}"}, "not_a_pair"),
        ({"private_hex": "zz"}, "incomplete"),
        ({"public_hex": "04ff"}, "incomplete"),
        ({"not_after": "soon"}, "incomplete"),
    ],
)
def test_damaged_key_file_is_refused(
    key_file: Callable[..., Path], changes: dict[str, str], reason: str
) -> None:
    """Each damage has its reason, and the refusal quotes nothing of the file."""
    with pytest.raises(SigningKeyUnfit) as refused:
        read_key_file(key_file(**changes))

    assert refused.value.reason == reason
    assert f"{PRIVATE:x}" not in str(refused.value)


def test_absent_key_file_is_refused(tmp_path: Path) -> None:
    """The demo without keys says so instead of sending unsigned."""
    with pytest.raises(SigningKeyUnfit) as refused:
        read_key_file(tmp_path / "none.json")

    assert refused.value.reason == "unreadable"


@pytest.mark.parametrize(
    ("at", "reason"), [(START - 2 * DAY, "not_yet_valid"), (START + 365 * DAY, "expired")]
)
def test_key_signs_only_between_its_dates(at: int, reason: str) -> None:
    """The day before it begins and the moment it ends."""
    with pytest.raises(SigningKeyUnfit) as refused:
        signer().sign(b"message", at)

    assert refused.value.reason == reason


def test_nobody_signs_for_another_company(tmp_path: Path) -> None:
    """The desk's key is the courier's: sending the platform's document would be false."""
    desk_of_courier = desk.Desk(
        signer=signer("1401960004"),
        mailbox=None,
        guarantees=None,
        dxp_id="DXP",  # type: ignore[arg-type]
    )

    with pytest.raises(SigningKeyUnfit) as refused:
        desk.signer_of(desk_of_courier, "1401960001", START)

    assert refused.value.reason == "not_the_senders"
