"""Doors of the floor: bar codes, serial lines in pieces, what balances and calipers say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from devices.drivers import mitutoyo, mt_sics
from devices.faults import FAULTS, DeviceFault
from devices.framing import Broken, Framer
from devices.values import Value
from forms import identifiers
from forms.identifiers.report import report
from terminal import intents
from tests.fuzz.doors.inputs import hurt
from tests.fuzz.target import Check, Target, same

_GS = b"\x1d"
_CODES = [
    b"]d2010950600021100817310630" + b"10T26-0418" + _GS + b"21S0001",
    b"]C10109506000211008172806301012", b"]E09506000211008"[:16], b"LB:ID:OP",
    b"LB:DO:release:decision=released", b"]Q30109521234567899" + b"10LOT-A1",
    b"+A99912345/$$902345710X3/16D20111212/14D20200906/S77DEFG45F",
    b"+A123BJC5D6E71G+$$52001510X3GD", b"https://id.gs1.org/01/09506000211008/10/A?17=310630",
    b"=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123",
    b"[)>\x1e06\x1d9N111234568408\x1d1TLOT1\x1dD310630\x1dS1\x1e\x04",
    b"MA.156.M0.100350.01004YA10017.SLM1.M210628.LAY21.E220628.V220627.C3", b"]E402345673|]e099A",
    identifiers.element_string(gtin="09506000211008", expiry=date(2031, 6, 30), lot="T1").encode(),
]  # fmt: skip
_WORDS = (
    _GS, b"]d2", b"]C1", b"(01)", b"01", b"10", b"17", b"21", b"(10)", b"LB:", b"\r", b"310", b"+",
    b"/", b"$$", b"=>", b"&,1", b".E", b"9N", b"/01/", b"?", b"[01]",
)  # fmt: skip


def codes() -> Check:
    """A code without findings, written out for a scanner again, says the same."""

    def check(data: bytes) -> bool:
        found = identifiers.parse(data)
        same("findings", set(found.findings) <= set(identifiers.FINDINGS), True)
        same("notes", set(found.notes) <= set(identifiers.NOTES), True)
        same("accepted", report(found)["accepted"], not found.findings)
        scanned = identifiers.scanned(data)
        same("no laxer", set(found.findings) <= set(scanned.findings), True)
        identifiers.from_brackets(data.decode("latin-1"))
        if found.findings:
            return False
        if found.agency == "GS1" and found.aim in identifiers.GS1_AIMS:
            _again(found)
        return True

    return check


def _again(found: identifiers.Identified) -> None:
    again = identifiers.parse(identifiers.join(found.elements), found.aim)
    same("elements", again.elements, found.elements)
    if "(" not in "".join(value for _, value in found.elements):
        same("brackets", identifiers.from_brackets(found.hri).elements, found.elements)


def element_lint() -> Check:
    """Splitting and lint end in elements and findings, whatever the text."""

    def check(data: bytes) -> bool:
        text = data.decode("utf-8", "replace")
        elements, findings = identifiers.split(text)
        for ai, value in elements:
            identifiers.lint(ai, value)
        return not findings

    return check


def serial_pieces() -> Check:
    """However the bytes are cut up, the frames are the same; none is over the limit."""

    def check(data: bytes) -> bool:
        data = data[:2_000]
        whole = Framer((b"\r\n", b"\n")).feed(data, 1)
        framer, pieces, at = Framer((b"\r\n", b"\n")), [], 0
        while at < len(data):
            step = 1 + data[at] % 9
            pieces += framer.feed(data[at : at + step], 1)
            at += step
        same("frames", pieces, whole)
        for one in whole:
            length = len(one.raw) - 1 if isinstance(one, Broken) else len(one)
            assert length <= 258, length
        return bool(whole)

    return check


def readings() -> Check:
    """A weight or a length is offered only in the digits that came; anything else is a fault."""
    options, dialect = mitutoyo.Options(), mt_sics.Sics()

    def check(data: bytes) -> bool:
        weight = _of(lambda: dialect.value(data))
        if isinstance(weight, Value) and weight.quantity is not None:
            digits = str(weight.quantity.value).removeprefix("-")
            same("digits", digits.encode() in data, True)
        length = _of(lambda: mitutoyo.value(data, options))
        return weight is not None or length is not None

    return check


def _of(read: Callable[[], object]) -> object:
    try:
        return read()
    except DeviceFault as fault:
        same("a code of the catalogue", fault.code in FAULTS, True)
        return None


def scanned_intents() -> Check:
    """What a scan may ask of the screen: an intent or none, never an error."""

    def check(data: bytes) -> bool:
        text = data.decode("utf-8", "replace")
        found = intents.read_command(text)
        intents.is_badge(text)
        if found is not None:
            same("known", found.name in intents.INTENTS, True)
            again = intents.read_command(intents.command(found.name, found.params))
            if found.name != "key":
                same("again", again, found)
        return found is not None

    return check


_LINES = [
    b"S S     12.345 g\r\n", b"S D      0.500 g\r\nS I\r\n", b'I4 A "B123"\r\nS +\r\n',
    b"01A+0012.345\r911\r", b"S S Error 1b\r\n", b"\x07\x1b[2JS S     12.345 g\r\n", b"x" * 300,
]  # fmt: skip
_FRAMES = [line.strip() for line in _LINES] + [b"S S     -0.000 g", b"01A-0000.00", b"S S 1 g"]

TARGETS = (
    Target("codes", 45, hurt(_CODES, _WORDS), codes),
    Target("element-lint", 25, hurt(_CODES, _WORDS), element_lint),
    Target("serial-pieces", 30, hurt(_LINES, (b"\r\n", b"\r", b"\n")), serial_pieces),
    Target("readings", 50, hurt(_FRAMES, (b"S S ", b" g", b".", b" ", b"01A+")), readings),
    Target(
        "scanned-intents", 20, hurt(_CODES, (b"LB:", b"ID:", b"DO:", b":", b"=")), scanned_intents
    ),
)
