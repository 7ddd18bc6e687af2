"""A shelf label and a slip of the test's own: a PDF of rectangles, bytes for a printer, a PNG."""

from io import BytesIO

import zxingcpp
from PIL import Image

LABEL_ADDRESS = "https://id.example/01/03312345002012/21/S100001"
SLIP_ADDRESS = "https://id.example/orders/700001"
QUIET = 4


def _modules(text: str) -> list[list[bool]]:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    seen = memoryview(zxingcpp.write_barcode_to_image(code, scale=1))
    return [[value == 0 for value in row] for row in seen.tolist()]


def label(text: str = LABEL_ADDRESS) -> bytes:
    """Return a PDF page with the code of ``text`` as black rectangles."""
    rows = _modules(text)
    squares = [
        f"{20 + 2 * x} {100 - 2 * y} 2 2 re"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    ]
    return _pdf("\n".join(("0 g", *squares, "f")).encode())


def _pdf(drawing: bytes) -> bytes:
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 120]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
    )
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    start = len(out)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"xref\n0 5\n0000000000 65535 f \n%strailer<</Size 5/Root 1 0 R>>\n" % table
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def slip(total: str, text: str = SLIP_ADDRESS) -> bytes:
    """Return a slip's bytes with ``total`` in yuan."""
    stored = b"1P0" + text.encode()
    code = b"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x06\x1d(k" + len(stored).to_bytes(2, "little")
    parts = (
        b"\x1b@\x1c&",
        "跨境商品订单\n".encode("gbk"),
        "干红葡萄酒 750毫升\n  2 × 199.00            398.00\n".encode("gbk"),
        b"\x1bE\x01\x1d!\x11" + f"实付 ￥{total}\n".encode("gbk") + b"\x1bE\x00\x1d!\x00",
        b"\x1ba\x01" + code + stored + b"\x1d(k\x03\x001Q0",
        b"\x1ba\x00" + "海关放行后寄出，门店不交付商品。\n".encode("gbk"),
        "本小票仅作订单凭据，不是发票。\n".encode("gbk"),
        b"\x1dVB\x00",
    )
    return b"".join(parts)


def picture(mode: str = "1", text: str = SLIP_ADDRESS) -> bytes:
    """Return the slip's code as PNG of one of Pillow's modes."""
    rows = _modules(text)
    small = Image.new("L", (len(rows), len(rows)))
    small.putdata([0 if dark else 255 for row in rows for dark in row])
    large = small.resize((len(rows) * 6, len(rows) * 6), Image.Resampling.NEAREST)
    out = BytesIO()
    large.convert(mode).save(out, "PNG")
    return out.getvalue()
