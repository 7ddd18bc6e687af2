"""Multiply points of the SM2 curve fast enough for a desk that checks every letter.

Signing and verifying stay gmalg's; only its point multiplication (affine, an inversion a step)
and its pure-Python SM3 are replaced here.  Parameters: GB/T 32918.5.
"""

from __future__ import annotations

import gmalg.base
import gmalg.ellipticcurve
import gmalg.primefield
import gmalg.sm2
from cryptography.hazmat.primitives import hashes

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)

Point = tuple[int, int]
Jacobian = tuple[int, int, int]
_INFINITY: Jacobian = (1, 1, 0)
_WORTH_IT, _MOST_KNOWN = 40, 16
"""How often a point must be asked for before its windows (1.5 MB) repay, and how many have them."""


def _double(point: Jacobian) -> Jacobian:
    """Return 2 x ``point`` (a = -3)."""
    x, y, z = point
    delta, gamma = z * z % P, y * y % P
    beta = x * gamma % P
    alpha = 3 * (x - delta) * (x + delta) % P
    x3 = (alpha * alpha - 8 * beta) % P
    z3 = 2 * y * z % P
    return x3, (alpha * (4 * beta - x3) - 8 * gamma * gamma) % P, z3


def _add(one: Jacobian, two: Jacobian) -> Jacobian:
    """Return ``one`` + ``two``."""
    if not one[2]:
        return two
    if not two[2]:
        return one
    (x1, y1, z1), (x2, y2, z2) = one, two
    s1, s2 = z1 * z1 % P, z2 * z2 % P
    u1, u2 = x1 * s2 % P, x2 * s1 % P
    t1, t2 = y1 * s2 * z2 % P, y2 * s1 * z1 % P
    h, r = (u2 - u1) % P, (t2 - t1) % P
    if not h:
        return _INFINITY if r else _double(one)
    h2 = h * h % P
    h3, v = h2 * h % P, u1 * h2 % P
    x3 = (r * r - h3 - 2 * v) % P
    return x3, (r * (v - x3) - t1 * h3) % P, z1 * z2 * h % P


def _add_affine(one: Jacobian, two: Point) -> Jacobian:
    """Return ``one`` + ``two``, whose z is 1."""
    x1, y1, z1 = one
    if not z1:
        return (*two, 1)
    s1 = z1 * z1 % P
    h, r = (two[0] * s1 - x1) % P, (two[1] * s1 * z1 - y1) % P
    if not h:
        return _INFINITY if r else _double(one)
    h2 = h * h % P
    h3, v = h2 * h % P, x1 * h2 % P
    x3 = (r * r - h3 - 2 * v) % P
    return x3, (r * (v - x3) - y1 * h3) % P, z1 * h % P


def _affine(points: list[Jacobian]) -> list[Point]:
    """Return ``points``, none of them at infinity, with z 1: one inversion for them all."""
    products = [1]
    for _, _, z in points:
        products.append(products[-1] * z % P)
    inverse, found = pow(products[-1], -1, P), []
    for (x, y, z), before in zip(reversed(points), reversed(products[:-1]), strict=True):
        one = inverse * before % P
        square = one * one % P
        found.append((x * square % P, y * square * one % P))
        inverse = inverse * z % P
    return found[::-1]


def _windows(point: Point) -> list[list[Point]]:
    """Return 1..255 x ``point`` x 256^n for each n of 0..31: with it one addition does a byte."""
    jacobian: list[Jacobian] = []
    base: Jacobian = (*point, 1)
    for _ in range(32):
        (plain,) = _affine([base])
        base = (*plain, 1)
        for _ in range(255):
            jacobian.append(base)
            base = _add_affine(base, plain)
    flat = _affine(jacobian)
    return [flat[at : at + 255] for at in range(0, len(flat), 255)]


class _Often:
    """The points that are multiplied again and again: each gets windows once it is worth them."""

    def __init__(self) -> None:
        self._asked: dict[Point, int] = {}
        self._windows: dict[Point, list[list[Point]]] = {}

    def windows(self, point: Point) -> list[list[Point]] | None:
        """Return the windows of ``point``, or ``None`` while it was asked for seldom."""
        known = self._windows.get(point)
        if known is not None or len(self._windows) >= _MOST_KNOWN:
            return known
        self._asked[point] = self._asked.get(point, 0) + 1
        if self._asked[point] >= _WORTH_IT:
            self._windows[point] = _windows(point)
        elif len(self._asked) > 100 * _MOST_KNOWN:
            self._asked.clear()
        return self._windows.get(point)


_OFTEN = _Often()


def multiply(k: int, point: Point) -> Point | None:
    """Return ``k`` x ``point``; ``None`` is the point at infinity."""
    windows = _OFTEN.windows(point)
    x, y, z = _by_steps(k, point) if windows is None else _by_windows(k, windows)
    if not z:
        return None
    inverse = pow(z, -1, P)
    square = inverse * inverse % P
    return x * square % P, y * square * inverse % P


def _by_windows(k: int, windows: list[list[Point]]) -> Jacobian:
    """Add what each byte of ``k`` stands for."""
    total = _INFINITY
    for window, byte in zip(windows, (k % N).to_bytes(32, "little"), strict=True):
        if byte:
            total = _add_affine(total, window[byte - 1])
    return total


def _by_steps(k: int, point: Point) -> Jacobian:
    """Double and add, four bits a step."""
    multiples = [_INFINITY, (*point, 1)]
    for _ in range(14):
        multiples.append(_add(multiples[-1], multiples[1]))
    total = _INFINITY
    for digit in f"{k:x}":
        total = _double(_double(_double(_double(total))))
        total = _add(total, multiples[int(digit, 16)])
    return total


class _Curve(gmalg.ellipticcurve.EllipticCurve):  # type: ignore[misc]  # gmalg has no types
    def mul(self, k: int, P: Point) -> Point:  # noqa: N803  gmalg's name
        """Return k x P in gmalg's form."""
        return multiply(k, P) or self.INF


class _Field(gmalg.primefield.PrimeField):  # type: ignore[misc]  # gmalg has no types
    def inv(self, x: int) -> int:
        """Return 1 / ``x``."""
        return pow(x, -1, self.p)


class _SM3(gmalg.base.Hash):  # type: ignore[misc]  # gmalg has no types
    def __init__(self) -> None:
        self.reset()

    @classmethod
    def hash_length(cls) -> int:
        return 32

    @classmethod
    def max_msg_length(cls) -> int:
        return 1 << 61

    def reset(self) -> None:
        self._hash = hashes.Hash(hashes.SM3())

    def update(self, data: bytes) -> None:
        self._hash.update(bytes(data))

    def value(self) -> bytes:
        return self._hash.copy().finalize()


def _core() -> gmalg.sm2.SM2Core:
    logarithm = gmalg.ellipticcurve.ECDLP(P, A, B, G, N)
    logarithm.fp, logarithm.fpn = _Field(P), _Field(N)
    logarithm.ec = _Curve(logarithm.fp, A, B)
    return gmalg.sm2.SM2Core(logarithm, _SM3())


CORE = _core()
"""gmalg's SM2 on our multiplication."""
