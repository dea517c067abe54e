"""The top bar: station · job, lot, product · person; language, lock and help at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget

from terminal.theme import GAP, MARGIN, TARGET, TOP_BAR
from terminal.views import TopBar
from terminal.widgets.label import Label, label
from terminal.widgets.part import Part
from terminal.widgets.picture import Icon
from terminal.widgets.press import Press, Taps

if TYPE_CHECKING:
    from terminal.theme import Look


class TopButton(Press):
    """A square target with an icon, or a word."""

    def __init__(self, look: Look, taps: Taps, icon: str, intent: str, parent: QWidget) -> None:
        """Sends ``intent``."""
        super().__init__(look, taps, parent)
        self.picture = Icon(look, icon, 32, self)
        self.word = label(look, "small-bold", self, wrap=False)
        self.word.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.aim(intent)
        self.resting = "surface"
        self.dress("surface")

    def arrange(self) -> None:
        """Icon, with the word below it if there is one."""
        if not self.word.text():
            self.picture.setGeometry(self.rect())
            return
        high = self.word.want(self.width())
        top = max(0, (self.height() - high - self.picture.side) // 2)
        self.picture.setGeometry(0, top, self.width(), self.picture.side)
        self.word.setGeometry(0, top + self.picture.side, self.width(), high)


class Pair(Part):
    """A strong line over a muted one."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        """Both empty."""
        super().__init__(look, parent)
        self.first = label(look, "body-bold", self, wrap=False)
        self.second = label(look, "caption", self, ink="muted", wrap=False)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_pair(self, first: str, second: str) -> None:
        """Show two lines."""
        self.first.show_text(first)
        self.second.show_text(second)
        self.arrange()

    def natural(self) -> int:
        """The wider of both."""
        return max(self.first.natural(), self.second.natural()) + 2

    def arrange(self) -> None:
        """Share the height, centred."""
        high = min(self.first.want(self.width()), self.height() * 11 // 20)
        low = min(self.second.want(self.width()), self.height() - high)
        top = (self.height() - high - low) // 2
        self.first.setGeometry(0, top, self.width(), high)
        self.second.setGeometry(0, top + high, self.width(), low)


class TopBarView(Part):
    """Where am I, on what, as whom."""

    def __init__(self, look: Look, taps: Taps, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(look, parent)
        self.dress("surface")
        self.station, self.person = Pair(look, self), Pair(look, self)
        self.job = Press(look, taps, self)
        self.job.aim("overview")
        self.job.resting = "surface"
        self.job.dress("surface")
        self.job_words = Pair(look, self.job)
        self.job_icon = Icon(look, "list-checks", 30, self.job)
        self.language = TopButton(look, taps, "languages", "language", self)
        self.lock = TopButton(look, taps, "lock", "sign_out", self)
        self.help = TopButton(look, taps, "circle-help", "help", self)
        self.shown: tuple[TopBar, str] | None = None

    def least(self, width: int) -> int:  # noqa: ARG002
        """72 px, more with larger text."""
        return self.look.bar(TOP_BAR, 0.25)

    def show_top(self, top: TopBar, language: str) -> None:
        """Show it; ``language`` is the one a touch switches to."""
        if (top, language) == self.shown:
            return
        self.shown = (top, language)
        self.station.show_pair(top.station, top.work_unit)
        first = " · ".join(word for word in (top.job_order, top.lot) if word)
        self.job_words.show_pair(first, top.product)
        self.job.setVisible(bool(first or top.product))
        self.job.active = bool(top.job_order)
        self.job_icon.setVisible(self.job.active)
        role = " · ".join(word for word in (top.role, top.lock_in) if word)
        self.person.show_pair(top.person, role)
        self.lock.setVisible(bool(top.person))
        self.language.word.show_text(language)
        self.arrange()

    def arrange(self) -> None:
        """Buttons right, person before them, station left, the job gets the rest."""
        px, box = self.look.px, QRect(self.rect())
        wide, gap = max(px(TARGET), self.height()), px(GAP)
        right = box.right() + 1 - px(4)
        for button in (self.help, self.lock, self.language):
            if button.isHidden():
                continue
            button.setGeometry(right - wide, 0, wide, self.height())
            right -= wide + gap
        left = px(MARGIN)
        station = min(self.station.natural(), px(250))
        self.station.setGeometry(left, 0, station, self.height())
        left += station + px(20)
        person = min(self.person.natural(), (right - left) * 45 // 100)
        self.person.setGeometry(right - person, 0, person, self.height())
        self.job.setGeometry(left, 0, max(0, right - person - gap - left), self.height())
        icon = px(36) if self.job.active else 0
        self.job_icon.setGeometry(px(4), 0, px(30), self.height())
        self.job_words.setGeometry(px(8) + icon, 0, self.job.width() - px(16) - icon, self.height())

    def labels(self) -> list[Label]:
        """Every label, for tests."""
        return self.findChildren(Label)
