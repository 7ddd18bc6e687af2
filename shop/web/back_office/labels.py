"""Decide how shelf labels are handed out: one on a page of its own, or many on A4 sheets.

What stands on a label is ``shop.sheets.exports``'; how it is drawn is the display's.
"""

from flask import Response, make_response, request

from bonded_display.display.labels import label_pdf, label_sheets_pdf
from kernel import config
from kernel.errors import Malformed
from shop.sheets.exports import label_of

MOST = 96
"""Four sheets: what a person cuts at one go."""


class LabelsInvalid(Malformed):
    """No label, or more than four sheets of them, was chosen; nothing was printed."""

    code = "labels_invalid"

    def __init__(self, *, count: int) -> None:
        super().__init__(count=count, most=MOST)


def one(*, shelf_code: str) -> Response:
    """Return the label of one shelf code."""
    label = label_of(shelf_code, config.current())
    return _pdf(label_pdf(label), f"{label.shelf_code}.pdf")


def sheet() -> Response:
    """Return the labels of the chosen shelf codes (``code``), 24 a sheet, in their order."""
    codes = list(dict.fromkeys(request.args.getlist("code")))
    if not 0 < len(codes) <= MOST:
        raise LabelsInvalid(count=len(codes))
    labels = [label_of(code, config.current()) for code in codes]
    return _pdf(label_sheets_pdf(labels), "labels.pdf")


def _pdf(content: bytes, name: str) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
