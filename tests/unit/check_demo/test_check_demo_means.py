"""What the checker reads and computes with: its imports, tax, slips, pictures."""

import ast
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from tests import check_demo
from tests.check_demo.readers import escpos, pictures
from tests.check_demo.readers.documents import Unreadable, Values
from tests.check_demo.tax import tax
from tests.unit.check_demo import demo_papers as papers

FOLDER = Path(check_demo.__file__).parent
ALLOWED = sys.stdlib_module_names | {"lxml", "gmalg", "pypdfium2", "zxingcpp"}


def foreign(text):
    """Return the modules that ``text`` imports and the checker may not have."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
        elif isinstance(node, ast.Name | ast.Attribute):
            name = getattr(node, "attr", None) or getattr(node, "id", "")
            found |= {name} & {"import_module", "__import__", "exec", "eval"}
    return {
        name
        for name in found
        if name.split(".")[0] not in ALLOWED and not f"{name}.".startswith("tests.check_demo.")
    }


def test_the_checker_has_means_of_its_own_only():
    """The standard library and four packages; nothing of the product, nothing of other tests."""
    files = list(FOLDER.rglob("*.py"))

    assert {path: foreign(path.read_text()) for path in files if foreign(path.read_text())} == {}
    assert len(files) > 20
    assert foreign("from kernel import money\nimport lxml.etree") == {"kernel"}
    assert foreign("from tests.support import seams") == {"tests.support"}
    assert foreign("from ..support import x") == {"..support"}
    assert foreign("importlib.import_module('shop')") == {"import_module"}


def line(gcode, total, *, qty="1", gmodel="", gnum="1"):
    return Values(gnum=gnum, gcode=gcode, gmodel=gmodel, qty=qty, totalPrice=total)


def due(freight, *lines):
    """Return (duty, consumption tax, VAT) of each line."""
    computed = tax(Values(freight=freight, insuredFee="0"), lines)
    return [tuple(str(amount) for amount in one.kinds) for one in computed]


PERFUME, WINE, BAG, NONE = "3303000020", "2204210000", "4202210090", "2106909090"


@pytest.mark.parametrize(
    ("freight", "lines", "wanted"),
    [
        ("20", [line(PERFUME, "780", gmodel="50ml/瓶")], [("0.00", "98.82", "85.65")]),
        ("0", [line(NONE, "1788", qty="6")], [("0.00", "0.00", "162.71")]),
        ("12", [line(WINE, "398", qty="2")], [("0.00", "31.89", "41.46")]),
        ("8", [line(NONE, "268")], [("0.00", "0.00", "25.12")]),
        ("0", [line(BAG, "6800")], [("408.00", "0.00", "937.04")]),
        (
            "15",
            [line(PERFUME, "300", gmodel="香水|30ml"), line(NONE, "200", gnum="2")],
            [("0.00", "38.17", "33.08"), ("0.00", "0.00", "18.75")],
        ),
    ],
)
def test_the_tax_is_that_of_the_worked_examples(freight, lines, wanted):
    """Examples 1, 2, 3, 4, 6 and 9 of the reference."""
    assert due(freight, *lines) == wanted


def test_cosmetics_are_taxed_from_ten_yuan_a_millilitre():
    """50 ml for 500.00 is on the line, for 499.99 below it; freight counts."""
    cream = "3304990029"

    assert due("0", line(cream, "499.99", gmodel="50ml/盒"))[0][1] == "0.00"
    assert due("0", line(cream, "500", gmodel="50ml/盒"))[0][1] == "61.76"
    assert due("0.01", line(cream, "499.99", gmodel="50毫升"))[0][1] == "61.76"
    assert due("0", line(cream, "999.99", qty="2", gmodel="50 g"))[0][1] == "0.00"


def test_a_list_over_the_limit_is_taxed_in_full_only_for_one_item():
    """Two items of 2,600: customs refuses; 5,000.00 is within the limit."""
    with pytest.raises(Unreadable):
        due("0", line(NONE, "5200", qty="2"))
    assert due("0", line(NONE, "5000", qty="2")) == [("0.00", "0.00", "455.00")]


def test_a_class_that_depends_on_an_unknown_content_is_not_guessed():
    """The model tells no content, or two."""
    for gmodel in ("面霜", "1000mg/盒", "2支|30ml|50ml"):
        with pytest.raises(Unreadable):
            due("0", line(PERFUME, "300", gmodel=gmodel))


def test_a_figure_that_is_none_is_refused():
    """Not a number, endless, empty."""
    for text in ("NaN", "Infinity", "", "1,0"):
        with pytest.raises(ArithmeticError):
            Values(x=text).number("x")
    assert Values(x="1.50").number("x") == Decimal("1.5")


def test_a_slip_is_read_without_its_commands():
    """Text in lines, the code's data, nothing of modes, pictures and queries between."""
    raster = b"\x1dv0\x00\x02\x00\x03\x00" + b"\x1b\x1d\x1c\x10\n\xff"
    slip = escpos.read(b"\x10\x04\x01" + raster + b"\x1dH\x00" + papers.slip("1,234.56"))

    assert slip.codes == [papers.SLIP_ADDRESS.encode()]
    assert "实付 ￥1,234.56\n" in slip.text
    assert all(char.isprintable() or char == "\n" for char in slip.text)


@pytest.mark.parametrize(
    "data", [b"\x1b\xff", b"\x1d(k\xff\x001P0abc", b"\x1dv0\x00\xff\x00\xff\x00"]
)
def test_an_unknown_or_broken_command_is_refused(data):
    """A byte that may be anything is not skipped."""
    with pytest.raises(Unreadable):
        escpos.read(data)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_a_picture_of_any_colours_is_read(mode):
    """One bit, grey, palette, colours, with and without transparency."""
    assert pictures.codes(pictures.read_png(papers.picture(mode))) == [papers.SLIP_ADDRESS]


def test_a_label_is_read_at_two_hundred_dots_an_inch():
    """200 by 120 points are 556 by 334 dots."""
    ((page, _),) = pictures.pdf_pages(papers.label())

    assert (page.width, page.height) == (556, 334)
    assert pictures.codes(page) == [papers.LABEL_ADDRESS]
