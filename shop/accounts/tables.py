"""Decides how accounts, codes, sessions, staff, passkeys, identities and consents are kept.

Leaves who may read or write them to the verbs beside it.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from kernel import register as _register  # the foreign key to outlet needs its table
from kernel.db import Id, metadata

assert _register is not None

CODE_TRIES = 5

account = Table(
    "account",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("phone_lookup", Text, nullable=False, comment="keyed hash of +86…, '1:9f…'"),
    Column("phone_sealed", LargeBinary, nullable=False, comment="sealed '+8613800138000'"),
    Column("language", Text, nullable=False, comment="zh-CN or en"),
    Column("created_at", BigInteger, nullable=False, comment="microseconds UTC"),
    UniqueConstraint("phone_lookup", name="account_is_one_phone"),
)

one_time_code = Table(
    "one_time_code",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("phone_lookup", Text, nullable=False, comment="keyed hash of the phone"),
    Column("code_hash", Text, nullable=False, comment="keyed hash of id and six digits"),
    Column("expires_at", BigInteger, nullable=False, comment="microseconds UTC, sent + 5 min"),
    Column("tries", Integer, nullable=False, comment="wrong or right answers so far, 0 to 5"),
    Column("used_at", BigInteger, nullable=True, comment="microseconds UTC, null until signed in"),
    CheckConstraint(f"tries BETWEEN 0 AND {CODE_TRIES}", name="code_is_tried_five_times_at_most"),
    Index("ix_one_time_code_phone", "phone_lookup", "id"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("purpose", Text, nullable=False, comment="code, staff_sign_in, identity"),
    Column("subject", Text, nullable=False, comment="keyed hash or id of who tries"),
    Column("window_from_at", BigInteger, nullable=False, comment="microseconds UTC"),
    Column("last_at", BigInteger, nullable=False, comment="microseconds UTC"),
    Column("attempts", Integer, nullable=False, comment="attempts in this window, 3"),
    PrimaryKeyConstraint("purpose", "subject", name="attempt_is_counted_once"),
)

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("login", Text, nullable=False, comment="lower case, 'li.wei'"),
    Column("password_hash", Text, nullable=False, comment="argon2id, $argon2id$v=19$m=19456…"),
    Column("role", Text, nullable=False, comment="operator, finance, clerk or admin"),
    Column("outlet_id", Id, ForeignKey("outlet.id"), nullable=True, comment="a clerk's outlet"),
    Column("created_at", BigInteger, nullable=False, comment="microseconds UTC"),
    UniqueConstraint("login", name="staff_login_is_one_person"),
    CheckConstraint(
        "role IN ('operator', 'finance', 'clerk', 'admin')", name="staff_role_is_a_known_one"
    ),
    CheckConstraint("role <> 'clerk' OR outlet_id IS NOT NULL", name="clerk_belongs_to_an_outlet"),
)

departed_staff = Table(
    "departed_staff",
    metadata,
    Column("staff_id", Id, ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    Column("departed_at", BigInteger, nullable=False, comment="microseconds UTC"),
    comment="Who works here no longer; the staff row stays, for records name it",
)

passkey = Table(
    "passkey",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("credential_id", Text, nullable=False, comment="the authenticator's, base64url"),
    Column("public_key", LargeBinary, nullable=False, comment="COSE key, as it was registered"),
    Column("sign_count", BigInteger, nullable=False, comment="highest seen; 0: it has none"),
    Column("name", Text, nullable=False, comment="what its owner calls it, 'Chrome · Windows'"),
    Column("made_at", BigInteger, nullable=False, comment="microseconds UTC"),
    Column("last_used_at", BigInteger, nullable=True, comment="microseconds UTC, null: never"),
    Column("ended_at", BigInteger, nullable=True, comment="microseconds UTC, null: in use"),
    Column("ended_why", Text, nullable=True, comment="removed, counter or staff"),
    UniqueConstraint("credential_id", name="credential_is_one_passkey"),
    CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="passkey_ends_for_a_reason"),
    CheckConstraint(
        "ended_why IN ('removed', 'counter', 'staff')", name="passkey_reason_is_a_known_one"
    ),
    Index("ix_passkey_staff_id", "staff_id", "id"),
)

passkey_challenge = Table(
    "passkey_challenge",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("holder_hash", Text, nullable=False, comment="SHA-256 of the browser's token, hex"),
    Column("purpose", Text, nullable=False, comment="add or sign_in"),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=True, comment="whose passkey is added"),
    Column("challenge", LargeBinary, nullable=False, comment="32 random bytes"),
    Column("expires_at", BigInteger, nullable=False, comment="microseconds UTC, given + 3 min"),
    UniqueConstraint("holder_hash", name="browser_answers_one_challenge"),
    CheckConstraint(
        "(purpose = 'add' AND staff_id IS NOT NULL) OR (purpose = 'sign_in' AND staff_id IS NULL)",
        name="challenge_is_for_one_purpose",
    ),
    Index("ix_passkey_challenge_expires_at", "expires_at"),
    comment="Deleted by the answer; what nobody answered, by the next one given",
)

login_session = Table(
    "login_session",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("token_hash", Text, nullable=False, comment="SHA-256 of a 256-bit token, hex"),
    Column("account_id", Id, ForeignKey("account.id"), nullable=True),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=True),
    Column("created_at", BigInteger, nullable=False, comment="microseconds UTC"),
    Column("expires_at", BigInteger, nullable=False, comment="microseconds UTC"),
    Column("revoked_at", BigInteger, nullable=True, comment="microseconds UTC, signed out"),
    UniqueConstraint("token_hash", name="session_token_is_one_session"),
    CheckConstraint(
        "(account_id IS NULL) <> (staff_id IS NULL)", name="session_is_a_shopper_or_staff"
    ),
    Index("ix_login_session_account_id", "account_id", "id"),
    Index("ix_login_session_staff_id", "staff_id", "id"),
)

session_device = Table(
    "session_device",
    metadata,
    Column("session_id", Id, ForeignKey("login_session.id"), primary_key=True, autoincrement=False),
    Column("device", Text, nullable=False, comment="browser and system, 'Chrome · Windows'"),
)

partner = Table(
    "partner",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, comment="the company, as it is spoken of"),
    Column("key_hash", Text, nullable=False, comment="SHA-256 of its key, which is not kept"),
    Column("created_at", BigInteger, nullable=False, comment="microseconds UTC"),
    Column(
        "revoked_at", BigInteger, nullable=True, comment="microseconds UTC, null while it opens"
    ),
    UniqueConstraint("name", name="partner_has_a_name_of_its_own"),
)

identity = Table(
    "identity",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False),
    Column("person_lookup", Text, nullable=False, comment="keyed hash of the ID number"),
    Column("person_sealed", LargeBinary, nullable=True, comment='sealed {"name","id_number"}'),
    Column("result", Text, nullable=False, comment="match, mismatch or minor"),
    Column("source", Text, nullable=False, comment="who said so, 'identity-service'"),
    Column("evidence_no", Text, nullable=False, comment="the source's number of its answer"),
    Column("verified_at", BigInteger, nullable=False, comment="microseconds UTC, our clock"),
    UniqueConstraint("account_id", name="account_has_one_identity"),
    CheckConstraint("result IN ('match', 'mismatch', 'minor')", name="identity_result_is_known"),
    CheckConstraint(
        "(result = 'match') = (person_sealed IS NOT NULL)", name="person_is_kept_only_when_matched"
    ),
)

consent = Table(
    "consent",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False),
    Column("purpose", Text, nullable=False, comment="id_number"),
    Column("version", Text, nullable=False, comment="of the text agreed to, '2026-11'"),
    Column("given_at", BigInteger, nullable=False, comment="microseconds UTC"),
    Column("withdrawn_at", BigInteger, nullable=True, comment="microseconds UTC, null in force"),
    Index(
        "consent_is_in_force_once",
        "account_id",
        "purpose",
        unique=True,
        sqlite_where=Column("withdrawn_at").is_(None),
        postgresql_where=Column("withdrawn_at").is_(None),
    ),
)
