"""The station's instruments, a card each; one touch on a card checks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect

from terminal.screens.stage import StageView
from terminal.theme import GAP
from terminal.views import Fact, InstrumentCard, Mark, RigStage
from terminal.widgets.label import label
from terminal.widgets.mark import MarkIcon
from terminal.widgets.matrix import Matrix
from terminal.widgets.pager import Pager
from terminal.widgets.part import Part, stack, stack_want
from terminal.widgets.press import Press

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from terminal.theme import Look
    from terminal.widgets.part import Measured
    from terminal.widgets.press import Taps

LARGE_TEXT = 1.2
"""From this text scale on there is one card in a row."""
LEAST_WIDE = 1100
"""Below this width, too."""
ICON, CODE, PAD = 40, 60, 12


def columns(look: Look, width: int) -> int:
    """How many cards stand in a row of this width."""
    return 1 if look.text > LARGE_TEXT or width < look.px(LEAST_WIDE) else 2


class Line(Part):
    """One fact in small letters: what it is, what it says."""

    def __init__(self, look: Look, fact: Fact, parent: QWidget) -> None:
        """Show ``fact``."""
        super().__init__(look, parent)
        self.name = label(look, "caption", self, text=fact.label, ink="muted", wrap=False)
        ink = "text" if fact.mark is Mark.NONE else f"{fact.mark.value}.text"
        role = "caption" if fact.mark is Mark.NONE else "caption-bold"
        self.value = label(look, role, self, text=fact.value, ink=ink)
        self.column = 0

    def least(self, width: int) -> int:
        """As high as what it says."""
        return max(self.value.want(width - self.column), self.name.want(self.column))

    def arrange(self) -> None:
        """Side by side, from the top."""
        self.name.setGeometry(0, 0, self.column, self.name.want(self.column))
        self.value.setGeometry(self.column, 0, self.width() - self.column, self.height())


class Card(Press):
    """An instrument: how it does, what it says, where it is."""

    def __init__(self, look: Look, taps: Taps, card: InstrumentCard, parent: QWidget) -> None:
        """Show ``card``."""
        super().__init__(look, taps, parent)
        self.aim("check", card.params)
        self.icon = MarkIcon(look, ICON, self)
        self.code = Matrix(look, self)
        self.name = label(look, "action", self)
        self.word = label(look, "body-bold", self)
        self.value = label(look, "expected", self)
        self.cure = label(look, "small", self)
        self.lines: list[Line] = []
        self.shown: InstrumentCard | None = None
        self.show_card(card)

    def show_card(self, card: InstrumentCard) -> None:
        """Change in place: values come five times a second."""
        if card == self.shown:
            return
        before, self.shown = self.shown, card
        self.active = bool(card.command)
        ink = f"{card.mark.value}.text"
        well = card.mark is not Mark.FAIL
        self.resting = "raised" if well else "fail.soft"
        self.dress(self.resting, "line" if self.active else "hair")
        self.icon.show_mark(card.mark)
        self.code.show_code(card.command)
        self.name.show_text(card.name)
        for part, text in ((self.word, card.word), (self.cure, card.cure)):
            part.show_text(text)
            part.show_ink(ink)
            part.setVisible(bool(text))
        self.value.show_text(card.value)
        self.value.setVisible(bool(card.value))
        if before is None or before.facts != card.facts:
            self._show_facts(card.facts)
        self.arrange()

    def _show_facts(self, facts: tuple[Fact, ...]) -> None:
        for old in self.lines:
            old.hide()
            old.deleteLater()
        self.lines = [Line(self.look, fact, self) for fact in facts]
        column = max((line.name.natural() for line in self.lines), default=0) + self.look.px(10)
        for line in self.lines:
            line.column = column
            line.show()

    def _columns(self, width: int) -> tuple[int, int, int]:
        """Widths of mark and code, of what it does, of the facts."""
        px = self.look.px
        first = px(max(ICON, CODE))
        room = width - first - px(2 * PAD + 2 * GAP)
        said = round(room * 0.37)
        return first, said, room - said

    def _said(self) -> list[Measured]:
        return [self.name, self.word, self.value]

    def want(self, width: int) -> int:
        """What it does and the facts side by side, the cure below."""
        first, said, facts = self._columns(width)
        px = self.look.px
        left = px(ICON + 6 + CODE)
        high = max(
            left, stack_want(self._said(), said, 0), stack_want(list(self.lines), facts, px(2))
        )
        cure = self.cure.want(width - first - px(2 * PAD + GAP)) if self._has_cure() else 0
        return high + (cure + px(6) if cure else 0) + px(2 * PAD)

    def _has_cure(self) -> bool:
        return bool(self.cure.text())

    def arrange(self) -> None:
        """Mark over code, then words, then facts; the cure under both."""
        px = self.look.px
        first, said, facts = self._columns(self.width())
        self.icon.setGeometry(px(PAD), px(PAD), px(ICON), px(ICON))
        self.code.setGeometry(px(PAD), px(PAD + ICON + 6), px(CODE), px(CODE))
        left = px(PAD + GAP) + first
        bottom = self.height() - px(PAD)
        if self._has_cure():
            wide = self.width() - left - px(PAD)
            high = self.cure.want(wide)
            bottom -= high
            self.cure.setGeometry(left, bottom, wide, high)
            bottom -= px(6)
        stack(QRect(left, px(PAD), said, bottom - px(PAD)), self._said(), 0)
        left += said + px(GAP)
        stack(QRect(left, px(PAD), facts, bottom - px(PAD)), list(self.lines), px(2))


class Row(Part):
    """Cards side by side, equally high."""

    def __init__(self, look: Look, cards: list[Card], many: int, parent: QWidget) -> None:
        """Take ``cards``; there is room for ``many``."""
        super().__init__(look, parent)
        self.cards, self.many = cards, many
        for card in cards:
            card.setParent(self)
            card.show()

    def _wide(self, width: int) -> int:
        return (width - self.look.px(GAP) * (self.many - 1)) // self.many

    def want(self, width: int) -> int:
        """The highest card."""
        return max(card.want(self._wide(width)) for card in self.cards)

    def arrange(self) -> None:
        """From the left."""
        wide = self._wide(self.width())
        for place, card in enumerate(self.cards):
            card.setGeometry(place * (wide + self.look.px(GAP)), 0, wide, self.height())


class RigView(StageView[RigStage]):
    """A title and the cards, a page at a time."""

    def __init__(self, look: Look, taps: Taps, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(look, taps, parent)
        self.title = label(look, "title", self)
        self.empty = label(look, "expected", self)
        self.list = Pager(look, taps, self, beside=True)
        self.list.rows_least = 1
        self.cards: list[Card] = []

    def show_stage(self, stage: RigStage) -> None:
        """Show it; cards are made anew only where there are others."""
        self.title.show_text(stage.title)
        self.empty.show_text(stage.empty)
        self.empty.setVisible(bool(stage.empty))
        if [card.params for card in self.cards] == [dict(card.params) for card in stage.cards]:
            for card, said in zip(self.cards, stage.cards, strict=True):
                card.show_card(said)
        else:
            self.cards = [Card(self.look, self.taps, said, self.list) for said in stage.cards]
            many = columns(self.look, self.room().width())
            starts = range(0, len(self.cards), many)
            rows = [Row(self.look, self.cards[at : at + many], many, self.list) for at in starts]
            self.list.show_rows(rows)
        self.arrange()

    def arrange(self) -> None:
        """Title over cards."""
        stack(self.room(), [self.title, self.empty, self.list], self.look.px(8))
        self.list.arrange()
