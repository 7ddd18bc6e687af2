"""Everything that archiving, and reading an archive, refuses."""

from kernel.errors import Malformed, NotFound, Refusal


class MonthInvalid(Malformed):
    """A text is no month, or one that is still to come; nothing was archived."""

    code = "month_invalid"


class ArchiveBroken(Refusal):
    """A file does not hold what was written into it, or is no archive of ours."""

    code = "archive_broken"


class NotArchived(NotFound):
    """The archive holds no order of this number."""

    code = "not_archived"


class NotEmpty(Refusal):
    """An archive is restored into a file that does not exist yet, and into no other."""

    code = "restore_not_empty"
