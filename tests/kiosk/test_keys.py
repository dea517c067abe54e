"""Hostile scans: no key opens, moves or closes anything; bursts become one text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.kiosk.samples import Samples

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kiosk.conftest import Kiosk

NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
META = Qt.KeyboardModifier.MetaModifier
MODIFIERS = (NONE, Qt.KeyboardModifier.ShiftModifier, CTRL, ALT, META, CTRL | ALT)


def press(target: object, key: int, text: str = "", modifiers: Qt.KeyboardModifier = NONE) -> None:
    """One key down and up, as the platform would deliver it."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, key, modifiers, text))  # type: ignore[arg-type]


@pytest.mark.covers("T18")
def test_no_key_reaches_anything(kiosk: Callable[..., Kiosk]) -> None:
    """Every key with every modifier: no window, no focus, no change, no intent but wedge."""
    made = kiosk()
    window = made.window
    window.show()
    window.show_frame(Samples("en").all()[6])
    for _ in range(2):  # large glyphs are drawn a shade differently once they are cached
        window.grab_png()
        QApplication.processEvents()
    before = window.grab_png()
    windows = {one for one in QApplication.topLevelWidgets() if one.isVisible()}
    for key in Qt.Key:
        for modifiers in MODIFIERS:
            press(window, key.value, "", modifiers)
        assert QApplication.activePopupWidget() is None
        assert QApplication.activeModalWidget() is None
    assert {one for one in QApplication.topLevelWidgets() if one.isVisible()} == windows
    assert QApplication.focusWidget() is None
    assert window.isVisible()
    assert window.grab_png() == before
    assert {intent for intent, _ in made.sent} <= {"wedge"}


@pytest.mark.covers("T18")
def test_closing_from_outside_is_refused(kiosk: Callable[..., Kiosk]) -> None:
    """Alt+F4 is a close request of the window manager."""
    window = kiosk().window
    window.show()
    assert not window.close()
    assert window.isVisible()


def test_a_burst_is_one_scan(kiosk: Callable[..., Kiosk]) -> None:
    """Characters, GS as Ctrl+], Enter: one wedge intent with the bytes."""
    made = kiosk()
    for letter in "]d20109506000134352":
        press(made.window, ord(letter.upper()), letter)
    press(made.window, Qt.Key.Key_BracketRight, "\x1d", CTRL)
    for letter in "10AB":
        press(made.window, ord(letter), letter)
    press(made.window, Qt.Key.Key_Return, "\r")
    assert made.sent == [("wedge", {"raw": b"]d20109506000134352\x1d10AB".hex()})]


def test_gs_as_alt_code(kiosk: Callable[..., Kiosk]) -> None:
    """Some scanners type the separator as Alt+029."""
    made = kiosk()
    for letter in "10A":
        press(made.window, ord(letter), letter)
    for digit in "029":
        press(made.window, ord(digit), digit, ALT)
    release = QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Alt, NONE)
    QApplication.sendEvent(made.window, release)
    press(made.window, ord("Z"), "z")
    press(made.window, Qt.Key.Key_Tab, "\t")
    assert made.sent == [("wedge", {"raw": b"10A\x1dz".hex()})]


def test_a_pause_ends_a_burst_and_stray_keys_are_nothing(kiosk: Callable[..., Kiosk]) -> None:
    """Without a suffix the quiet after it ends a scan; two letters are none; floods are dropped."""
    made = kiosk()
    press(made.window, ord("A"), "a")
    press(made.window, ord("B"), "b")
    QTest.qWait(200)
    assert made.sent == []
    for _ in range(5000):
        press(made.window, ord("A"), "a")
    press(made.window, Qt.Key.Key_Enter, "\r")
    assert made.sent == []
    for letter in "LB:":
        press(made.window, ord(letter), letter)
    QTest.qWait(200)
    assert made.sent == [("wedge", {"raw": b"LB:".hex()})]


def test_no_context_menu(kiosk: Callable[..., Kiosk]) -> None:
    """A right click or a menu key opens nothing."""
    window = kiosk().window
    reason, middle = QContextMenuEvent.Reason.Mouse, window.rect().center()
    QApplication.sendEvent(window, QContextMenuEvent(reason, middle, middle))
    assert QApplication.activePopupWidget() is None
