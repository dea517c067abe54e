"""The status strip: is my work safe, do the instruments work, what time is it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from terminal.theme import MARGIN, STRIP
from terminal.views import Light, Mark, Strip
from terminal.widgets.label import label
from terminal.widgets.mark import MarkIcon
from terminal.widgets.part import Part

if TYPE_CHECKING:
    from terminal.theme import Look


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

    def natural(self) -> int:
        """Width on one line."""
        return self.icon.side + self.look.px(6) + self.word.natural() + self.look.px(2)

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

    def natural(self) -> int:
        """Width on one line."""
        return self.word.natural() + self.look.px(6) + self.number.natural() + self.look.px(2)

    def arrange(self) -> None:
        """Word, number."""
        wide = self.word.natural() + self.look.px(2)
        self.word.setGeometry(0, 0, wide, self.height())
        left = wide + self.look.px(4)
        self.number.setGeometry(left, 0, self.width() - left, self.height())


class StripView(Part):
    """One row where it fits, else two: counts and link above, instruments below."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(look, parent)
        self.dress("surface")
        self.counts = [Count(look, self) for _ in range(4)]
        blank = Light("", "", Mark.NONE)
        self.link, self.clock = Lamp(look, blank, self), Lamp(look, blank, self)
        self.instruments: list[Lamp] = []
        self.shown: Strip | None = None

    def show_strip(self, strip: Strip) -> bool:
        """Show it; True if its height may have changed."""
        if strip == self.shown:
            return False
        before = self.least(self.width())
        self.shown = strip
        numbers = (strip.saved, strip.sent, strip.accepted, strip.witnessed)
        for count, word, number in zip(self.counts, strip.words, numbers, strict=True):
            count.show_count(word, number)
        self.link.show_light(strip.link)
        self.clock.show_light(strip.clock)
        self._show_instruments(strip.instruments)
        self.arrange()
        return self.least(self.width()) != before

    def _show_instruments(self, lights: tuple[Light, ...]) -> None:
        """As many lamps as instruments."""
        while len(self.instruments) < len(lights):
            self.instruments.append(Lamp(self.look, lights[len(self.instruments)], self))
            self.instruments[-1].show()
        for lamp in self.instruments[len(lights) :]:
            lamp.hide()
            lamp.deleteLater()
        self.instruments = self.instruments[: len(lights)]
        for lamp, light in zip(self.instruments, lights, strict=True):
            lamp.show_light(light)

    def _rows(self, width: int) -> list[list[Count | Lamp]]:
        """The row, or rows."""
        first: list[Count | Lamp] = [*self.counts, self.link]
        whole: list[Count | Lamp] = [*first, *self.instruments, self.clock]
        room = width - 2 * self.look.px(MARGIN)
        for short in (False, True):
            for lamp in self.instruments:
                lamp.show_short(short=short)
            if self._wide(whole) <= room:
                return [whole]
        for lamp in self.instruments:
            lamp.show_short(short=False)
        return [[*first, self.clock], [*self.instruments]]

    def _wide(self, items: list[Count | Lamp]) -> int:
        """Width of a row with its gaps."""
        return sum(item.natural() for item in items) + self.look.px(12) * (len(items) - 1)

    def least(self, width: int) -> int:
        """40 px, or 30 px for each of two rows; more with larger text."""
        rows = len(self._rows(width))
        return self.look.bar(STRIP, 0.3) if rows == 1 else self.look.bar(30, 0.3) * rows

    def arrange(self) -> None:
        """Spread each row; the clock stands at the right."""
        rows = self._rows(self.width())
        high = self.height() // len(rows)
        for line, items in enumerate(rows):
            left = self.look.px(MARGIN)
            room = self.width() - 2 * left
            natural = sum(item.natural() for item in items)
            spare = (room - natural) // max(1, len(items) - 1)
            gap = min(self.look.px(28), max(self.look.px(6), spare))
            ratio = min(1.0, (room - gap * (len(items) - 1)) / max(1, natural))
            for item in items:
                wide = int(item.natural() * ratio)
                if item is self.clock:
                    left = self.width() - self.look.px(MARGIN) - wide
                item.setGeometry(left, line * high, wide, high)
                left += wide + gap
