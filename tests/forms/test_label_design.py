"""Label designs as authors write them: what is right, and where and how it is wrong."""

from __future__ import annotations

import pytest

from forms import codec
from forms.authoring import AuthoringErrors, read_master
from forms.label_checks import check_label
from forms.label_design import filled, placeholders
from forms.label_standard import standard
from forms.masters import LabelStep, design_of
from forms.terms import Text
from tests.forms.documents import sample_master
from tests.forms.test_authoring import GOOD

DESIGN = """\
        instruction: {en: Label, zh_CN: 标签}
        design:
          width: 60
          height: 30
          longest_lot: 12
          longest_serial: 8
          required: [STERILE]
          fields:
            - {type: text, x: 2, y: 1, size: 3, text: "{product} STERILE"}
            - {type: text, x: 2, y: 5, size: 3, width: 30, text: "LOT {lot}  SN {serial}"}
            - {type: text, x: 2, y: 9, size: 3, width: 30, text: "EXP {expiry}", bold: true}
            - {type: text, x: 2, y: 13, size: 3, width: 30, text: "{head} {reprint}"}
            - {type: rule, x: 2, y: 18, width: 30, thickness: "0.2"}
            - {type: symbol, x: 40, y: 5, module: "0.5"}
            - {type: hri, x: 2, y: 20, size: 2, width: 36}
"""
MASTER = GOOD.replace("        instruction: {en: Label, zh_CN: 标签}\n", DESIGN)


def errors(text: str) -> list[str]:
    with pytest.raises(AuthoringErrors) as caught:
        read_master(text, "wm.yaml")
    return [str(error) for error in caught.value.errors]


def line_of(words: str) -> int:
    return next(n for n, line in enumerate(MASTER.splitlines(), 1) if words in line)


def test_a_good_design() -> None:
    step = read_master(MASTER, "wm.yaml").step("OP10", "S3")
    assert isinstance(step, LabelStep)
    assert step.design is not None
    assert design_of(step) is step.design


@pytest.mark.covers("QMSR-45a", "T22")
@pytest.mark.parametrize(
    ("old", "new", "where", "expected"),
    [
        ("{lot}", "{lto}", "LOT {lot}", "unknown placeholder {lto}; one of product"),
        ("{lot}", "{lot!r}", "LOT {lot}", "unreadable placeholder: only {name}"),
        ("{lot}", "{lot", "LOT {lot}", "unreadable placeholder: unexpected '{'"),
        ("{lot}", "", "fields:", "the label does not say its lot; add a text with {lot}"),
        ("{reprint}", "", "fields:", "a reprint would not be marked"),
        ("{product} STERILE", "{product}", "required", "no text says 'STERILE'"),
        ("x: 2, y: 5", "x: 40, y: 5", "LOT {lot}", "outside the label: 40 to 70 of 60 mm"),
        ("y: 13", "y: 28", "{head}", "outside the label: 28 to 31 of 30 mm"),
        ("size: 2, width: 36", "size: 3, lines: true", "hri", "outside the label: 20 to 34.4"),
        ("y: 13", 'y: "-1"', "{head}", "outside the label: -1 to 2"),
        ('module: "0.5"', 'module: "0.2"', "symbol", "symbol too small: a module of 2 dots"),
        ('module: "0.5"', "module: 2", "symbol", "outside the label: 40 to"),
        ("type: hri", "type: text, text: x", "fields:", "cannot be read by people"),
        ("type: symbol", "type: sign", "type: symbol", "unknown field type 'sign'; one of text"),
        ("width: 60", "width: 900", "width: 60", "no label has this size"),
        ("longest_lot: 12", "longest_lot: 0", "longest_lot", "no code has room for that"),
        ("height: 30", "height: 30\n          dpi: 299", "width: 60", "no printer has 299 dpi"),
        (
            '            - {type: symbol, x: 40, y: 5, module: "0.5"}\n',
            "",
            "fields:",
            "the label has 0 symbols",
        ),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_line(old: str, new: str, where: str, expected: str) -> None:
    found = [error for error in errors(MASTER.replace(old, new, 1)) if expected in error]
    assert found, errors(MASTER.replace(old, new, 1))
    line = int(found[0].split(":")[1])
    assert abs(line - line_of(where)) <= 2


def test_bars_must_be_high_enough_and_fit() -> None:
    bars = DESIGN.replace("width: 60", "width: 100").replace("        design", "%s        design")
    linear = GOOD.replace(
        "        instruction: {en: Label, zh_CN: 标签}\n", bars % "        symbology: gs1-128\n"
    ).replace('x: 40, y: 5, module: "0.5"', 'x: 2, y: 5, module: "0.17", height: 5')
    assert any("bars are too short" in error for error in errors(linear))
    assert any("outside the label" in error for error in errors(linear.replace("0.17", "0.5")))
    good = linear.replace("height: 5", 'height: "12.7"')
    assert len(read_master(good, "wm.yaml").operations) == 1


def test_hibc_needs_the_products_primary_data() -> None:
    hibc = GOOD.replace("- type: label\n", "- type: label\n        symbology: hibc-128\n")
    assert any("no hibc-128 of this product" in error for error in errors(hibc))
    good = read_master(hibc.replace("  item: X\n", "  item: X\n  hibc: A99912345\n", 1), "wm.yaml")
    assert good.product.hibc == "A99912345"


def test_more_fields_than_a_label_has() -> None:
    row = '            - {type: text, x: 2, y: 5, size: 1, width: 1, text: "x"}\n'
    many = MASTER.replace("          fields:\n", "          fields:\n" + row * 101)
    assert any("more than 100 fields" in error for error in errors(many))


def test_the_houses_own_designs_are_good() -> None:
    product = sample_master().product
    for symbology in ("gs1-datamatrix", "gs1-qr", "gs1-128"):
        step = LabelStep(
            id="S", title=Text(en="L", zh_CN="标"), instruction=Text(en="L", zh_CN="标"),
            symbology=symbology,
        )  # fmt: skip
        own = LabelStep(
            id="S", title=step.title, instruction=step.instruction, symbology=symbology,
            design=design_of(step),
        )  # fmt: skip
        assert list(check_label(product, own)) == []


@pytest.mark.parametrize(
    ("symbology", "digest"),
    [
        ("gs1-datamatrix", "4be663325cfe98195414c5b7ae01c6a72aca9d60e29f7f677a44fe71bd208e74"),
        ("gs1-qr", "577cb739aefbfe28f35a48c32392d5b7b548f46c8679768df2bd739d4b4b6fde"),
        ("gs1-128", "1bb4dc138c9c737f8804613f63db9bdfd1ae5a10f71d9096d3fb23b2438d5568"),
    ],
)
def test_the_houses_own_designs_never_change(symbology: str, digest: str) -> None:
    """Records name a design by its digest: another look is another design beside these."""
    assert codec.digest(standard(symbology)) == digest


def test_placeholders() -> None:
    assert placeholders("LOT {lot} {{x}}") == ("lot",)
    assert filled("LOT {lot} {{x}}", {"lot": "7"}) == "LOT 7 {x}"
    with pytest.raises(KeyError):
        filled("{nothing}", {})
