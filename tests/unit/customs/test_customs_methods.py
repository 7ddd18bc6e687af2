"""SM2 and RSA sign by the names that the settings choose, each key by methods of its own kind."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from bonded_display.customs.errors import MailMalformed, SigningKeyUnfit
from bonded_display.customs.messages import business
from bonded_display.customs.messages.base_transfer import transfer_of
from bonded_display.customs.messages.ceb311 import CEB311
from bonded_display.customs.messages.xml import read_xml
from bonded_display.customs.sign import methods, xmldsig
from bonded_display.customs.sign.key_files import read_key_file, read_keys
from bonded_display.customs.sign.methods import Methods
from bonded_display.customs.sign.public_keys import read_certificate
from tests.support.certificates import certified, key_file, rsa_pair
from tests.support.seams import START
from tests.unit.customs.examples import PARTIES, order_document, signer

DS = {"ds": methods.DSIG}
RSA_SHA256 = methods.MORE + "rsa-sha256"
LIVE = Methods(methods.DSIG + "sm2-sm3", methods.SHA1)
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


def unsigned():
    transfer = transfer_of(PARTIES.transmitter, "DXPQZPLATFORM001")
    return business.build(CEB311, order_document(), transfer=transfer, rules=lambda: [])


@pytest.fixture
def rsa_key(tmp_path: Path):
    private, certificate = rsa_pair()
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )

    def write(**changes) -> Path:
        told = {
            "algorithm": "rsa",
            "private_hex": None,
            "public_hex": None,
            "private_pem": pem.decode(),
            "certificate_b64": base64.b64encode(certificate).decode(),
        }
        return key_file(tmp_path / "rsa.json", signer(), **(told | changes))

    write.private = private
    return write


def method_names(raw: bytes) -> tuple[str, str]:
    root = read_xml(raw)
    return tuple(
        root.find(f".//ds:{name}", DS).get("Algorithm")
        for name in ("SignatureMethod", "DigestMethod")
    )


@pytest.mark.parametrize("chosen", [Methods(), LIVE], ids=["national", "live mix"])
def test_sm2_writes_the_names_that_are_set(chosen: Methods) -> None:
    """The specification's pair, and what a live implementation sends: SM2 with a SHA-1 digest."""
    key = signer()

    raw = xmldsig.signed(unsigned(), key, chosen, at=START)

    assert method_names(raw) == (chosen.signature, chosen.digest)
    assert xmldsig.holds(read_xml(raw), key.public_key)


@pytest.mark.parametrize(
    ("chosen", "written", "hashed"),
    [
        (Methods(), (methods.RSA_SHA1, methods.SHA1), hashes.SHA1()),
        (Methods(RSA_SHA256, SHA256), (RSA_SHA256, SHA256), hashes.SHA256()),
    ],
    ids=["general", "sha256"],
)
def test_an_rsa_key_signs_by_a_method_of_its_kind(rsa_key, chosen, written, hashed) -> None:
    """With SM2 names set it takes the general pair; what it made holds by the bare library."""
    key = read_key_file(rsa_key())

    raw = xmldsig.signed(unsigned(), key, chosen, at=START)

    assert method_names(raw) == written
    root = read_xml(raw)
    value = base64.b64decode(root.find(".//ds:SignatureValue", DS).text)
    info = xmldsig.canonical(root.find(".//ds:SignedInfo", DS))
    rsa_key.private.public_key().verify(value, info, padding.PKCS1v15(), hashed)
    assert xmldsig.holds(root, key.public_key)
    assert not xmldsig.holds(
        read_xml(raw.replace("王试用".encode(), "王试川".encode())), key.public_key
    )
    assert not xmldsig.holds(root, signer().public_key)


def test_an_rsa_key_file_that_is_no_pair_is_refused(rsa_key) -> None:
    """Another key's certificate; no PEM; a certificate that is none; the reason quotes nothing."""
    _, other = rsa_pair()
    for changes, reason in (
        ({"certificate_b64": base64.b64encode(other).decode()}, "not_a_pair"),
        ({"certificate_b64": certified().certificate_b64}, "not_a_pair"),
        ({"certificate_b64": "Y2VydGlmaWNhdGU="}, "certificate"),
        ({"private_pem": "-----BEGIN"}, "incomplete"),
    ):
        with pytest.raises(SigningKeyUnfit) as refused:
            read_key_file(rsa_key(**changes))
        assert refused.value.reason == reason
        assert "BEGIN" not in str(refused.value)


def test_a_name_that_nobody_knows_is_refused_at_the_start() -> None:
    """A typing error in the settings signs nothing."""
    for names in (("http://x/sm2", methods.SM3), (methods.SM2_SM3, "http://x/sm3")):
        with pytest.raises(ValueError, match="unknown"):
            Methods(*names)


def test_a_certificate_tells_its_key_and_dates() -> None:
    """SM2 in DER and PEM; the library that reads the rest does not know the curve."""
    key = certified()
    der = base64.b64decode(key.certificate_b64)
    pem = (
        b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"
    )

    for raw in (der, pem):
        found = read_certificate(raw)
        assert found.public == key.public_key
        assert (found.not_before, found.not_after) == (key.not_before, key.not_after)
        assert found.der == der
    for raw in (b"", der[:-5], b"certificate"):
        with pytest.raises(ValueError, match="pars"):
            read_certificate(raw)


def test_a_folder_holds_the_keys_of_several_companies(tmp_path: Path) -> None:
    """By file name; a folder with none is refused as a file that is not there."""
    key_file(tmp_path / "b.json", certified("1401960004"))
    key_file(tmp_path / "a.json", certified("1401960001"))

    assert [key.holder_code for key in read_keys(tmp_path)] == ["1401960001", "1401960004"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(SigningKeyUnfit):
        read_keys(tmp_path / "empty")


def test_white_space_behind_the_signature_is_part_of_the_message() -> None:
    """Another's document may be laid out; taken away with the signature it would look forged."""
    key = signer()
    root = unsigned()
    root[-1].tail = "\n  \n"
    raw = xmldsig.signed(root, key, Methods(), at=START)
    shifted = raw.replace(b"\n  \n<ds:Signature ", b"\n <ds:Signature ")
    shifted = shifted.replace(b"</ds:Signature>", b"</ds:Signature> \n")
    assert shifted != raw

    found = read_xml(shifted)

    assert xmldsig.holds(found, key.public_key)
    assert xmldsig.holds(found, key.public_key), "left as it was"
    assert found[-1].tail == " \n"
    assert not xmldsig.holds(read_xml(shifted.replace(b"> \n</", b">\n</")), key.public_key)


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("X509Data", xmldsig.certificate_text),
        ("KeyName", xmldsig.key_name),
        ("SignatureValue", lambda root: xmldsig.holds(root, signer().public_key)),
    ],
)
def test_a_signature_without_a_part_cannot_be_read(path, read) -> None:
    """Whatever is missing is named."""
    root = read_xml(xmldsig.signed(unsigned(), signer(), Methods(), at=START))
    part = root.find(f".//ds:{path}", DS)
    part.getparent().remove(part)

    with pytest.raises(MailMalformed) as refused:
        read(root)
    assert refused.value.reason == "signature_parts"
