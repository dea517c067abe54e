"""The window: touches, frames, speed, sounds, looks."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import zxingcpp
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from terminal.theme import LIGHT, TARGET, Look
from terminal.views import Mark, StepStage
from terminal.widgets.action_bar import ActionButton
from terminal.widgets.label import Label, label, visible
from terminal.widgets.matrix import modules
from terminal.widgets.pad import Key
from terminal.widgets.pager import Pager
from terminal.widgets.press import Press
from terminal.widgets.rail import RailRow
from tests.kiosk import gallery
from tests.kiosk.samples import LANGUAGES, Samples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from terminal.views import Frame
    from tests.kiosk.conftest import Kiosk


def named(name: str, language: str = "en") -> Frame:
    """A sample frame by name."""
    return next(one for one in Samples(language).all() if one.name == name)


def tap(press: Press) -> None:
    """A finger on the middle."""
    QTest.mouseClick(press, Qt.MouseButton.LeftButton, pos=press.rect().center())


def button(kiosk: Kiosk, intent: str) -> ActionButton:
    """The action button for an intent."""
    every = kiosk.window.findChildren(ActionButton)
    return next(one for one in every if one.intent == intent and not one.isHidden())


@pytest.mark.covers("F67")
def test_a_double_tap_sends_one_intent(kiosk: Callable[..., Kiosk]) -> None:
    """300 ms between taps on the same target, and after a change of screen."""
    made = kiosk()
    made.window.show_frame(named("step-measure-live"))
    made.window.grab()
    tap(button(made, "accept_reading"))
    assert made.sent == []  # the screen has only just changed
    made.clock.now += 301
    for _ in range(2):
        tap(button(made, "accept_reading"))
        made.clock.now += 120
    assert made.sent == [("accept_reading", {})]
    made.clock.now += 301
    tap(button(made, "accept_reading"))
    assert len(made.sent) == 2


def test_a_finger_that_slides_off_does_nothing(kiosk: Callable[..., Kiosk]) -> None:
    """Press inside, release outside."""
    made = kiosk()
    made.window.show_frame(named("step-measure-live"))
    made.window.grab()
    made.clock.now += 400
    target = button(made, "accept_reading")
    QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=target.rect().center())
    outside = -target.rect().bottomRight()
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=outside)
    assert made.sent == []


def test_the_pad_sends_keys_fast(kiosk: Callable[..., Kiosk]) -> None:
    """Different keys follow each other without waiting; OK is the usual action."""
    made = kiosk()
    made.window.show_frame(named("step-measure-typed"))
    made.window.grab()
    made.clock.now += 400
    keys = {one.key: one for one in made.window.findChildren(Key)}
    for name in ("4", ".", "1"):
        made.clock.now += 80
        tap(keys[name])
    made.clock.now += 80
    tap(button(made, "key"))
    assert [params["key"] for _, params in made.sent] == ["4", ".", "1", "ok"]


def shown_keys(made: Kiosk) -> dict[str, Key]:
    found = made.window.findChildren(Key)
    return {one.key: one for one in found if one.isVisibleTo(made.window)}


def test_the_sign_key_is_as_large_as_the_others_and_only_where_asked_for(
    kiosk: Callable[..., Kiosk],
) -> None:
    made = kiosk()
    for name, there in (("step-measure-typed", False), ("step-measure-cold", True)):
        made.window.show_frame(named(name))
        made.window.grab()
        keys = shown_keys(made)
        assert ("-" in keys) is there
        assert len({(one.x(), one.y()) for one in keys.values()}) == len(keys), "none over another"
    keys = shown_keys(made)
    assert min(keys["-"].width(), keys["-"].height()) >= TARGET
    assert keys["-"].size() == keys["1"].size() == keys["0"].size()
    made.clock.now += 400
    tap(keys["-"])
    assert made.sent[-1] == ("key", {"key": "-"})


def test_bars_send_their_intents(kiosk: Callable[..., Kiosk]) -> None:
    """Help, language, sign out and overview are one touch away."""
    made = kiosk()
    made.window.show_frame(named("step-measure-live"))
    made.window.grab()
    for intent in ("help", "language", "sign_out", "overview"):
        made.clock.now += 400
        tap(next(p for p in made.window.findChildren(Press) if p.intent == intent))
    assert [intent for intent, _ in made.sent] == ["help", "language", "sign_out", "overview"]


def test_paging_sends_nothing(kiosk: Callable[..., Kiosk]) -> None:
    """Turning a page shows other rows and tells nobody."""
    made = kiosk()
    made.window.show_frame(named("work-list"))
    made.window.grab()
    made.clock.now += 400
    pager = made.window.findChildren(Pager)[0]
    first = [row for row in pager.rows if not row.isHidden()]
    tap(pager.down)
    assert [row for row in pager.rows if not row.isHidden()] != first
    assert made.sent == []
    made.clock.now += 400
    tap(next(row for row in pager.rows if not row.isHidden()))  # type: ignore[arg-type]
    assert made.sent[0][0] == "open_job"


def test_live_values_are_cheap_and_keep_their_widgets(kiosk: Callable[..., Kiosk]) -> None:
    """A few ms of this thread an update with painting; buttons and rail stay the same objects."""
    made = kiosk(listen=False)
    frame = named("step-measure-live")
    assert isinstance(frame.stage, StepStage)
    made.window.show_frame(frame)
    made.window.grab()
    kinds = (ActionButton, RailRow)
    before = [id(one) for kind in kinds for one in made.window.findChildren(kind)]
    spent = []
    for step in range(40):
        stage = replace(frame.stage, value=f"4.{step:02}")
        start = time.thread_time()  # what others do on the machine is not counted
        made.window.show_frame(replace(frame, stage=stage))
        spent.append(time.thread_time() - start)
    assert sorted(spent)[len(spent) // 2] < 0.010
    after = [id(one) for kind in kinds for one in made.window.findChildren(kind)]
    assert before == after


def test_200_000_label_updates(qapp: QApplication) -> None:
    """PySide6 6.12 over-releases None on CPython 3.11 and aborts long before this."""
    one = Label(Look(LIGHT), "body", None)
    for number in range(100_000):
        one.show_ink("muted" if number % 2 else "text")
        one.setText(str(number % 10))
    assert one.text() == "9"


def test_command_codes_are_square_and_read_back(kiosk: Callable[..., Kiosk]) -> None:
    """The symbol on the screen is the command, in every theme."""
    assert modules("LB:DO:next").width() == modules("LB:DO:next").height()
    for theme in ("light", "dark"):
        made = kiosk(theme=theme, listen=False)
        made.window.show_frame(named("step-measure-live"))
        image = QImage.fromData(made.window.grab_png()).convertToFormat(
            QImage.Format.Format_Grayscale8
        )
        view = memoryview(image.constBits()).cast("B", (image.height(), image.bytesPerLine()))
        found = {code.text for code in zxingcpp.read_barcodes(view)}
        wanted = {action.command for action in named("step-measure-live").actions}
        assert wanted <= found


def test_sounds_once_per_news(kiosk: Callable[..., Kiosk]) -> None:
    """A verdict sounds when it comes, not each time the clock ticks under it."""
    made = kiosk()
    frame = replace(named("step-measure-fail"), sound=Mark.FAIL)
    made.window.show_frame(frame)
    made.window.show_frame(frame)
    made.window.show_frame(replace(frame, strip=replace(frame.strip, saved=1285)))
    assert made.beeps == [Mark.FAIL]
    made.window.show_frame(replace(frame, extra={"sound": "2"}))
    assert made.beeps == [Mark.FAIL, Mark.FAIL]


def test_looks_change_while_running(kiosk: Callable[..., Kiosk]) -> None:
    """Theme and text scale, with the frame kept."""
    made = kiosk()
    made.window.show_frame(named("blocked", "zh_CN"))
    light = made.window.grab_png()
    made.window.show_look(theme="dark")
    dark = made.window.grab_png()
    made.window.show_look(theme="light", text_scale=1.25)
    assert len({light, dark, made.window.grab_png()}) == 3


def test_control_characters_are_seen() -> None:
    """What a code hides is shown."""
    assert visible("A\x1dB\x00\x7f\n") == "A␝B␀␡\n"
    assert visible("a\u202eb\u200b\ufeff\ud800") == "a⟨202E⟩b⟨200B⟩⟨FEFF⟩⟨D800⟩"


def test_markup_is_words(qapp: QApplication) -> None:
    """``<b>`` in a lot number stays what it is."""
    one = label(Look(LIGHT), "body", text="<b>&amp;</b>")
    assert one.text() == "<b>&amp;</b>"
    assert one.textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize("bad", ["../theme", "/etc/passwd", "missing", "A B", ""])
def test_unknown_pictures_leave_room(kiosk: Callable[..., Kiosk], bad: str) -> None:
    """No file outside the folder, no crash; the picture hides."""
    made = kiosk(listen=False)
    frame = named("step-measure-live")
    assert isinstance(frame.stage, StepStage)
    made.window.show_frame(replace(frame, stage=replace(frame.stage, picture=bad, image=b"no png")))
    assert made.window.grab_png().startswith(b"\x89PNG")


def test_gallery_renders_both_languages(tmp_path: Path, qapp: QApplication) -> None:
    """One variant of the gallery; each picture differs from its other language."""
    files = gallery.render(tmp_path, "light", (1280, 800), 1.0)
    names = [file.name for file in files if file.parent.name == LANGUAGES[0]]
    assert len(files) == 2 * len(names)
    for name in names:
        one, two = ((files[0].parents[1] / code / name).read_bytes() for code in LANGUAGES)
        assert one != two
        assert QImage.fromData(one).size().toTuple() == (1280, 800)


def test_gallery_asks_for_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    """Usage without one."""
    assert gallery.main([]) == 2
    assert "usage" in capsys.readouterr().err
