"""Hostile scans: no key opens, moves or closes anything; what a scanner types is one code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from devices.kinds import CodeRead, Faulted
from devices.layouts import LAYOUTS
from devices.sim.typist import Typist
from devices.testing import SetClock
from devices.wedge import Wedge, WedgeRules
from terminal.widgets.scan_filter import ScanFilter, stroke_of
from tests.devices.conftest import RAW
from tests.devices.scan_cases import cases, check
from tests.kiosk.keys import ALT, CTRL, META, NONE, SHIFT, by_system, every_key, pressed
from tests.kiosk.samples import Samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from devices.keyboard import KeyEvent
    from devices.kinds import AnyEvent
    from devices.layouts import Layout
    from tests.kiosk.conftest import Kiosk

Came = tuple[list[CodeRead], list[str]]


class Desk:
    """A filter of its own with its time; what it tells is kept."""

    def __init__(self, **options: object) -> None:
        self.clock = SetClock()
        self.told: list[AnyEvent] = []
        rules = msgspec.convert(options, WedgeRules)
        self.filter = ScanFilter(Wedge(rules, self.clock), self.told.append)
        self.target = QObject()

    def type(self, events: Iterable[QKeyEvent], gap_ms: int = 5) -> Came:
        """Key after key, then silence."""
        for event in events:
            assert self.filter.eventFilter(self.target, event)
            self.clock.pass_ms(gap_ms)
        for _ in range(10):
            self.clock.pass_ms(50)
            self.filter.look()
        codes = [each for each in self.told if isinstance(each, CodeRead)]
        faults = [each.code for each in self.told if isinstance(each, Faulted)]
        self.told.clear()
        return codes, faults


def typed(events: list[KeyEvent], layout: Layout = LAYOUTS["us"], **options: object) -> Came:
    """What comes of a keyboard's events through Qt."""
    return Desk(**options).type(by_system(events, layout))


@pytest.mark.covers("F60", "F69", "T17")
def test_the_scan_corpus_through_qt(qapp: QApplication, shared: Path) -> None:
    typist = Typist(LAYOUTS["fr"])
    for case in cases(shared):
        check(case, lambda data, /, **more: typed(typist.keys(data), LAYOUTS["fr"], **more))


@pytest.mark.covers("F60")
def test_a_key_that_is_held_does_not_keep_a_scan_waiting(qapp: QApplication) -> None:
    desk = Desk()
    for event in by_system(Typist(LAYOUTS["us"]).keys(b"TUB-410\r")):
        desk.filter.eventFilter(desk.target, event)
        desk.clock.pass_ms(5)
    for _ in range(20):
        held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, NONE, "a", True)
        assert desk.filter.eventFilter(desk.target, held)
        desk.clock.pass_ms(20)
        QTest.qWait(20)
    assert [each.raw for each in desk.told if isinstance(each, CodeRead)] == [b"TUB-410"]


@pytest.mark.covers("T18", "21")
def test_no_key_opens_anything(kiosk: Callable[..., Kiosk]) -> None:
    """Every key × every modifier at 5 ms: no window, menu, focus, end, process; nothing changes."""
    made = kiosk()
    window = made.window
    window.show()
    window.show_frame(Samples("en").all()[6])
    for _ in range(2):  # large glyphs are drawn a shade differently once they are cached
        window.grab_png()
        QApplication.processEvents()
    before = window.grab_png()
    windows = {one for one in QApplication.topLevelWidgets() if one.isVisible()}
    ended: list[str] = []
    QApplication.instance().aboutToQuit.connect(lambda: ended.append("quit"))  # type: ignore[union-attr]
    count = 0
    for key, modifiers, text in every_key():
        for event in pressed(key, modifiers, text):
            QApplication.sendEvent(window, event)
        made.typing.pass_ms(5)
        count += 1
        assert QApplication.activePopupWidget() is None
        assert QApplication.activeModalWidget() is None
    assert count > 7_000
    for _ in range(10):
        made.typing.pass_ms(50)
        window._filter.look()
    QApplication.processEvents()
    assert {one for one in QApplication.topLevelWidgets() if one.isVisible()} == windows
    assert QApplication.focusWidget() is None
    assert window.isVisible()
    assert window.grab_png() == before
    assert (made.sent, ended) == ([], [])
    assert all(isinstance(each, Faulted) for each in made.scans)  # none of it is a code


@pytest.mark.covers("T18")
def test_closing_from_outside_is_refused(kiosk: Callable[..., Kiosk]) -> None:
    """Alt+F4 is a close request of the window manager."""
    window = kiosk().window
    window.show()
    assert not window.close()
    assert window.isVisible()


