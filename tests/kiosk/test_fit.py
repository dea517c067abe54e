"""Every screen in both languages at 100, 125 and 150 %: nothing clipped, overlapping, too small."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from sync.faults import Fault
from terminal import board
from terminal.desk import FATAL
from terminal.theme import ROLES, TEXT_SCALES
from terminal.ui import Rescue
from terminal.unsent import Unsent
from terminal.widgets.label import Label
from terminal.widgets.pager import PageButton
from terminal.widgets.part import Part
from terminal.widgets.picture import Icon
from terminal.widgets.press import Press
from terminal.widgets.strip import StripView
from terminal.widgets.value import LiveValue
from tests.kiosk.samples import LANGUAGES, Samples
from tests.terminal.documents import NOW
from tests.terminal.plant import Bench

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.kiosk.conftest import Kiosk

SIZES = ((1280, 800), (1920, 1080))


def shown(widget: QWidget, root: QWidget) -> bool:
    """Whether nothing above or the widget itself is hidden."""
    one: QWidget | None = widget
    while one is not None and one is not root:
        if one.isHidden():
            return False
        one = one.parentWidget()
    return True


def has_ink(widget: QWidget) -> bool:
    """Whether something is drawn there."""
    if isinstance(widget, Label):
        return bool(widget.text())
    return not isinstance(widget, Icon) or bool(widget.name)


def clipped(root: QWidget) -> Iterator[str]:
    """Texts that do not fit, and parts that stick out of their parent."""
    for one in root.findChildren(Label):
        if shown(one, root) and not one.fits():
            yield f"text {one.text()[:30]!r} in {one.size().toTuple()}"
    for part in root.findChildren(Part):
        parent = part.parentWidget()
        assert parent is not None
        room = parent.rect().adjusted(-1, -1, 1, 1)
        if shown(part, root) and has_ink(part) and not room.contains(part.geometry()):
            yield f"{type(part).__name__} {part.geometry().getRect()} in {parent.size().toTuple()}"


def overlapping(root: QWidget) -> Iterator[str]:
    """Brothers and sisters that share ground."""
    for parent in root.findChildren(Part):
        if not shown(parent, root):
            continue
        inside = [
            child
            for child in parent.children()
            if isinstance(child, QWidget) and not child.isHidden() and has_ink(child)
        ]
        for one, two in combinations(inside, 2):
            common = one.geometry().intersected(two.geometry())
            if common.width() > 1 and common.height() > 1:
                yield f"{type(parent).__name__}: {type(one).__name__}, {type(two).__name__}"


@pytest.mark.parametrize("scale", TEXT_SCALES)
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_fits(
    kiosk: Callable[..., Kiosk], language: str, size: tuple[int, int], scale: float
) -> None:
    """No text is cut, nothing overlaps, targets are 72 px, no text is under 16 px."""
    window = kiosk(listen=False, text_scale=scale).window
    window.resize(*size)
    problems = []
    for frame in Samples(language).all():
        window.show_frame(frame)
        window.grab()
        problems += [f"{frame.name}: {one}" for one in (*clipped(window), *overlapping(window))]
        for press in window.findChildren(Press):
            # the strip is lower, but at the screen's edge and as wide as it; what it opens is
            # also a button of full size on every help screen
            least = 40 if isinstance(press, StripView) else 72
            if shown(press, window) and min(press.width(), press.height()) < least:
                problems.append(f"{frame.name}: {type(press).__name__} {press.size().toTuple()}")
        for one in window.findChildren(Label):
            if shown(one, window) and one.text() and one.fitted()[0] < 16:
                problems.append(f"{frame.name}: {one.text()} is under 16 px")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("language", LANGUAGES)
def test_targets_keep_their_distance(kiosk: Callable[..., Kiosk], language: str) -> None:
    """Buttons of one parent are 12 px apart."""
    window = kiosk(listen=False).window
    for frame in Samples(language).all():
        window.show_frame(frame)
        window.grab()
        presses = [one for one in window.findChildren(Press) if shown(one, window)]
        for one, two in combinations(presses, 2):
            if one.parentWidget() is two.parentWidget():
                near = one.geometry().adjusted(-11, -11, 11, 11)
                assert not near.intersects(two.geometry()), (frame.name, one.intent, two.intent)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scale", TEXT_SCALES)
def test_live_values_are_at_least_72_px(
    kiosk: Callable[..., Kiosk], language: str, scale: float
) -> None:
    """A figure is never smaller than 72 px."""
    window = kiosk(listen=False, text_scale=scale).window
    for frame in Samples(language).all():
        window.show_frame(frame)
        window.grab()
        for value in window.findChildren(LiveValue):
            if shown(value, window) and value.value.text():
                assert value.value.fitted()[0] >= 72


def test_labels_are_plain_and_nothing_can_be_typed_into(kiosk: Callable[..., Kiosk]) -> None:
    """No rich text, no line edit, no focus, no menu, anywhere."""
    window = kiosk(listen=False).window
    for frame in Samples("en").all():
        window.show_frame(frame)
        assert not window.findChildren(QLineEdit)
        for one in window.findChildren(QWidget):
            assert one.focusPolicy() is Qt.FocusPolicy.NoFocus
            assert one.contextMenuPolicy() is Qt.ContextMenuPolicy.PreventContextMenu
        for one in window.findChildren(QLabel):
            assert isinstance(one, Label)
            assert one.textFormat() is Qt.TextFormat.PlainText


def test_type_never_goes_under_16() -> None:
    """The theme's own floor."""
    assert min(role.least for role in ROLES.values()) >= 16
    assert ROLES["body"].size == 20
    assert ROLES["action"].size == 24
    assert ROLES["value"].least >= 72


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_to_stop_is_read_whole_at_the_largest_text(
    kiosk: Callable[..., Kiosk], language: str
) -> None:
    """The rescue screen, whatever the fault: one page, so that nobody in gloves has to turn it."""
    bench, window = Bench(), kiosk(listen=False, text_scale=max(TEXT_SCALES)).window
    window.resize(*min(SIZES))
    bench.begin()
    bench.doors.broken = Fault("journal-forked")
    bench.touch("sign_out")
    view, held = bench.desk.view(), Unsent(1_240, 37, NOW, ("IV26-1101", "IV26-1102"), 0, 2)
    problems = []
    for code in sorted(FATAL):
        shown_now = replace(view.ui, language=language, fatal_code=code, rescue=Rescue(held))
        window.show_frame(board.compose(replace(view, ui=shown_now)))
        window.grab()
        problems += [f"{code}: {one}" for one in (*clipped(window), *overlapping(window))]
        for button in window.findChildren(PageButton):
            if shown(button, window):
                problems.append(f"{code}: its text has more than one page")
    assert not problems, "\n".join(problems)
