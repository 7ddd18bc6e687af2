"""Decides how staff passwords are hashed and compared.

Leaves throttling and sessions to sign_in_staff.py.
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from shop.accounts.errors import PasswordTooShort

PASSWORD_LEAST = 12
# 19 MiB, two passes, one lane: about 20 ms here; the library's default took 74 ms.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Compared when the login is unknown, so that both answers take as long.
NOBODY = _hasher.hash("nobody has this password")


def hashed_password(password: str) -> str:
    """Return the argon2id hash of a password; raises ``PasswordTooShort`` under 12 signs."""
    if len(password) < PASSWORD_LEAST:
        raise PasswordTooShort(least=PASSWORD_LEAST)
    return _hasher.hash(password)


def password_fits(kept: str, password: str) -> bool:
    """Return whether a password is the one whose hash was kept."""
    try:
        return _hasher.verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
