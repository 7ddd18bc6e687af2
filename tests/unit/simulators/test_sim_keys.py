"""Keys, certificates and signatures of the other side; each read by a second reader."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import gmalg
import pytest
from cryptography import x509 as second_reader
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators import ceb, curve, keys, signature, x509
from simulators.customs.issue import pem, unpem
from simulators.customs.trust import BadSenders, TrustFolder, read_senders
from simulators.keys import BadKey, load_key
from tests.unit.simulators.sim_documents import PAYER, PLATFORM, Sale, transfer
from tests.unit.simulators.sim_hand import make_keys

ROOT = Path(__file__).parents[3]


@settings(max_examples=20, deadline=None)
@given(st.integers(1, curve.N - 1))
def test_our_multiplication_is_that_of_gmalg(k):
    """Any multiple of the base point."""
    assert curve.multiply(k, curve.G) == gmalg.sm2._ecdlp.ec.mul(k, curve.G)


def test_the_order_times_the_base_point_is_infinity():
    """And one less is its negative."""
    assert curve.multiply(curve.N, curve.G) is None
    assert curve.multiply(curve.N - 1, curve.G) == (curve.G[0], curve.P - curve.G[1])


def test_a_point_asked_for_often_has_the_same_multiples(monkeypatch):
    """By steps at first, by windows from then on: none, one, round bytes, the last ones, any."""
    _, public = keys.new_pair()
    point = (int.from_bytes(public[1:33]), int.from_bytes(public[33:]))
    factors = [0, 1, 2, 255, 256, 257, 2**248, curve.N - 1, curve.N, curve.N + 5, 7**90]
    by_steps = [curve.multiply(k, point) for k in factors]

    for _ in range(40):
        curve.multiply(3, point)
    monkeypatch.setattr(curve, "_by_steps", None)

    assert [curve.multiply(k, point) for k in factors] == by_steps
    assert by_steps[-1] == gmalg.sm2._ecdlp.ec.mul(7**90, point)


def test_a_signature_holds_for_gmalg_and_gmalgs_for_us():
    """Both ways, and not for another message."""
    private, public = keys.new_pair()
    theirs = gmalg.SM2(sk=private, uid=keys.USER_ID, pk=public)

    ours = keys.sign_raw(private, public, b"message")
    r, s = (bytes(part).rjust(32, b"\0") for part in theirs.sign(b"message"))

    assert theirs.verify(b"message", ours[:32], ours[32:])
    assert keys.verifies(public, b"message", r + s)
    assert not keys.verifies(public, b"massage", r + s)
    assert not keys.verifies(public, b"message", r + s + b"\0")


def test_issue_makes_a_key_and_a_certificate_that_others_read(tmp_path):
    """By the command line; read by cryptography: names, dates, number."""
    words = ["--code", "1401960Z09", "--name", "晋测试企业有限公司"]
    folders = ["--out", str(tmp_path / "keys"), "--trust", str(tmp_path / "trust")]
    command = [sys.executable, "-m", "simulators.customs", "issue", *words, *folders]

    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert said.returncode == 0, said.stderr
    assert again.returncode == 2
    path = Path(said.stdout.strip())
    assert path.stat().st_mode & 0o777 == 0o600
    key = load_key(path)
    assert pem(key.certificate) == (tmp_path / "trust" / "1401960Z09.pem").read_text()
    read = second_reader.load_der_x509_certificate(key.certificate)
    assert f"O={key.holder_name}" in read.subject.rfc4514_string()
    assert f"CN={key.key_no}" in read.subject.rfc4514_string()
    assert read.not_valid_before_utc < datetime.now(UTC) < read.not_valid_after_utc
    assert json.loads(path.read_text())["public_hex"].startswith("04")


def test_a_certificate_of_another_authority_is_not_trusted(tmp_path, sim_keys):
    """Same names, same code, another authority's key."""
    other = make_keys(tmp_path)[PLATFORM[0]]
    folder = tmp_path / "mixed"
    folder.mkdir()
    authority = x509.read(unpem((tmp_path / "trust" / "ca.pem").read_text()))
    (folder / "ca.pem").write_text((tmp_path / "trust" / "ca.pem").read_text())
    for name, key in ((PLATFORM[0], sim_keys[PLATFORM[0]]), (PAYER[0], other)):
        (folder / f"{name}.pem").write_text(pem(key.certificate))
    (folder / "broken.pem").write_text("no certificate")

    trust = TrustFolder(folder)

    ours = sim_keys[PLATFORM[0]]
    assert trust.public_key(ours.key_no, ours.certificate) is None
    assert trust.public_key(other.key_no, other.certificate) is None, "filed under another code"
    assert x509.is_signed_by(x509.read(other.certificate), authority.public)


