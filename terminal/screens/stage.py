"""The base of all stages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from terminal.theme import MARGIN
from terminal.widgets.part import Part, inner

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtWidgets import QWidget

    from terminal.theme import Look
    from terminal.widgets.press import Taps

S = TypeVar("S")


class StageView(Part, Generic[S]):
    """Draws one kind of stage; shows another stage of its kind in place."""

    def __init__(self, look: Look, taps: Taps, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(look, parent)
        self.taps = taps

    def show_stage(self, stage: S) -> None:
        """Show ``stage``."""
        raise NotImplementedError

    def room(self) -> QRect:
        """The stage without its margin."""
        return inner(self.rect(), self.look.px(MARGIN), self.look.px(12))
