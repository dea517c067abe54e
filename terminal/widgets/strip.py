"""The status strip: is my work safe, do the instruments work, what time is it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from terminal.theme import MARGIN, STRIP
from terminal.views import Light, Mark, Strip
from terminal.widgets.label import label
from terminal.widgets.mark import MarkIcon
from terminal.widgets.part import Part
from terminal.widgets.press import Press

if TYPE_CHECKING:
    from terminal.theme import Look
    from terminal.widgets.press import Taps


LEAST_GAP = 10
"""Between the parts of the row, in pixels at 1280 × 800."""


class Lamp(Part):
    """A mark, a name, and the state in words."""

    def __init__(self, look: Look, light: Light, parent: QWidget) -> None:
        """Show ``light``."""
        super().__init__(look, parent)
        self.light = light
        self.short = False
        self.icon = MarkIcon(look, 20, self)
        self.word = label(look, "caption", self, wrap=False)
        self.show_light(light)

    def show_light(self, light: Light) -> None:
        """Change in place: the clock ticks every second."""
        self.light = light
        self.icon.show_mark(light.mark)
        self.show_short(short=self.short)
        self.word.show_ink("text" if light.mark is Mark.PASS else f"{light.mark.value}.text")

    def show_short(self, *, short: bool) -> None:
        """Leave the word out where the check and the name say it (only when all is well)."""
        self.short, light = short, self.light
        fine = short and light.mark is Mark.PASS and bool(light.name)
        text = light.name if fine else f"{light.name} {light.word}".strip()
        self.word.show_text(text)

    def said(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.word.text())

    def fixed(self) -> int:
        """Width of what does not shrink."""
        return self.icon.side + self.look.px(6 + 2)

    def words(self) -> int:
        """Width of the words at their nominal size."""
        return self.word.natural()

    def arrange(self) -> None:
        """Mark, then words."""
        self.icon.setGeometry(0, 0, self.icon.side, self.height())
        left = self.icon.side + self.look.px(6)
        self.word.setGeometry(left, 0, self.width() - left, self.height())


class Count(Part):
    """One of the four counts."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        """Empty."""
        super().__init__(look, parent)
        self.word = label(look, "caption", self, ink="muted", wrap=False)
        self.number = label(look, "caption-bold", self, wrap=False)

    def show_count(self, word: str, number: int) -> None:
        """Show it."""
        self.word.show_text(word)
        self.number.show_text(f"{number:,}".replace(",", "\u00a0"))
        self.arrange()

    def said(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.word.text())

    def fixed(self) -> int:
        """Width of what does not shrink."""
        return self.look.px(6 + 4)

    def words(self) -> int:
        """Width of word and number at their nominal size."""
        return self.word.natural() + self.number.natural()

    def arrange(self) -> None:
        """Word, number."""
        room, gap = self.width() - self.fixed(), self.look.px(6)
        wide = room * self.word.natural() // max(1, self.words()) + self.look.px(2)
        self.word.setGeometry(0, 0, wide, self.height())
        self.number.setGeometry(wide + gap, 0, self.width() - wide - gap, self.height())


class StripView(Press):
    """One row, always. Where it is narrow, what is well says less; trouble keeps its words.

    The whole row is one target (intent ``rig``): low, but at the screen's edge and as wide as it.
    """

    def __init__(self, look: Look, taps: Taps, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(look, taps, parent)
        self.aim("rig")
        self.resting = "surface"
        self.dress("surface")
        self.counts = [Count(look, self) for _ in range(4)]
        blank = Light("", "", Mark.NONE)
        self.link, self.clock = Lamp(look, blank, self), Lamp(look, blank, self)
        self.instruments: list[Lamp] = []
        self.sums = [Lamp(look, blank, self), Lamp(look, blank, self)]
        """How many instruments are ready, and how many are not."""
        self.shown: Strip | None = None

    def show_strip(self, strip: Strip) -> None:
        """Show it."""
        if strip == self.shown:
            return
        self.shown = strip
        numbers = (strip.saved, strip.sent, strip.accepted, strip.witnessed)
        for count, word, number in zip(self.counts, strip.words, numbers, strict=True):
            count.show_count(word, number)
        self.link.show_light(strip.link)
        self._show_instruments(strip.instruments)
        self.arrange()

    def _show_instruments(self, lights: tuple[Light, ...]) -> None:
        """As many lamps as instruments, and the two sums."""
        while len(self.instruments) < len(lights):
            self.instruments.append(Lamp(self.look, lights[len(self.instruments)], self))
        for lamp in self.instruments[len(lights) :]:
            lamp.hide()
            lamp.deleteLater()
        self.instruments = self.instruments[: len(lights)]
        for lamp, light in zip(self.instruments, lights, strict=True):
            lamp.show_light(light)
        strip = self.shown
        if strip is not None:
            worst = max((light.mark for light in lights), key=_BADNESS.index, default=Mark.NONE)
            self.sums[0].show_light(Light(strip.ready, "", Mark.PASS))
            self.sums[1].show_light(Light(strip.troubled, "", worst))

    def _row(self, step: int) -> list[Count | Lamp]:
        """The row at a step of shortening; 0 says everything."""
        strip = self.shown
        if strip is None:
            return []
        self._show_ends(strip, step)
        for lamp in (*self.instruments, self.clock):
            lamp.show_short(short=step >= _NAMES)
        well = [lamp for lamp in self.instruments if lamp.light.mark is Mark.PASS]
        ill = [lamp for lamp in self.instruments if lamp not in well]
        lamps, sums = self.instruments, self.sums[:1] if well else []
        if step >= _SUM_WELL and strip.ready:
            lamps = [*ill, *(sums if step < _BARE or not ill else [])]
        if step >= _SUM_ALL and strip.troubled and ill:
            lamps = self.sums[1:]
        return [*self.counts, self.link, *lamps, self.clock]

    def _show_ends(self, strip: Strip, step: int) -> None:
        """Link and clock: first the date goes, then the link's name, at last the time."""
        link, clock = strip.link, strip.clock
        self.link.show_light(link if step < _BARE else Light(link.word, "", link.mark))
        time = clock.name if step < _NO_TIME or clock.mark is Mark.PASS else ""
        date = f"{strip.date} " if strip.date and step < _NO_DATE else ""
        self.clock.show_light(Light(f"{date}{time}", clock.word, clock.mark))

    def _ratio(self, items: list[Count | Lamp], room: int) -> float:
        """How much the words must shrink for the row to fit with its gaps."""
        fixed = sum(item.fixed() for item in items) + self.look.px(LEAST_GAP) * (len(items) - 1)
        return (room - fixed) / max(1, sum(item.words() for item in items))

    def least(self, width: int) -> int:  # noqa: ARG002
        """40 px; more with larger text."""
        return self.look.bar(STRIP, 0.3)

    def arrange(self) -> None:
        """The fullest row that fits; the clock stands at the right."""
        margin = self.look.px(MARGIN)
        room, items, ratio = self.width() - 2 * margin, self._row(0), 0.0
        shrunk = self.look.least("caption") / self.look.size("caption")
        for step in range(_STEPS):
            items = self._row(step)
            if (ratio := self._ratio(items, room)) >= shrunk:
                break
        for part in (*self.counts, self.link, *self.instruments, *self.sums, self.clock):
            part.setVisible(part in items and part.said())
        wides = [item.fixed() + int(item.words() * min(1.0, ratio)) for item in items]
        spare = (room - sum(wides)) // max(1, len(items) - 1)
        gap, left = min(self.look.px(28), max(self.look.px(6), spare)), margin
        for item, wide in zip(items, wides, strict=True):
            if item is self.clock:
                left = self.width() - margin - wide
            item.setGeometry(left, 0, wide, self.height())
            item.arrange()
            left += wide + gap


_BADNESS = (Mark.NONE, Mark.PASS, Mark.INFO, Mark.WARN, Mark.FAIL)
_NAMES, _NO_DATE, _SUM_WELL, _BARE, _SUM_ALL, _NO_TIME, _STEPS = 1, 2, 3, 4, 5, 6, 7
"""Steps of shortening: of what is well names only; no date; what is well as a number; the link
without its name and what is well not at all; trouble as a number; a doubtful clock's doubt only."""
