"""Check what is on paper: the shelf label's code and the slip's code, total and notice.

How bytes and pictures are read lies in ``escpos`` and ``pictures``.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import urlsplit

from tests.check_demo.amounts import paid
from tests.check_demo.findings import Difference, check
from tests.check_demo.folder import Demo
from tests.check_demo.must_1210 import is_gtin
from tests.check_demo.readers.escpos import read
from tests.check_demo.readers.pictures import codes, pdf_pages, read_png

LINK = re.compile(r"(?:/[\w.-]+)*/01/(\d{14})/21/([!%-?A-Z_a-z]{1,20})", re.ASCII)
TOTAL = re.compile(
    r"^\s*(?:合计|实付|实付金额|Total|Paid)\s*[￥¥]\s*([\d,]+\.\d\d)\s*$", re.MULTILINE
)
NO_INVOICE = ("不是发票", "not an invoice")


@check("label_qr")
def label_qr(demo: Demo) -> Iterator[Difference]:
    """The label has one code: a Digital Link of goods that the order names by bar code."""
    found = [text for page, _ in pdf_pages(demo.raw("label.pdf")) for text in codes(page)]
    if len(found) != 1:
        yield Difference("codes on the label", 1, found)
        return
    link, address = LINK.fullmatch(urlsplit(found[0]).path), urlsplit(found[0])
    if link is None or address.scheme not in ("https", "http") or not address.netloc:
        yield Difference("code on the label", "https://host/01/<GTIN>/21/<shelf code>", found[0])
        return
    ordered = [line["barCode"].zfill(14) for line in demo.document("CEB311").lines]
    if link[1] not in ordered or not is_gtin(link[1]):
        yield Difference("GTIN on the label", ordered, link[1])


@check("slip_qr")
def slip_qr(demo: Demo) -> Iterator[Difference]:
    """The code on the drawn slip is read, an address, and the one that was sent."""
    drawn = codes(read_png(demo.raw("slip.png")))
    sent = [code.decode("ascii") for code in read(demo.raw("slip.bin")).codes]
    if len(drawn) != 1 or drawn != sent:
        yield Difference("code on the slip", "one, as sent", sent, drawn)
    for text in sent:
        if not (urlsplit(text).scheme in ("https", "http") and urlsplit(text).netloc):
            yield Difference("code on the slip", "an address", text)


@check("slip_total")
def slip_total(demo: Demo) -> Iterator[Difference]:
    """The slip's total is what was paid."""
    totals = TOTAL.findall(read(demo.raw("slip.bin")).text)
    amounts = [Decimal(text.replace(",", "")) for text in totals]
    if amounts != [paid(demo)]:
        yield Difference("total on the slip", paid(demo), totals)


@check("slip_no_invoice")
def slip_no_invoice(demo: Demo) -> Iterator[Difference]:
    """The slip says that it is no invoice."""
    text = "".join(read(demo.raw("slip.bin")).text.split())
    if not any("".join(words.split()) in text for words in NO_INVOICE):
        yield Difference("slip", " or ".join(NO_INVOICE), "neither")