@pytest.mark.covers("F60")
def test_a_scan_goes_through_the_window_in_real_time(kiosk: Callable[..., Kiosk]) -> None:
    """Characters, GS as Ctrl+], Enter: one code, told once nothing more is typed."""
    made = kiosk()
    for event in by_system(Typist().scan(RAW, aim="]d2")):
        QApplication.sendEvent(made.window, event)
    assert made.scans == []
    QTest.qWait(200)
    code = made.scans[0]
    assert isinstance(code, CodeRead)
    assert (code.raw, code.symbology, code.source) == (RAW, "]d2", "wedge")
    assert (len(made.scans), made.sent) == (1, [])


@pytest.mark.covers("F60")
@pytest.mark.parametrize("gs", ["ctrl", "alt", "F8", "{GS}"])
def test_a_separator_in_every_way_it_is_typed(qapp: QApplication, gs: str) -> None:
    known = [gs] if gs in ("F8", "{GS}") else []
    codes, faults = typed(Typist(gs=gs).scan(RAW, aim="]d2"), gs=known)
    assert ([code.raw for code in codes], faults) == ([RAW], [])


@pytest.mark.covers("F69")
def test_layouts_and_caps_lock_give_the_same_code_or_a_fault(qapp: QApplication) -> None:
    scan = Typist().scan(RAW, aim="]d2")
    for name in LAYOUTS:
        codes, _ = typed(scan, LAYOUTS[name], aim="required")
        assert {code.raw for code in codes} <= {RAW}
        assert bool(codes) == (name in ("us", "gb"))
    assert Desk().type(by_system(scan, caps=True)) == ([], ["scan-caps-lock"])
    codes, faults = typed(Typist(capitals="caps").scan(b"LOTbook-1"))
    assert ([code.raw for code in codes], faults) == ([b"LOTbook-1"], [])


@pytest.mark.covers("F57", "F60")
def test_half_a_code_stray_keys_and_floods_are_no_codes(qapp: QApplication) -> None:
    desk = Desk()
    assert desk.type(by_system(Typist().keys(b"]d2010950"))) == ([], ["half-frame"])
    assert desk.type(by_system(Typist().keys(b"ab\r"))) == ([], [])
    assert desk.type(by_system(Typist().keys(b"x" * 4_100))) == ([], ["frame-too-long"])
    # what a person types is no scan
    assert desk.type(by_system(Typist().scan(b"LOT-1")), 200) == ([], [])


def test_the_same_fault_is_told_once_in_two_seconds(qapp: QApplication) -> None:
    desk = Desk()
    scan = Typist(gs="F8").scan(RAW)
    assert [desk.type(by_system(scan), 1)[1] for _ in range(2)] == [["scan-key"], []]


def test_a_station_may_not_listen_to_keyboards(qapp: QApplication) -> None:
    assert typed(Typist().scan(RAW), listen=False) == ([], [])
    deaf = ScanFilter(None, lambda _: None)
    assert deaf.eventFilter(deaf, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, NONE, "a"))
    deaf.look()


def test_strokes_of_qt() -> None:
    key = Qt.Key
    keypad = Qt.KeyboardModifier.KeypadModifier

    def stroke(code: int, held: Qt.KeyboardModifier = NONE, text: str = "") -> tuple[str, str]:
        one = stroke_of(QKeyEvent(QEvent.Type.KeyPress, code, held, text))
        return one.text, one.name

    assert stroke(key.Key_BracketRight.value, CTRL, "\x1d") == ("]", "")
    assert stroke(key.Key_Insert.value, ALT | keypad) == ("0", "")
    assert stroke(key.Key_5.value, ALT | keypad, "5") == ("5", "")
    assert stroke(key.Key_Dead_Circumflex.value) == ("\u0302", "")
    assert stroke(0, NONE, "\x1d") == ("\x1d", "composed")
    assert stroke(key.Key_Q.value, CTRL | ALT, "@") == ("@", "")
    assert stroke(key.Key_F8.value, SHIFT | META) == ("", "f8")


def test_no_context_menu(kiosk: Callable[..., Kiosk]) -> None:
    """A right click or a menu key opens nothing."""
    window = kiosk().window
    reason, middle = QContextMenuEvent.Reason.Mouse, window.rect().center()
    QApplication.sendEvent(window, QContextMenuEvent(reason, middle, middle))
    assert QApplication.activePopupWidget() is None