def test_a_certificate_has_its_days(tmp_path, sim_keys):
    """Run out yesterday: not trusted; the key number must be the certificate's."""
    private, public = keys.new_pair()
    issuer = x509.Issuer({"CN": "CA"}, private, public)
    now = datetime.now(UTC)
    days = {"ca": (-9, 9), "1401960N01": (-9, 9), "1401960O02": (-9, -1), "1401960F03": (1, 9)}
    made = {}
    for name, (start, end) in days.items():
        who = {"CN": f"K{name}", "OU": name}
        times = (now + timedelta(days=start), now + timedelta(days=end))
        made[name] = x509.issue(x509.Request(who, public, *times, serial=7), issuer)
        (tmp_path / f"{name}.pem").write_text(pem(made[name]))

    trust = TrustFolder(tmp_path)

    held = {name: trust.public_key(f"K{name}", der) for name, der in made.items() if name != "ca"}
    assert [name for name, found in held.items() if found] == ["1401960N01"]
    assert trust.public_key("K0", made["1401960N01"]) is None


@pytest.mark.parametrize("cut", [0, 1, 5, 60, 200])
def test_what_is_no_certificate_is_refused(sim_keys, cut):
    """Cut short anywhere, or bytes of another kind."""
    with pytest.raises(x509.BadCertificate):
        x509.read(sim_keys[PLATFORM[0]].certificate[:cut] + b"\x30")


class Anyone:
    """Trusts one key, whatever the certificate."""

    def __init__(self, key) -> None:
        self.key = key

    def public_key(self, key_no, certificate):
        return self.key.holder_code, self.key.public


@pytest.mark.parametrize("method", signature.SIGNATURE_METHODS)
@pytest.mark.parametrize("digest", signature.DIGESTS)
def test_a_signature_holds_under_every_name_that_is_sent(sim_keys, method, digest):
    """The national names, and the mix that a live implementation sends."""
    key = sim_keys[PLATFORM[0]]
    root = ceb.build("CEB311", [Sale("K1").order()], transfer=transfer(PLATFORM))
    signature.sign(root, key, method=method, digest=digest)

    carried = ceb.read(ceb.to_bytes(root))

    assert signature.signer_of(carried, Anyone(key)) == PLATFORM[0]


@pytest.mark.parametrize(
    "namespaces", ["", ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"']
)
def test_the_namespaces_of_the_root_are_signed_too(sim_keys, namespaces):
    """Another namespace in scope, put in after signing, breaks it; the same one does not."""
    key = sim_keys[PLATFORM[0]]
    root = ceb.build("CEB311", [Sale("K2").order()], transfer=transfer(PLATFORM))
    signature.sign(root, key)
    data = ceb.to_bytes(root).replace(
        b"<CEB311Message ", b"<CEB311Message" + namespaces.encode() + b" "
    )

    if namespaces:
        with pytest.raises(signature.BadSignature):
            signature.signer_of(ceb.read(data), Anyone(key))
    else:
        assert signature.signer_of(ceb.read(data), Anyone(key)) == PLATFORM[0]


@pytest.mark.parametrize(
    ("path", "attribute", "value"),
    [
        ("SignatureMethod", "Algorithm", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        ("DigestMethod", "Algorithm", "http://www.w3.org/2001/04/xmlenc#sha256"),
        ("CanonicalizationMethod", "Algorithm", "http://www.w3.org/2001/10/xml-exc-c14n#"),
        ("Reference", "URI", "#other"),
        ("Transform", "Algorithm", "http://www.w3.org/2000/09/xmldsig#base64"),
    ],
)
def test_an_algorithm_that_is_not_agreed_is_refused(sim_keys, path, attribute, value):
    """Whatever the signature value says."""
    key = sim_keys[PLATFORM[0]]
    root = ceb.build("CEB311", [Sale("K3").order()], transfer=transfer(PLATFORM))
    signature.sign(root, key)

    root.find(f".//{{*}}{path}").set(attribute, value)

    with pytest.raises(signature.BadSignature) as caught:
        signature.signer_of(root, Anyone(key))
    assert caught.value.code == "-621029"


def test_a_key_file_with_two_halves_of_different_pairs_is_refused(tmp_path, sim_keys):
    """And so is one that lacks a field."""
    path = tmp_path / "key.json"
    first, second = keys.new_pair(), keys.new_pair()
    said = {
        "key_no": "1",
        "algorithm": "sm2",
        "private_hex": first[0].hex(),
        "public_hex": second[1].hex(),
        "certificate_b64": "",
        "holder_code": "1",
        "holder_name": "1",
    }
    path.write_text(json.dumps(said))
    with pytest.raises(BadKey):
        load_key(path)

    del said["key_no"]
    path.write_text(json.dumps(said))
    with pytest.raises(BadKey):
        load_key(path)


@pytest.mark.parametrize(
    "said",
    [
        "{",
        "[{}]",
        '[{"dxp_id": "D1", "customs_code": "1", "name": "n", "roles": ["king"]}]',
        '[{"dxp_id": "D1", "customs_code": "1", "name": "n", "roles": []}]',
        '[{"dxp_id": "../x", "customs_code": "1", "name": "n", "roles": ["courier"]}]',
        '[{"dxp_id": "12345678901234567", "customs_code": "1", "name": "n", "roles": ["agent"]}]',
    ],
)
def test_a_senders_file_that_cannot_be_used_is_refused(tmp_path, said):
    """Named, before anything starts."""
    path = tmp_path / "senders.json"
    path.write_text(said)

    with pytest.raises(BadSenders):
        read_senders(path)
