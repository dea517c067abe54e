"""Strokes to text: every way to send a character, and nothing that could be another one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.keyboard import Keyboard, KeyEvent
from devices.keystream import CAPS, UNKNOWN, KeyStream, Stroke
from devices.layouts import LAYOUTS
from devices.sim.typist import Typist, press

CTRL, ALT, SHIFT, CAPS_LOCK = 29, 56, 42, 58


def typed(*strokes: Stroke, separators: frozenset[str] = frozenset()) -> str:
    """What these strokes come to."""
    stream = KeyStream(separators)
    return b"".join(map(stream.feed, strokes)).decode()


def alt(digits: str) -> list[Stroke]:
    """Digits under Alt."""
    inside = [Stroke(text=digit, alt=True) for digit in digits]
    return [Stroke(name="alt", alt=True), *inside, Stroke(name="alt", down=False)]


@pytest.mark.covers("F60", "F69")
@pytest.mark.parametrize("name", LAYOUTS)
@given(
    data=st.text("ABCxyz0189-]<>;:_/&%\x1d", max_size=30), gs=st.sampled_from(["ctrl", "alt", "F8"])
)
def test_what_is_typed_for_a_layout_is_read_back(name: str, gs: str, data: str) -> None:
    keyboard, stream = Keyboard(LAYOUTS[name]), KeyStream(frozenset({"f8"}))
    events = Typist(LAYOUTS[name], gs=gs).keys(data.encode())
    assert b"".join(stream.feed(keyboard.stroke(each)) for each in events) == data.encode()


@pytest.mark.covers("F60")
@pytest.mark.parametrize(
    ("digits", "text"),
    [
        ("029", "\x1d"),
        ("29", "\x1d"),
        ("0029", "\x1d"),
        ("065", "A"),
        ("0233", "é"),
        ("233", UNKNOWN),
        ("0150", UNKNOWN),
        ("0", UNKNOWN),
        ("00029", UNKNOWN),
        ("08364", UNKNOWN),
        ("", ""),
    ],
)
def test_alt_and_digits(digits: str, text: str) -> None:
    assert typed(*alt(digits)) == text


def test_alt_codes_around_others() -> None:
    late = [Stroke(text="2", alt=True), Stroke(text="9", alt=True), Stroke(text="b")]
    assert typed(*late) == "\x1db"  # Alt was let go unseen
    composed = Stroke(text="\x1d", name="composed")
    assert typed(*alt("029"), composed) == "\x1d"  # the system made it too
    assert typed(*alt("029"), Stroke(text="a"), composed) == "\x1da\x1d"
    assert typed(Stroke(text="o", alt=True)) == UNKNOWN
    assert typed(Stroke(text="[", ctrl=True, alt=True)) == "["  # AltGr of Windows
    assert typed(Stroke(text="\x01", ctrl=True, alt=True)) == UNKNOWN


@pytest.mark.covers("F60", "T18")
def test_control_keys_are_their_characters_and_other_keys_spoil() -> None:
    pairs = [
        ("]", "\x1d"),
        ("a", "\x01"),
        ("M", "\r"),
        ("^", "\x1e"),
        ("1", UNKNOWN),
        ("", UNKNOWN),
    ]
    for text, meant in pairs:
        assert typed(Stroke(text=text, ctrl=True)) == meant
    assert typed(Stroke(name="f8")) == UNKNOWN
    assert typed(Stroke(name="f8"), separators=frozenset({"f8"})) == "\x1d"
    assert typed(Stroke(text="a", meta=True), Stroke(), Stroke(text="a", down=False)) == UNKNOWN * 2
    assert typed(*(Stroke(name=each) for each in ("shift", "ctrl", "altgr", "meta", "num"))) == ""


@pytest.mark.covers("F69")
def test_caps_lock_is_told_and_never_repaired() -> None:
    assert typed(Stroke(text="a", shift=True)) == CAPS + "a"
    assert typed(Stroke(text="A")) == CAPS + "A"
    assert typed(Stroke(text="A", shift=True), Stroke(text="1", shift=True)) == "A1"
    toggle = Stroke(name="caps")
    assert typed(toggle, Stroke(text="A"), toggle, Stroke(text="a")) == "Aa"
    assert typed(toggle, Stroke(text="a")) == CAPS + "a"  # it was on before
    enter = Stroke(name="enter")
    assert typed(toggle, enter, Stroke(text="A")) == "\r" + CAPS + "A"  # not of this scan


def test_dead_keys() -> None:
    mark = Stroke(text="\u0302")
    assert typed(mark, Stroke(text=" ")) == "^"
    assert typed(mark, Stroke(text="e")) == "ê"
    assert typed(mark, Stroke(text="1")) == UNKNOWN + "1"
    assert typed(mark, mark) == UNKNOWN + "\u0302"
    stream = KeyStream()
    stream.feed(mark)
    stream.reset()
    assert stream.feed(Stroke(text="e")) == b"e"


def test_a_keyboard_knows_what_is_held() -> None:
    keyboard = Keyboard(LAYOUTS["de"])
    strokes = [keyboard.stroke(each) for each in press(27, CTRL)]
    assert (strokes[1].text, strokes[1].ctrl) == ("]", True)  # by the place on a US keyboard
    assert not keyboard.stroke(KeyEvent(30, True)).ctrl
    assert [keyboard.stroke(KeyEvent(code, True)).text for code in (82, 83, 999)] == ["0", ".", ""]
    keyboard.stroke(KeyEvent(CAPS_LOCK, True))
    keyboard.stroke(KeyEvent(CAPS_LOCK, False))
    held = [keyboard.stroke(KeyEvent(code, True)).text for code in (30, 12, 2)]
    assert held == ["A", "ß", "1"]
    keyboard.stroke(KeyEvent(28, True))
    assert keyboard.stroke(KeyEvent(30, True)).text == "a"
    keyboard.stroke(KeyEvent(ALT, True))
    assert keyboard.stroke(KeyEvent(SHIFT, True)).alt
    keyboard.reset()
    assert not keyboard.stroke(KeyEvent(30, True)).alt
    assert keyboard.stroke(KeyEvent(183, True)).name == "f13"
