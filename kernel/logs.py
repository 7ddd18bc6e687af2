"""Decides what a log line looks like and that no personal data is in it; events are the rooms'.

One JSON object a line: time, level, event, actor, correlation, and what the caller gave.  Values
under the names of personal data are dropped, and an ID number is masked wherever it stands.
"""

import logging
import re
import sys
from collections.abc import Mapping
from typing import TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

from kernel import actor

PERSONAL = frozenset(
    {
        "address",
        "body",
        "buyer_name",
        "consignee",
        "cookie",
        "id_number",
        "name",
        "one_time_code",
        "password",
        "payer",
        "person",
        "phone",
        "telephone",
        "token",
    }
)
# District, a birth date, serial, check character.  Our own ids have 18 digits too: the date tells
# all but one in a thousand apart, and masking that one is the lesser harm.
_ID_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:18|19|20)[0-9]{2}"
    r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
_ID_NUMBER_LENGTH = 18
GONE = "[personal]"


def redact(value: object) -> object:
    """Return ``value`` without personal data: named fields gone, ID numbers masked, all the way in.

    A number that is an ``int`` stays: ids are logged as such.
    """
    if isinstance(value, str):
        return _ID_NUMBER.sub(GONE, value) if len(value) >= _ID_NUMBER_LENGTH else value
    if isinstance(value, bytes):
        return f"[{len(value)} bytes]"
    if isinstance(value, Mapping):
        return {
            str(key): GONE if str(key).lower() in PERSONAL else redact(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(inner) for inner in value]
    if value is None or isinstance(value, bool | int):
        return value
    return redact(str(value))


def redacting(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep personal data out of a line: the last step before it is written."""
    clean = redact(event)
    assert isinstance(clean, dict)
    return clean


def _who(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event.setdefault("actor", actor.current().owner)
    event.setdefault("correlation", actor.correlation())
    return event


_STEPS: list[structlog.typing.Processor] = [
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    _who,
    structlog.processors.format_exc_info,
    redacting,
]
_JSON = structlog.processors.JSONRenderer(ensure_ascii=False)


def configure(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Write every log line of this process, of libraries too, to ``stream`` (standard error)."""
    _configure_ours(stream, level)
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_STEPS,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _JSON],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


def _configure_ours(stream: TextIO | None, level: int) -> None:
    structlog.configure(
        processors=[*_STEPS, _JSON],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_names: structlog.WriteLogger(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


# structlog's own default prints the values of every local variable beside a trace: a program that
# forgot to call ``configure`` would log personal data.
_configure_ours(None, logging.INFO)

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
"""The logger of every module: ``log.info("event_in_words", fact=value)``."""
