"""The verdict: a band with a shape, a word and its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from terminal.theme import GAP
from terminal.widgets.label import label
from terminal.widgets.mark import MarkIcon
from terminal.widgets.part import Part, inner, stack

if TYPE_CHECKING:
    from terminal.theme import Look
    from terminal.views import Verdict


class VerdictBand(Part):
    """A band across the stage; ``small`` is the notice over the action bar."""

    def __init__(
        self,
        look: Look,
        parent: QWidget | None = None,
        *,
        small: bool = False,
        role: str = "verdict",
    ) -> None:
        """Hidden until there is a verdict; ``role`` is the word's, where it is not small."""
        super().__init__(look, parent)
        self.small = small
        self.icon = MarkIcon(look, 32 if small else 56, self)
        self.word = label(look, "body-bold" if small else role, self)
        self.detail = label(look, "body", self)
        self.shown: Verdict | None = None
        self._pad = look.px(8 if small else GAP)
        self.hide()

    def show_verdict(self, verdict: Verdict | None) -> None:
        """Show it, or hide."""
        if verdict == self.shown:
            return
        self.shown = verdict
        self.setVisible(verdict is not None)
        if verdict is None:
            return
        name = verdict.mark.value
        self.dress(f"{name}.soft", f"{name}.edge", 2)
        self.icon.show_mark(verdict.mark)
        self.word.show_text(verdict.word)
        self.detail.show_text(verdict.detail)
        self.word.show_ink(f"{name}.text")
        self.detail.show_ink(f"{name}.text")
        self.detail.setVisible(bool(verdict.detail))
        self.arrange()

    def _columns(self, width: int) -> tuple[int, int]:
        """Widths of word and detail: side by side; 0 for the detail means it stands below."""
        room = width - 2 * self._pad - self.icon.side - self.look.px(GAP)
        word = self.word.natural()
        if self.detail.isHidden():
            return room, 0
        if word > room * 0.45:
            return room, 0
        return word, room - word - self.look.px(GAP * 2)

    def _high(self, width: int, *, least: bool) -> int:
        """Height of the words at ``width``."""
        word, detail = self._columns(width)
        parts = [(self.word, word)]
        if not self.detail.isHidden():
            parts.append((self.detail, detail or word))
        heights = [part.least(wide) if least else part.want(wide) for part, wide in parts]
        high = max(heights) if detail else sum(heights)
        icon = self.icon.side if not least else self.icon.side * 2 // 3
        return max(high, icon) + 2 * self._pad

    def want(self, width: int) -> int:
        """Room for icon and words."""
        return self._high(width, least=False)

    def least(self, width: int) -> int:
        """Room for the words at their least size."""
        return self._high(width, least=True)

    def arrange(self) -> None:
        """Icon at the left, word, reason."""
        box = inner(self.rect(), self._pad)
        gap = self.look.px(GAP)
        side = min(self.icon.side, box.height())
        self.icon.setGeometry(box.left(), box.top(), side, box.height())
        box.setLeft(box.left() + side + gap)
        word, detail = self._columns(self.width())
        if self.detail.isHidden():
            self.word.setGeometry(box)
        elif not detail:
            self.word.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
            stack(box, [self.word, self.detail], 0)
        else:
            self.word.setGeometry(box.left(), box.top(), word, box.height())
            left = box.left() + word + gap * 2
            self.detail.setGeometry(left, box.top(), box.right() - left + 1, box.height())
