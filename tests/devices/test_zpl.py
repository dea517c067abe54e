"""Design to ZPL to the simulated printer's picture to a reader: the same bytes come back."""

from __future__ import annotations

import io
from datetime import date

import msgspec
import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from devices.drawing import pdf, picture, png
from devices.faults import DeviceFault
from devices.kinds import Label
from devices.sheet import Dots, Sheet, Words, facts_of, lay
from devices.sim.zpl_reader import ZplError, draw
from devices.symbol import modules
from devices.zpl import zpl
from forms.identifiers import AIM_OF, content_bytes, content_says
from forms.judge_label import content_for
from forms.label_design import PLACEHOLDERS
from forms.label_standard import standard
from forms.label_symbols import HIBC, QUIET, most_modules
from forms.masters import Product
from forms.terms import Text

PRODUCT = Product(
    item="IVS",
    gtin="09501101530003",
    name=Text(en="Infusion set", zh_CN="输液器"),
    shelf_life_days=365,
    hibc="A99912345",
)
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./ "
NAMES = st.text(st.characters(categories=("L", "N", "P", "S")), max_size=12)
GS1_SIGNS = SIGNS.strip() + "abcxyz_%&+*'!?()"


def label_of(symbology: str, lot: str, serial: str, name: str = "Set") -> Label:
    """A label of the product; ValueError if lot or serial cannot stand in such a code."""
    expiry = date(2029, 11, 30)
    return Label(
        product=Text(en=name, zh_CN="输液器"),
        item=PRODUCT.item,
        gtin=PRODUCT.gtin,
        lot=lot,
        expiry=expiry,
        serial=serial,
        content=content_for(PRODUCT, symbology, expiry, lot, serial),
        symbology=symbology,
        log_mark="147:0a1b2c3d",
        copy=2,
    )


def codes(image: Image.Image) -> list[tuple[bytes, str]]:
    return [(code.bytes, code.symbology_identifier) for code in zxingcpp.read_barcodes(image)]


def read_back(image: Image.Image, symbology: str) -> list[bytes]:
    """What is asked of a label's picture: its codes in the symbology that was printed.

    A reader that looks at letters such as HH000 may see an EAN in them; a code of another symbology
    and content neither passes nor fails a label (``forms.sighting``).
    """
    return [content for content, aim in codes(image) if aim == AIM_OF[symbology]]


@pytest.mark.covers("UDI-830", "UDI-PRINT")
@pytest.mark.parametrize("symbology", sorted(AIM_OF))
@settings(max_examples=5)
@given(data=st.data())
def test_what_is_designed_is_what_is_read(symbology: str, data: st.DataObject) -> None:
    signs = SIGNS if symbology in HIBC else GS1_SIGNS
    linear = QUIET[symbology] > 4
    lot = data.draw(st.text(signs, min_size=1, max_size=16 if linear else 18))
    serial = data.draw(st.text(signs, min_size=1, max_size=12 if linear else 18))
    try:
        label = label_of(symbology, lot, serial, data.draw(NAMES))
    except ValueError:
        return
    sheet = lay(label)
    wanted = [content_bytes(label.content)]
    assert read_back(picture(sheet), symbology) == wanted
    assert read_back(draw(zpl(sheet)), symbology) == wanted


@pytest.mark.covers("UDI-801.18", "UDI-PRINT")
@pytest.mark.parametrize("symbology", ["hibc-datamatrix", "gs1-datamatrix"])
def test_the_longest_content_is_read_whole_line_by_line(symbology: str) -> None:
    lot, serial = "329113000000000002", "000000000000000000"
    label = label_of(symbology, lot, serial)
    drawn = [each.text for each in lay(label).pieces if isinstance(each, Words)]
    lines = content_says(label.content).hri_lines
    assert "".join(lines) == content_says(label.content).hri
    at = drawn.index(lines[0])
    assert tuple(drawn[at : at + len(lines)]) == lines
    assert len(lines) == (3 if symbology in HIBC else 4)


@given(lot=st.text(SIGNS, min_size=1, max_size=18), serial=st.text(SIGNS, min_size=1, max_size=18))
def test_an_hibc_content_breaks_at_its_segments_only(lot: str, serial: str) -> None:
    try:
        content = label_of("hibc-datamatrix", lot, serial).content
    except ValueError:
        return
    primary, dated, numbered = content_says(content).hri_lines
    assert primary + dated + numbered == content
    assert (primary, dated) == (f"+{PRODUCT.hibc}", f"/$$3291130{lot}")
    assert numbered[:-1] == f"/S{serial}"


