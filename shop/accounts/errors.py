"""Decides which answers this room gives instead of a result.

Leaves their words to templates/messages/accounts.*.txt and their status to kernel.web.

    Malformed    PhoneInvalid, NameInvalid, IdNumberInvalid, IdNumberNotMainland,
                 PasswordTooShort
    Denied       SignInRequired, RoleRequired, StaffSignInWrong
    Refusal      CodeWrong, CodeGone, TooManyAttempts, ConsentNotGiven, IdentityMismatch,
                 IdentityMinor, IdentitySettled
    Unavailable  CodeNotSent, IdentityUnavailable
"""

from kernel.errors import Denied, Malformed, Refusal, Unavailable


class PhoneInvalid(Malformed):
    """What was typed is no mainland mobile number; nothing was sent."""

    code = "phone_invalid"


class NameInvalid(Malformed):
    """The name is empty, too long or holds signs no ID card has; nothing was sent."""

    code = "name_invalid"


class IdNumberInvalid(Malformed):
    """The ID number fails its own check digit or shape; nothing was sent or kept."""

    code = "id_number_invalid"


class IdNumberNotMainland(Malformed):
    """The number is a residence permit's, which customs cannot take; nothing was sent or kept."""

    code = "id_number_not_mainland"


class PasswordTooShort(Malformed):
    """A staff password is shorter than the rule; nothing was stored."""

    code = "password_too_short"

    def __init__(self, *, least: int) -> None:
        super().__init__(least=least)


class SignInRequired(Denied):
    """The page belongs to a signed-in person; nothing was read."""

    code = "sign_in_required"


class RoleRequired(Denied):
    """The staff member's role does not open this page; nothing was read."""

    code = "role_required"

    def __init__(self, *, role: str) -> None:
        super().__init__(role=role)


class StaffSignInWrong(Denied):
    """Login or password is wrong; which of them is not said."""

    code = "staff_sign_in_wrong"


class CodeWrong(Refusal):
    """The one-time code differs; the try is counted."""

    code = "code_wrong"

    def __init__(self, *, left: int) -> None:
        super().__init__(left=left)


class CodeGone(Refusal):
    """No code can be answered any more: too old, used, or tried five times."""

    code = "code_gone"


class TooManyAttempts(Refusal):
    """The throttle of a phone, login or account is full; nothing was done."""

    code = "too_many_attempts"

    def __init__(self, *, wait_s: int) -> None:
        super().__init__(wait_s=wait_s)


class ConsentNotGiven(Refusal):
    """The ID number may not be used without a consent of its own; nothing was sent."""

    code = "consent_not_given"


class IdentityMismatch(Refusal):
    """The identity service says name and number do not belong together."""

    code = "identity_mismatch"


class IdentityMinor(Refusal):
    """The person is under 18; the number was not kept."""

    code = "identity_minor"


class IdentitySettled(Refusal):
    """The account is verified as somebody else; it stays so."""

    code = "identity_settled"


class CodeNotSent(Unavailable):
    """The hand-off to the message gateway failed; the code was thrown away."""

    code = "code_not_sent"


class IdentityUnavailable(Unavailable):
    """The identity service did not answer; nothing was kept."""

    code = "identity_unavailable"
