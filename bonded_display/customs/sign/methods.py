"""Decide which signature and digest methods there are, by the names that stand in a message.

Source: customs.md section 4.  Names are settings, for gateways differ; what is signed with them
is left to ``xmldsig``.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from bonded_display.customs.sign import sm2

DSIG = "http://www.w3.org/2000/09/xmldsig#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"

SM2_SM3 = "http://www.chinaport.gov.cn/2022/04/xmldsig#sm2-sm3"
SM3 = "http://www.chinaport.gov.cn/2022/04/xmldsig#sm3"
RSA_SHA1 = DSIG + "rsa-sha1"
SHA1 = DSIG + "sha1"

SIGNATURES = {
    SM2_SM3: "sm2",
    DSIG + "sm2-sm3": "sm2",
    RSA_SHA1: "rsa",
    MORE + "rsa-sha256": "rsa",
}
"""Which kind of key each method takes; live implementations write the second, with SHA-1."""

DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    SM3: sm2.sm3,
    SHA1: lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    "http://www.w3.org/2001/04/xmlenc#sha256": lambda data: hashlib.sha256(data).digest(),
}
"""SHA-1 is customs' "general" method, whatever one thinks of it today."""


@dataclass(frozen=True)
class Methods:
    """The two names written into a signature; ``ValueError`` for one that is not known."""

    signature: str = SM2_SM3
    digest: str = SM3

    def __post_init__(self) -> None:
        if self.signature not in SIGNATURES:
            raise ValueError(f"unknown signature method {self.signature}")
        if self.digest not in DIGESTS:
            raise ValueError(f"unknown digest method {self.digest}")

    def fitting(self, algorithm: str) -> "Methods":
        """Return these for a key of their kind, customs' fixed ones for a key of another."""
        return self if SIGNATURES[self.signature] == algorithm else FIXED[algorithm]


FIXED = {"sm2": Methods(), "rsa": Methods(RSA_SHA1, SHA1)}
"""The preferred (national) and the general pair of the specification."""