@pytest.mark.parametrize("symbology", sorted(AIM_OF))
@given(lot=st.text(GS1_SIGNS + SIGNS, min_size=1, max_size=20), serial=st.text(SIGNS, max_size=20))
def test_the_bound_an_author_is_told_holds(symbology: str, lot: str, serial: str) -> None:
    try:
        label = label_of(symbology, lot, serial or "1")
    except ValueError:
        return
    message = content_bytes(label.content).decode()
    wide = modules(label.content, symbology).shape[1] - 2 * QUIET[symbology]
    assert wide <= most_modules(message, symbology)


def test_more_than_a_symbol_holds() -> None:
    for symbology in ("gs1-qr", "gs1-datamatrix"):
        with pytest.raises(ValueError, match="cannot hold"):
            most_modules("A" * 2000, symbology)


@pytest.mark.covers("UDI-PRINT")
def test_every_dot_and_only_the_labels_own_text() -> None:
    """No value can end its field: ``^XZ`` in a name is printed, not obeyed."""
    hostile = msgspec.structs.replace(
        label_of("gs1-datamatrix", "L1", "1"),
        product=Text(en="^XZ~JA_5E\\ ^FS", zh_CN="^XZ 输液器"),
    )
    job = zpl(lay(hostile))
    assert job.count(b"^XZ") == 1
    assert b"~" not in job
    assert job.isascii()
    assert codes(draw(job)) == [(content_bytes(hostile.content), "]d2")]


def test_the_same_label_gives_the_same_bytes_in_every_form() -> None:
    sheet = lay(label_of("gs1-qr", "L1", "1"))
    for form in (png, pdf, zpl):
        assert form(sheet) == form(lay(label_of("gs1-qr", "L1", "1")))
    image = Image.open(io.BytesIO(png(sheet)))
    assert image.size == (sheet.width, sheet.height) == (1181, 709)


def test_every_placeholder_stands_for_something() -> None:
    facts = facts_of(label_of("gs1-datamatrix", "L1", "1"))
    assert tuple(facts) == PLACEHOLDERS
    assert facts["reprint"] == "COPY 2 / 副本 2"


@pytest.mark.parametrize("symbology", ["gs1-datamatrix", "gs1-128"])
def test_what_has_no_room_is_refused_never_cut(symbology: str) -> None:
    label = label_of(symbology, "L" * 20, "S" * 20)
    small = msgspec.structs.replace(standard(symbology), width=standard(symbology).width / 2)
    changes: tuple[dict[str, object], ...] = (
        {"design": small},
        {"design": msgspec.structs.replace(small, dpi=299)},
        {"design": msgspec.structs.replace(standard(symbology), height=small.width / 2)},
        {"product": Text(en="W" * 400, zh_CN="输液器")},
        {"product": Text(en="W\x07W", zh_CN="输液器")},
        {"content": label_of("hibc-128", "L", "S").content},
    )
    for change in changes:
        with pytest.raises(DeviceFault) as caught:
            lay(msgspec.structs.replace(label, **change))
        assert caught.value.code == "label-refused"


@pytest.mark.parametrize(
    "job",
    [
        b"",
        b"^XA^PW10^LL10",
        b"^XA^XZ",
        b"^XA^PW0^LL10^XZ",
        b"^XA^PW99999^LL10^XZ",
        b"^XA^PW10^LL10^BXN,8,200^FD1^FS^XZ",
        b"^XA^PW10^LL10stray^XZ",
        b"^XAx^PW10^LL10^XZ",
        b"^XA^PWx^LL10^XZ",
        b"^XA^PW10^LL10^FO0,0^FDno font^FS^XZ",
        b"^XA^PW10^LL10^FO0,0^FH#^XZ",
        b"^XA^PW10^LL10^FO0,0^GFB,1,1,1,0^FS^XZ",
        b"^XA^PW10^LL10^FO0,0^GFA,9,1,1,00^FS^XZ",
        b"^XA^PW10^LL10^FO0,0^GFA,1,1,1,0^FS^XZ",
        b"^XA^PW10^LL10^FO0,0^GFA,1,1,1,:^FS^XZ",
        b"^XA^PW10^LL10^FO0,0^GFA,2,1,1,0 ^FS^XZ",
        b"^XA^PW10^LL10^FO0,0^GFA,3,1,1,000^FS^XZ",
        b"^XA^PW10^LL10\xff^XZ",
    ],
)
def test_the_simulated_printer_refuses_what_it_does_not_know(job: bytes) -> None:
    with pytest.raises(ZplError):
        draw(job)


def test_runs_of_every_length_are_packed_and_read() -> None:
    assert draw(b"^XA^PW8^LL2^FO0,0^GFA,3,2,1,F,:^FS^XZ").getpixel((3, 1)) == 0
    values = np.full((4, 4096), 255, np.uint8)
    for row, dark in enumerate((4000, 1700, 84, 1)):
        values[row, 8 : 8 + dark] = 0
    sheet = Sheet(4096, 4, 300, (Dots(0, 0, values),))
    assert np.array_equal(np.array(draw(zpl(sheet))), values)
