"""Shelf labels: what a phone reads off them, and what a person does."""

from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from bonded_display.display import fonts
from bonded_display.display.errors import FontMissing
from bonded_display.display.labels import Label, label_pdf, label_sheets_pdf
from bonded_display.display.paper import mm
from bonded_display.display.shelf_code import shelf_url
from bonded_display.display.symbol import DOT, AddressTooLong, symbol_of
from kernel.i18n import problem_words

NAMES = ("手工皂", "有机婴幼儿燕麦米粉（铁强化）250g 六个月以上适用", "Olive oil × 2")


def label(n: int = 123, *, name: str = "雪肌保湿修护面霜 50ml", price: str = "¥218.40") -> Label:
    code = f"S{n:06d}"
    return Label(
        address=shelf_url("https://id.example", gtin14="04901234567894", shelf_code=code),
        shelf_code=code,
        name=name,
        name_en="Moisture repair cream 50 ml",
        price_text=price,
        outlet_name="前展便利 世纪大道店",
    )


def pages(pdf: bytes, *, dpi: int = 200) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    images = [page.render(scale=dpi / 72).to_pil() for page in document]
    document.close()
    return images


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage()
    said = text.get_text_bounded()
    text.close()
    document.close()
    return said


def read(image: Image.Image) -> list[str]:
    return sorted(found.text for found in zxingcpp.read_barcodes(image))


def test_one_label_reads_back_its_address():
    """Printed at 200 dpi: one page of the label's own size, one code, goods and shelf in it."""
    (page,) = pages(label_pdf(label()))

    assert read(page) == ["https://id.example/01/04901234567894/21/S000123"]
    assert [round(side / 200 * 25.4) for side in page.size] == [70, 37]


@pytest.mark.parametrize("dpi", [150, 203, 300])
def test_a_sheet_reads_back_every_label(dpi: int):
    """Three by eight on A4, names long and short: 24 codes of 24, at the usual printers' dots."""
    labels = [label(n, name=NAMES[n % 3], price="¥12,345.60") for n in range(24)]

    (page,) = pages(label_sheets_pdf(labels), dpi=dpi)

    assert read(page) == sorted(each.address for each in labels)


def test_the_25th_label_begins_a_second_sheet():
    """A shelf more than a sheet holds."""
    first, second = pages(label_sheets_pdf([label(n) for n in range(25)]), dpi=150)

    assert (len(read(first)), len(read(second))) == (24, 1)


@pytest.mark.parametrize("turned", [3, 45, 180])
def test_a_crooked_and_blurred_photo_is_still_read(turned: int):
    """The phone is held at an angle and the picture is a little soft, on a dark shelf."""
    (page,) = pages(label_pdf(label()), dpi=300)

    photo = page.convert("L").rotate(turned, expand=True, fillcolor=0)

    assert read(photo.filter(ImageFilter.GaussianBlur(2))) == [label().address]


def test_the_label_says_name_price_outlet_and_number():
    """What a person without a phone reads."""
    said = words(label_pdf(label()))

    for part in ("雪肌保湿修护面霜", "¥218.40", "到手价", "前展便利", "S000123"):
        assert part in said


def test_words_never_run_into_the_code():
    """A name and a price as long as they get: the code's quiet zone stays white, and it reads."""
    crowded = label(name="超长商品名称" * 12, price="¥1,234,567.89")
    (page,) = pages(label_pdf(crowded), dpi=300)
    side = symbol_of(crowded.address, most=mm(240)).side / 72_000 * 300
    left, top = page.width - side - 1.6 / 25.4 * 300, 2.0 / 25.4 * 300
    zone = page.convert("L").crop((int(left) + 2, int(top) + 2, int(left + 24), int(top + side)))

    assert zone.getextrema() == (255, 255)
    assert read(page) == [crowded.address]
    assert "…" in words(label_pdf(crowded))


def test_modules_are_whole_dots_and_the_code_is_large_enough():
    """At least 18 mm with its quiet zone, each module a whole number of 203 dpi dots."""
    symbol = symbol_of(label().address, most=mm(240))

    dots, rest = divmod(symbol.module, DOT)
    assert (dots >= 4, rest) == (True, 0)
    assert mm(180) <= symbol.side <= mm(240)


def test_an_address_that_would_be_unreadable_is_refused():
    """A public address of 120 characters makes modules finer than a printer's four dots."""
    with pytest.raises(AddressTooLong):
        symbol_of("https://" + "x" * 120, most=mm(240))


def test_the_same_label_is_the_same_file():
    """Printed twice, compared byte by byte."""
    assert label_pdf(label()) == label_pdf(label())


def test_a_missing_font_is_told_with_its_remedy(tmp_path: Path):
    """The machine has no Chinese font: where it was looked for, and what to install."""
    with pytest.raises(FontMissing) as missing:
        fonts.find_font([tmp_path / "wqy-zenhei.ttc"])

    for lang in ("zh-CN", "en"):
        said = problem_words(missing.value, lang)
        assert str(tmp_path) in said.why
        assert "apt install fonts-wqy-zenhei" in said.next
