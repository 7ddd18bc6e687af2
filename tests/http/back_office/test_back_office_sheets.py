"""Sheets are uploaded, followed, cancelled and told of at the desk."""

import io

import pytest

from kernel import db, jobs
from shop.imports import files, run
from tests.http.back_office.house import Operator, Trade

PAGE = "/back-office/sheets/"


def upload(operator: Operator, kind: str, content: bytes, **more: str):
    return operator.press(PAGE, PAGE, kind=kind, file=(io.BytesIO(content), "s.csv"), **more)


def test_a_bad_file_is_told_cell_by_cell(trade: Trade, operator: Operator) -> None:
    """Uploaded, taken by the worker, refused: the page and the result file name the cell."""
    sheet = operator.see(f"{PAGE}export/placements.csv").text.splitlines()
    row = sheet[1].split(",")
    content = "\n".join([sheet[0], ",".join([row[0], "NOWHERE", *row[2:]])])

    sent = upload(operator, "placements", content.encode())
    for _ in range(5):
        run.go_on()

    assert sent.status_code == 303
    page = operator.see(sent.location).text
    assert "NOWHERE" in page
    assert "没有这个代码的门店" in page
    assert "data-renew" not in page
    assert "2,outlet,NOWHERE" in operator.see(sent.location + "/result.csv").text


def test_a_bar_that_stands_says_why_and_can_be_cancelled(
    trade: Trade, operator: Operator, clock
) -> None:
    """No worker for ten seconds: the page says so; cancelled, nothing happens any more."""
    content = operator.see(f"{PAGE}export/stock.xlsx").data
    sent = upload(operator, "stock", content)
    clock.tick(10)

    page = operator.see(sent.location).text
    assert "<progress" in page
    assert "停着：10 秒" in page

    operator.press(sent.location, sent.location + "/cancel")
    run.go_on()

    with db.read() as conn:
        (job,) = jobs.latest(conn, most=5)
    assert (job.state, job.file) == ("cancelled", None)
    assert ">s.csv</a>" in operator.see(PAGE).text
    assert ">s.csv</a>" in operator.see(f"{PAGE}?before={job.id + 1}").text
    assert ">s.csv</a>" not in operator.see(f"{PAGE}?before={job.id}").text


def test_no_file_and_no_token_are_refused(trade: Trade, operator: Operator) -> None:
    """A form without a file says so; one without its token is answered with 403."""
    assert operator.press(PAGE, PAGE, kind="goods").status_code == 422
    assert operator.client.post(PAGE, data={"kind": "goods"}).status_code == 403
    assert operator.see(f"{PAGE}template/goods.xlsx").data.startswith(b"PK")
    operator.see(f"{PAGE}template/nothing.csv", 404)


