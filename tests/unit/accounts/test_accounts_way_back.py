"""Where the sign-in may lead on to."""

import pytest

from shop.web.login import local_path


@pytest.mark.parametrize(
    "given",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "",
        "/a\nSet-Cookie: x",
        "elsewhere",
    ],
)
def test_a_way_back_stays_on_this_site(given: str) -> None:
    """The sign-in is no springboard."""
    assert local_path(given, "/") == "/"


def test_a_way_back_keeps_its_question() -> None:
    """The checkout is found again with its shelf and quantity."""
    assert local_path("/checkout?code=K7&qty=2", "/") == "/checkout?code=K7&qty=2"
