"""Labels say in words what their code says, and are refused when they do not."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from functools import partial

import msgspec
import pytest
from PIL import Image, ImageFont

from devices import fonts, label, sheet
from devices.decoder import Decoder
from devices.kinds import Label
from devices.testing import fault_of
from forms import label_standard
from forms.identifiers import AIM_OF, element_string, hibc_string
from forms.label_design import LabelHri
from tests.devices.conftest import RAW


@pytest.mark.covers("UDI-830", "UDI-PRINT")
def test_a_label_reads_back_byte_for_byte(label_: Label, decoder: Decoder) -> None:
    codes = decoder.decode(label.render(label_))
    assert [(code.raw, code.symbology) for code in codes] == [(RAW, "]d2")]


@pytest.mark.covers("UDI-830", "UDI-PRINT")
@pytest.mark.parametrize(("symbology", "aim"), [("gs1-128", "]C1"), ("gs1-qr", "]Q3")])
def test_every_symbology_of_a_label_step_reads_back(
    label_: Label, decoder: Decoder, symbology: str, aim: str
) -> None:
    codes = decoder.decode(label.render(msgspec.structs.replace(label_, symbology=symbology)))
    assert [(code.raw, code.symbology) for code in codes] == [(RAW, aim)]
    assert AIM_OF[symbology] == aim


def test_bars_that_would_be_too_thin_are_refused(label_: Label) -> None:
    lot, serial = "LOT-OF-TWENTY-SIGNS!", "serial-of-20-signs_-"
    content = element_string(gtin=label_.gtin, expiry=label_.expiry, lot=lot, serial=serial)
    long = msgspec.structs.replace(
        label_, lot=lot, serial=serial, content=content, symbology="gs1-128"
    )
    fault = fault_of(lambda: label.render(long))
    assert fault is not None
    assert fault.code == "label-refused"
    assert label.render(msgspec.structs.replace(long, symbology="gs1-qr"))


@pytest.fixture
def label_(label: Label) -> Label:
    """The label, under a name that leaves the module's alone."""
    return label


def test_a_label_is_drawn_the_same_each_time(label_: Label) -> None:
    png = label.render(label_)
    assert png == label.render(label_)
    assert Image.open(io.BytesIO(png)).size == (1181, 709)
    bare = msgspec.structs.replace(label_, manufacturer=None, log_mark="", copy=2)
    assert label.render(bare) != png


@pytest.mark.covers("UDI-801.18")
@pytest.mark.parametrize(
    "change",
    [
        {"expiry": date(2029, 12, 1)},
        {"serial": "0002"},
        {"lot": "X"},
        {"gtin": "09501101530010"},
        {"content": "(01)0950(17)291130(10)IS-2026-0147(21)0001"},
        {"content": "nothing"},
        {"symbology": "pdf417"},
        {
            "gtin": "09501101530004",
            "content": "(01)09501101530004(17)291130(10)IS-2026-0147(21)0001",
        },
        {"gtin": "950", "content": "(01)950(17)291130(10)IS-2026-0147(21)0001"},
    ],
)
def test_words_that_differ_from_the_code_are_refused(
    label_: Label, change: dict[str, object]
) -> None:
    fault = fault_of(lambda: label.render(msgspec.structs.replace(label_, **change)))
    assert fault is not None
    assert fault.code == "label-refused"


def elements(label_: Label, **changes: object) -> list[str]:
    """The readable content of the house's label, line by line."""
    pieces = sheet.lay(msgspec.structs.replace(label_, **changes)).pieces
    texts = [piece.text for piece in pieces if isinstance(piece, sheet.Words)]
    return [text for text in texts if text.startswith(("(", "+", "/"))]


@pytest.mark.covers("UDI-801.18")
def test_the_readable_content_is_a_line_for_each_element_and_no_sign_more(label_: Label) -> None:
    assert elements(label_) == [
        "(01)09501101530003", "(17)291130", f"(10){label_.lot}", "(21)0001",
    ]  # fmt: skip
    hibc = hibc_string(primary="A99912345", expiry=label_.expiry, lot=label_.lot, serial="0001")
    lines = elements(label_, content=hibc, symbology="hibc-datamatrix")
    assert lines == ["+A99912345", f"/$$3291130{label_.lot}", "/S00019"]
    assert "".join(lines) == hibc


@pytest.mark.covers("UDI-801.18")
def test_readable_content_that_would_leave_the_label_is_refused(label_: Label) -> None:
    own = label_standard.standard("gs1-datamatrix")
    fields = tuple(
        msgspec.structs.replace(field, y=Decimal(52)) if isinstance(field, LabelHri) else field
        for field in own.fields
    )
    low = msgspec.structs.replace(own, fields=fields)
    fault = fault_of(lambda: label.render(msgspec.structs.replace(label_, design=low)))
    assert fault is not None
    assert (fault.code, "(21)0001" in fault.detail) == ("label-refused", True)


def test_content_that_is_not_gs1_is_refused() -> None:
    for bad in ("(01)1", "no brackets", "(99999)1"):
        fault = fault_of(partial(label.gs1_png, bad))
        assert fault is not None
        assert fault.code == "label-refused"


def test_command_codes_are_small_squares() -> None:
    modules = label.matrix("LB:DO:sign")
    assert {len(row) for row in modules} == {len(modules)}
    assert all(row[0] for row in modules)
    assert all(modules[-1])
    for bad in ("x" * 5000, ""):
        fault = fault_of(partial(label.matrix, bad))
        assert fault is not None
        assert fault.code == "label-refused"


def test_a_badge_code_refuses_what_it_cannot_write() -> None:
    fault = fault_of(lambda: label.code128_png("批号"))
    assert fault is not None
    assert fault.code == "label-refused"


def test_fonts() -> None:
    assert fonts.find(folders=("/nowhere",)) is None
    assert isinstance(fonts.font(20), ImageFont.FreeTypeFont)
