"""What is asked of an authenticator and what its answer proves, without a database."""

import json

import pytest

from shop.accounts.errors import PasskeyNotAdded, PasskeyRefused, PasskeysNeedHostName
from shop.accounts.passkeys import ceremony
from shop.accounts.passkeys.ceremony import NewPasskey, Site, site_of
from tests.support.authenticator import PRESENT, Authenticator

SITE = Site("id.example", "https://id.example")
STAFF_ID, FIRST, OTHER = 4711, b"q" * 32, b"r" * 32


def ask(challenge: bytes = FIRST, known: tuple[str, ...] = ()) -> dict:
    return json.loads(
        ceremony.ask_to_make(SITE, challenge, staff_id=STAFF_ID, login="li.wei", known=known)
    )


def made(key: Authenticator) -> NewPasskey:
    return ceremony.made_passkey(SITE, FIRST, key.make(ask()))


def prove(key: Authenticator, *, challenge: bytes = FIRST, public_key: bytes) -> int:
    sent = key.prove(json.loads(ceremony.ask_to_prove(SITE, FIRST)))
    return ceremony.proved_count(SITE, challenge, ceremony.read_answer(sent), public_key=public_key)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://id.example/", SITE),
        ("https://ID.example:8443/shop", Site("id.example", "https://id.example:8443")),
        ("http://localhost:8080", Site("localhost", "http://localhost:8080")),
    ],
)
def test_a_site_is_a_hosts_name_and_its_origin(url, site):
    """The port belongs to the origin alone; letters are small, as browsers send them."""
    assert site_of(url) == site


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "https://[2001:db8::1]"])
def test_an_address_is_no_name(url):
    """Browsers make no passkey for it: said before a question is asked."""
    with pytest.raises(PasskeysNeedHostName):
        site_of(url)


def test_what_is_asked_tells_no_name_but_the_login():
    """The handle is eight bytes; the person is verified, the key found without a login."""
    options = ask(known=("AAAA",))

    assert options["rp"]["id"] == "id.example"
    assert options["user"]["name"] == "li.wei"
    assert len(ceremony.user_handle(STAFF_ID)) == 8
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert [one["id"] for one in options["excludeCredentials"]] == ["AAAA"]


def test_a_key_that_was_made_here_proves_itself_here():
    """Made, then asked: the counter goes on."""
    key = Authenticator()
    new = made(key)

    assert prove(key, public_key=new.public_key) == new.sign_count + 1


@pytest.mark.parametrize(
    "slip", [{"origin": "https://id.example.evil"}, {"flags": PRESENT}, {"flags": 0}]
)
def test_an_answer_of_another_site_or_of_nobody_makes_and_proves_nothing(slip):
    """Another origin, a person not verified, a person not there."""
    with pytest.raises(PasskeyNotAdded):
        made(Authenticator(**slip))
    key = Authenticator()
    new = made(key)
    for name, value in slip.items():
        setattr(key, name, value)

    with pytest.raises(PasskeyRefused):
        prove(key, public_key=new.public_key)


def test_an_answer_to_another_question_and_by_another_key_proves_nothing():
    """A replay from yesterday; a colleague's key in this passkey's name."""
    key, colleague = Authenticator(), Authenticator()
    new, theirs = made(key), made(colleague)

    with pytest.raises(PasskeyRefused):
        prove(key, challenge=OTHER, public_key=new.public_key)
    with pytest.raises(PasskeyRefused):
        prove(key, public_key=theirs.public_key)


@pytest.mark.parametrize(
    "sent",
    ["", "[]", "{}", '{"id": 7}', "\x00", "x" * 30_000, '{"id": "AA", "response": {}}'],
)
def test_what_is_no_answer_is_refused_like_a_wrong_one(sent):
    """Whatever bytes a stranger sends: one refusal, never an incident."""
    with pytest.raises(PasskeyRefused):
        ceremony.read_answer(sent)
    with pytest.raises(PasskeyNotAdded):
        ceremony.made_passkey(SITE, FIRST, sent)


def test_one_credential_has_one_spelling():
    """Padded or not, throttles and rows find the same passkey."""
    key = Authenticator(credential_id=b"0123456789abcdef")
    made(key)
    sent = json.loads(key.prove(json.loads(ceremony.ask_to_prove(SITE, FIRST))))
    padded = {**sent, "id": sent["id"] + "=="}

    assert (
        ceremony.read_answer(json.dumps(padded)).credential_id
        == ceremony.read_answer(json.dumps(sent)).credential_id
    )