def as_form(token: str, content: bytes) -> tuple[bytes, str]:
    parts = [
        f'--QZ\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("csrf_token", token), ("kind", "stock"))
    ]
    parts.append(
        '--QZ\r\nContent-Disposition: form-data; name="file"; filename="s.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    body = "".join(parts).encode() + content + b"\r\n--QZ--\r\n"
    return body, "multipart/form-data; boundary=QZ"


def token_of(operator: Operator) -> str:
    text = operator.see(PAGE).text
    return text.split('name="csrf_token" value="')[1].split('"')[0]


@pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")
def test_an_upload_that_is_cut_leaves_nothing(trade: Trade, operator: Operator) -> None:
    """The connection ends half way through the file: no job, no file, and the next one is taken.

    What came of it lay in a nameless file of the form's reader, which closes it when forgotten.
    """
    content = operator.see(f"{PAGE}export/stock.csv").data * 50
    body, kind = as_form(token_of(operator), content)

    sent = operator.client.post(
        PAGE,
        data=body[: len(body) // 2],
        content_type=kind,
        environ_overrides={"CONTENT_LENGTH": str(len(body))},
    )

    assert sent.status_code == 400
    with db.read() as conn:
        assert jobs.latest(conn, most=5) == []
    assert list(files.folder().iterdir()) == []
    assert upload(operator, "stock", content).status_code == 303


def test_a_copy_that_fails_leaves_nothing(trade: Trade, operator: Operator) -> None:
    """The disk is full, or the process stops, while the file is copied: no job waits for it."""

    class Full(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 0:
                raise OSError("no space left")
            return super().read(10)

    with pytest.raises(OSError, match="no space"):
        run.ask_import("stock", Full(b"x" * 100), name="s.csv", skip_bad=False)

    with db.read() as conn:
        assert jobs.latest(conn, most=5) == []
    assert list(files.folder().iterdir()) == []


def test_a_file_that_no_job_names_is_removed_in_the_end(trade: Trade, operator: Operator, clock):
    """Its process was killed between copy and job: after an hour the worker's round removes it."""
    content = operator.see(f"{PAGE}export/stock.csv").data
    with files.kept(io.BytesIO(content)) as forgotten:
        pass
    upload(operator, "stock", content)
    waiting = {place.name for place in files.folder().iterdir()} - {forgotten}

    files.sweep(run.PREFIX)
    assert {place.name for place in files.folder().iterdir()} == waiting | {forgotten}

    clock.tick(3601)
    files.sweep(run.PREFIX)
    assert {place.name for place in files.folder().iterdir()} == waiting


def test_only_staff_may_send_a_large_file(trade: Trade, operator: Operator) -> None:
    """Three megabytes: taken from the operator with the token, refused without, and from nobody."""
    large = b"x" * 3_000_000
    body, kind = as_form(token_of(operator), large)
    forged, _ = as_form("nobody's", large)

    stranger = operator.client.application.test_client()
    refused = stranger.post(PAGE, data=body, content_type=kind)
    no_token = operator.client.post(PAGE, data=forged, content_type=kind)
    taken = operator.client.post(PAGE, data=body, content_type=kind)

    assert (refused.status_code, no_token.status_code, taken.status_code) == (413, 403, 303)
    with db.read() as conn:
        assert len(jobs.latest(conn, most=5)) == 1


def test_a_version_that_would_close_every_offer_is_told_in_words(
    trade: Trade, operator: Operator
) -> None:
    """A tariff before any positive list: the page says why and what comes first."""
    sent = upload(operator, "tariff", operator.see(f"{PAGE}export/tariff.csv").data)
    for _ in range(5):
        run.go_on()

    page = operator.see(sent.location).text
    assert "尚未导入正面清单" in page
    assert "positive_list_first" not in page


def test_leaving_rows_out_of_a_version_is_refused_in_the_form(
    trade: Trade, operator: Operator
) -> None:
    """The list is the whole: a row left out would take its goods off."""
    content = operator.see(f"{PAGE}export/positive_list.xlsx").data

    refused = upload(operator, "positive_list", content, skip_bad="1")

    assert refused.status_code == 409
    assert "漏掉一行就会使商品停售" in refused.text


def test_two_versions_are_compared_on_a_page(trade: Trade, operator: Operator) -> None:
    """The list goes without one code, the tariff follows with a dearer one; each is shown."""
    listed = operator.see(f"{PAGE}export/positive_list.csv").text.splitlines(keepends=True)
    rated = operator.see(f"{PAGE}export/tariff.csv").text.splitlines(keepends=True)
    assert "尚未导入任何版本" in operator.see(f"{PAGE}versions").text
    dearer = rated[1].replace(",1300,", ",1234,", 1)
    sheets = (
        ("positive_list", listed),
        ("positive_list", [listed[0], *listed[2:]]),
        ("tariff", rated),
        ("tariff", [rated[0], dearer, *rated[2:]]),
    )
    for kind, sheet in sheets:
        upload(operator, kind, "".join(sheet).encode())
        for _ in range(5):
            run.go_on()

    lists = operator.see(f"{PAGE}versions?old=1&new=2").text
    tariffs = operator.see(f"{PAGE}versions").text
    compared = operator.see(f"{PAGE}versions?old=3&new=4").text
    unlike = operator.see(f"{PAGE}versions?old=1&new=4").text

    gone = listed[1].split(",")[0]
    assert f'digits">{gone}</td>' in lists
    assert tariffs.count("<strong>现行</strong>") == 2
    assert "1234</td>" not in tariffs
    assert "<code>vat_bp</code>" in compared
    assert "1300</td>" in compared
    assert "1234</td>" in compared
    assert "一个是税则，另一个是正面清单" in unlike
