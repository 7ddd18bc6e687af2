"""Decides which answers this room gives instead of a result.

Leaves their words to templates/messages/accounts.*.txt and their status to kernel.web.

    Malformed    PhoneInvalid, NameInvalid, IdNumberInvalid, IdNumberNotMainland,
                 PasswordTooShort, PasskeyNotAdded
    NotFound     SessionUnknown, PasskeyUnknown, StaffUnknown, PartnerUnknown
    Denied       SignInRequired, RoleRequired, StaffSignInWrong, PasskeyRefused,
                 PasskeyCounterBack
    Refusal      CodeWrong, CodeGone, TooManyAttempts, ConsentNotGiven, IdentityMismatch,
                 IdentityMinor, IdentitySettled, PasskeyChallengeGone, PasskeyKnown,
                 PasskeysEnough, PasskeyLastWayIn, PasskeysNeedHostName, PartnerNameTaken
    Unavailable  CodeNotSent, IdentityUnavailable
"""

from kernel.errors import Denied, Malformed, NotFound, Refusal, Unavailable


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


class PasskeyNotAdded(Malformed):
    """What the browser sent makes no passkey for this site; nothing was kept."""

    code = "passkey_not_added"


class SessionUnknown(NotFound):
    """There is no such open session of this person; nothing was ended."""

    code = "session_unknown"


class PasskeyUnknown(NotFound):
    """There is no such passkey of this person; nothing was removed."""

    code = "passkey_unknown"


class StaffUnknown(NotFound):
    """Nobody of this login works here; nothing was ended."""

    code = "staff_unknown"

    def __init__(self, *, login: str) -> None:
        super().__init__(login=login)


class SignInRequired(Denied):
    """The page belongs to a signed-in person; nothing was read."""

    code = "sign_in_required"


class RoleRequired(Denied):
    """The staff member's role does not open this page; nothing was read."""

    code = "role_required"

    def __init__(self, *, role: str) -> None:
        super().__init__(role=role, role_word=f"sessions.role.{role}")


class StaffSignInWrong(Denied):
    """Login or password is wrong; which of them is not said."""

    code = "staff_sign_in_wrong"


class PasskeyRefused(Denied):
    """The passkey is none of ours, or its answer proves nothing; which of them is not said."""

    code = "passkey_refused"


class PasskeyCounterBack(Denied):
    """The passkey counts fewer uses than were seen: there is a copy.  It was ended."""

    code = "passkey_counter_back"


class PasskeyChallengeGone(Refusal):
    """The question was answered already, is too old, or was put to another browser."""

    code = "passkey_challenge_gone"


class PasskeyKnown(Refusal):
    """The very passkey is registered already; nothing was added."""

    code = "passkey_known"


class PasskeysEnough(Refusal):
    """The person has as many passkeys as one may have; nothing was added."""

    code = "passkeys_enough"

    def __init__(self, *, most: int) -> None:
        super().__init__(most=most)


class PasskeyLastWayIn(Refusal):
    """Without this passkey its owner could not sign in any more; it stays."""

    code = "passkey_last_way_in"


class PasskeysNeedHostName(Refusal):
    """The site is reached by a bare address, for which browsers make no passkeys."""

    code = "passkeys_need_host_name"

    def __init__(self, *, host: str) -> None:
        super().__init__(host=host)


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


class PartnerNameTaken(Refusal):
    """Another partner has this name; nothing was added."""

    code = "partner_name_taken"


class PartnerUnknown(NotFound):
    """No partner has this name; no key was withdrawn."""

    code = "partner_unknown"


class IdentityUnavailable(Unavailable):
    """The identity service did not answer; nothing was kept."""

    code = "identity_unavailable"
