"""From where and how a request comes: what our proxies say is believed, what strangers write is not."""

import pytest

from kernel.web.proxies import Proxies

OURS = "127.0.0.1, 10.0.3.0/24, ::1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7, 10.0.3.4", "203.0.113.7"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "10.0.3.9", "10.0.3.9"),
    ],
)
def test_the_address_that_came_to_our_outermost_proxy_is_the_caller(peer, forwarded, caller):
    """Straight, through one, through two; from within when nobody else is told."""
    assert Proxies(OURS).caller(peer, forwarded) == caller


@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "127.0.0.1, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7, unknown", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7:5000", "127.0.0.1"),
        ("", "203.0.113.7", ""),
    ],
)
def test_what_a_stranger_wrote_is_not_believed(peer, forwarded, caller):
    """To us directly, before the proxy's own word, or where no address stands."""
    assert Proxies(OURS).caller(peer, forwarded) == caller


@pytest.mark.parametrize(
    ("peer", "forwarded", "seen", "scheme"),
    [
        ("127.0.0.1", "https", "http", "https"),
        ("10.0.3.4", "HTTPS", "http", "https"),
        ("127.0.0.1", "http", "https", "http"),
        ("127.0.0.1", "http, https", "http", "https"),
        ("127.0.0.1", "https, http", "http", "http"),
        ("127.0.0.1", "", "http", "http"),
        ("127.0.0.1", "javascript", "http", "http"),
        ("203.0.113.7", "https", "http", "http"),
        ("", "https", "http", "http"),
    ],
)
def test_the_scheme_is_our_proxy_s_last_word(peer, forwarded, seen, scheme):
    """A stranger's is not believed, nor what is no scheme of the web."""
    assert Proxies(OURS).scheme(peer, forwarded, seen) == scheme
