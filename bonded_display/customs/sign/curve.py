"""Decide point arithmetic on the SM2 curve: whole multiples of the generator and of a key.

Numbers only; signatures are ``sm2``'s.  Multiples of a fixed point come from a table of one
byte a row, 32 additions each, which makes signing in Python about a hundred times faster than
doubling.  Python's integers take time that depends on their values: where an attacker can
measure it, the signer is a device behind ``signer.Signer``, not this module.
"""

from functools import lru_cache

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
"""Recommended curve of GB/T 32918.5-2017."""

Point = tuple[int, int]
Jacobian = tuple[int, int, int]
Table = tuple[tuple[Point, ...], ...]

INFINITY: Jacobian = (1, 1, 0)


def on_curve(point: Point) -> bool:
    """Say whether ``point`` lies on the curve; the curve's order is prime, so that is enough."""
    x, y = point
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x + A) * x - B) % P == 0


def double(point: Jacobian) -> Jacobian:
    """Return twice ``point``; uses that ``A`` is -3."""
    x, y, z = point
    if z == 0:
        return INFINITY
    delta = z * z % P
    gamma = y * y % P
    beta = x * gamma % P
    alpha = 3 * (x - delta) * (x + delta) % P
    x3 = (alpha * alpha - 8 * beta) % P
    z3 = 2 * y * z % P
    y3 = (alpha * (4 * beta - x3) - 8 * gamma * gamma) % P
    return x3, y3, z3


def add_point(left: Jacobian, right: Point) -> Jacobian:
    """Return ``left`` plus the affine point ``right``."""
    x1, y1, z1 = left
    x2, y2 = right
    if z1 == 0:
        return x2, y2, 1
    square = z1 * z1 % P
    h = (x2 * square - x1) % P
    r = (y2 * square * z1 - y1) % P
    if h == 0:
        return double(left) if r == 0 else INFINITY
    h2 = h * h % P
    h3 = h2 * h % P
    v = x1 * h2 % P
    x3 = (r * r - h3 - 2 * v) % P
    return x3, (r * (v - x3) - y1 * h3) % P, z1 * h % P


def affine(points: list[Jacobian]) -> list[Point]:
    """Return the affine points, with one inversion for all; none may be the infinite one."""
    running = [1]
    for _, _, z in points:
        running.append(running[-1] * z % P)
    inverse = pow(running[-1], -1, P)
    found: list[Point] = []
    for (x, y, z), before in zip(reversed(points), reversed(running[:-1]), strict=True):
        own = inverse * before % P
        inverse = inverse * z % P
        square = own * own % P
        found.append((x * square % P, y * square * own % P))
    return found[::-1]


@lru_cache(maxsize=32)
def table_of(point: Point) -> Table:
    """Return 32 rows of 255 points: row ``i`` holds 1..255 times ``256**i * point``."""
    rows: list[Jacobian] = []
    start: Point = point
    for _ in range(32):
        step: Jacobian = (*start, 1)
        for _ in range(255):
            rows.append(step)
            step = add_point(step, start)
        (start,) = affine([step])
    flat = affine(rows)
    return tuple(tuple(flat[i : i + 255]) for i in range(0, len(flat), 255))


def times(scalar: int, table: Table, start: Jacobian = INFINITY) -> Jacobian:
    """Return ``start`` plus ``scalar`` (0 .. 2**256 - 1) times the point of ``table``."""
    total = start
    for row, byte in zip(table, scalar.to_bytes(32, "little"), strict=True):
        if byte:
            total = add_point(total, row[byte - 1])
    return total


def times_generator(scalar: int) -> Point:
    """Return ``scalar`` (1 .. N - 1) times the generator."""
    (point,) = affine([times(scalar, table_of(G))])
    return point
