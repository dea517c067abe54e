"""The on-screen pad: large keys, the unit fixed, what was typed shown back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget

from terminal.theme import GAP, TARGET
from terminal.views import Mark, Pad, Verdict
from terminal.widgets.label import label
from terminal.widgets.part import Part, inner
from terminal.widgets.picture import Icon
from terminal.widgets.press import Press, Taps
from terminal.widgets.verdict import VerdictBand

if TYPE_CHECKING:
    from terminal.theme import Look

_KEYS = (
    ("7", 0, 0), ("8", 0, 1), ("9", 0, 2), ("back", 0, 3),
    ("4", 1, 0), ("5", 1, 1), ("6", 1, 2), ("clear", 2, 3),
    ("1", 2, 0), ("2", 2, 1), ("3", 2, 2),
    ("0", 3, 0), ("-", 3, 0), (".", 3, 2),
)  # fmt: skip
"""``-`` changes the sign and takes the place of ``0``, which moves beside it."""
_ROWS = 4
_COLUMNS = 4


class Key(Press):
    """One key; ``back`` shows an icon. OK is the usual action of the bar, just below."""

    def __init__(self, look: Look, taps: Taps, key: str, parent: QWidget) -> None:
        """A key that sends intent ``key``."""
        super().__init__(look, taps, parent)
        self.key = key
        self.aim("key", (("key", key),))
        self.dress("raised", "line")
        words = {"clear": "C", "back": "", "-": "+/\u2212"}
        self.face = label(look, "key", self, text=words.get(key, key), wrap=False)
        self.face.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture = Icon(look, "delete" if key == "back" else "", 36, self)

    def arrange(self) -> None:
        """All of the key."""
        self.face.setGeometry(self.rect())
        self.picture.setGeometry(self.rect())


class NumberPad(Part):
    """Prompt, what was typed, keys; a problem takes the prompt's place."""

    def __init__(self, look: Look, taps: Taps, parent: QWidget | None = None) -> None:
        """Hidden until asked for."""
        super().__init__(look, parent)
        self.prompt = label(look, "body-bold", self)
        self.problem = VerdictBand(look, self, small=True)
        self.window_ = Part(look, self)
        self.window_.dress("raised", "line", 2)
        self.typed = label(look, "typed", self.window_, wrap=False)
        self.unit = label(look, "unit", self.window_, ink="muted", wrap=False)
        self.keys = [Key(look, taps, key, self) for key, _, _ in _KEYS]
        self.hide()

    def show_pad(self, pad: Pad | None) -> None:
        """Show the pad, or hide."""
        self.setVisible(pad is not None)
        if pad is None:
            return
        self.prompt.show_text(pad.prompt)
        problem = Verdict(Mark.FAIL, pad.problem) if pad.problem else None
        self.problem.show_verdict(problem)
        crowded = bool(pad.problem) and self.look.text > 1
        self.prompt.setVisible(bool(pad.prompt) and not crowded)
        dots = "●" * len(pad.typed)
        self.typed.show_text(dots if pad.secret else pad.typed)
        self.unit.show_text(pad.unit)
        self.keys[-1].setVisible(pad.decimal)
        self.keys[-2].setVisible(pad.sign)
        self.arrange()

    def _side(self) -> int:
        """Height of a key."""
        return self.look.px(TARGET)

    def _head(self, width: int, *, least: bool) -> int:
        """Height of prompt and problem."""
        gap = self.look.px(8)
        parts = [part for part in (self.prompt, self.problem) if not part.isHidden()]
        return sum((p.least(width) if least else p.want(width)) + gap for p in parts)

    def want(self, width: int) -> int:
        """Head, window, four rows of keys."""
        keys = _ROWS * self.look.px(80) + (_ROWS - 1) * self.look.px(GAP)
        return self._head(width, least=False) + self.look.bar(72) + self.look.px(GAP) + keys

    def least(self, width: int) -> int:
        """Keys of 72 px."""
        keys = _ROWS * self._side() + (_ROWS - 1) * self.look.px(GAP)
        return self._head(width, least=True) + self.look.px(48 + GAP) + keys

    def arrange(self) -> None:
        """Prompt and problem, window, keys; the keys take what is left."""
        box, gap = QRect(self.rect()), self.look.px(GAP)
        spare = max(0, self.height() - self.least(self.width()))
        for part in (self.prompt, self.problem):
            if part.isHidden():
                continue
            high = min(part.want(box.width()), part.least(box.width()) + spare)
            spare -= high - part.least(box.width())
            part.setGeometry(box.left(), box.top(), box.width(), high)
            box.setTop(box.top() + high + self.look.px(8))
        high = min(self.look.bar(72), self.look.px(48) + spare)
        self.window_.setGeometry(box.left(), box.top(), box.width(), high)
        self._arrange_window()
        box.setTop(box.top() + high + gap)
        self._arrange_keys(box, gap)

    def _arrange_window(self) -> None:
        """Typed text left, unit right."""
        box = inner(self.window_.rect(), self.look.px(14), self.look.px(2))
        unit = self.unit.natural() if self.unit.text() else 0
        self.typed.setGeometry(box.left(), box.top(), box.width() - unit, box.height())
        self.unit.setGeometry(box.right() - unit + 1, box.top(), unit, box.height())

    def _arrange_keys(self, box: QRect, gap: int) -> None:
        """A grid; ``back`` and ``clear`` are two rows high, ``0`` as wide as there is room."""
        wide = (box.width() - gap * (_COLUMNS - 1)) // _COLUMNS
        high = max(self._side(), (box.height() - gap * (_ROWS - 1)) // _ROWS)
        high = min(high, self.look.px(96))
        point, sign = not self.keys[-1].isHidden(), not self.keys[-2].isHidden()
        for key, (name, line, column) in zip(self.keys, _KEYS, strict=True):
            across = {"0": 3 - point - sign}.get(name, 1)
            column += sign and name == "0"  # noqa: PLW2901
            down = 2 if name in {"back", "clear"} else 1
            key.setGeometry(
                box.left() + column * (wide + gap),
                box.top() + line * (high + gap),
                wide * across + gap * (across - 1),
                high * down + gap * (down - 1),
            )
