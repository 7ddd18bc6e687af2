"""Log lines: one JSON object, with who and why, without personal data."""

import io
import json
import logging

import pytest
import structlog

from kernel import actor, logs, metrics

ID_NUMBER = "11010519491231002X"


@pytest.fixture
def lines():
    """What is logged, read back."""
    out = io.StringIO()
    kept, level = logging.root.handlers[:], logging.root.level
    logs.configure(out)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logging.root.handlers[:] = kept
    logging.root.setLevel(level)
    logs._configure_ours(None, logging.INFO)


def test_a_line_says_who_and_under_which_correlation(lines):
    """A clerk's deed, joined to its cause."""
    with actor.acting(actor.Actor("staff", 12)), actor.correlated("c-1"):
        logs.log.info("batch_opened", exit_batch_id=383_612_557_094_551_552, count=3)

    (line,) = lines()
    assert line["event"] == "batch_opened"
    assert (line["actor"], line["correlation"], line["level"]) == ("staff:12", "c-1", "info")
    assert line["exit_batch_id"] == 383_612_557_094_551_552
    assert line["time"].endswith("Z")


def test_personal_fields_are_dropped_however_deep(lines):
    """Names of fields that carry a person, at the top and within."""
    logs.log.info(
        "x",
        name="王小明",
        detail={"Phone": "13800000000", "rows": [{"address": "浦东"}, {"sku": "A"}]},
        body=b"\xff\xfe",
        raw=b"\xff\xfe",
    )

    (line,) = lines()
    assert line["name"] == logs.GONE
    assert line["detail"] == {"Phone": logs.GONE, "rows": [{"address": logs.GONE}, {"sku": "A"}]}
    assert line["raw"] == "[2 bytes]"
    assert "王小明" not in json.dumps(line, ensure_ascii=False)


def test_an_id_number_is_masked_wherever_it_stands(lines):
    """In the event, a value, an object's text, and the trace of an exception."""
    try:
        raise KeyError(ID_NUMBER)
    except KeyError:
        logs.log.exception(
            f"no {ID_NUMBER}", error=KeyError(ID_NUMBER.lower()), where=f"a={ID_NUMBER}&"
        )

    (line,) = lines()
    text = json.dumps(line)
    assert ID_NUMBER not in text
    assert ID_NUMBER.lower() not in text
    assert text.count("[personal]") >= 4
    assert "Traceback" in line["exception"]


def test_long_numbers_that_are_no_id_number_stay():
    """An id of ours in a subject, one of 19 digits, a waybill, a digest."""
    for text in (
        "customs_order:383612557094551552",
        "3836125570945515520",
        "SF1234567890123",
        "a11010519491231002",
    ):
        assert logs.redact(text) == text


def test_libraries_log_the_same_way(lines):
    """A line of the standard library's logging, clean and with the actor."""
    logging.getLogger("somebody").warning("cannot send %s", ID_NUMBER)

    (line,) = lines()
    assert line["event"] == "cannot send [personal]"
    assert line["actor"] == "system:0"


def test_a_program_that_configured_nothing_still_logs_no_personal_data(capsys):
    """The default of the library would print the local variables of every frame."""
    secret = ID_NUMBER
    try:
        raise KeyError(secret)
    except KeyError:
        structlog.get_logger().exception("incident")

    shown = capsys.readouterr()
    assert ID_NUMBER not in shown.out + shown.err
    assert "incident" in shown.err


def test_metrics_are_rendered_with_their_units():
    """A count made here is in the text an operator's scraper reads."""
    metrics.problems.labels("test_kernel_logs").inc(3)

    text = metrics.render()

    assert 'problems_total{code="test_kernel_logs"} 3.0' in text
    names = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert {"http_request_seconds", "group_size_requests", "facts_handled_total"} <= names
