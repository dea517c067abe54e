"""The base of everything drawn, and the way parts are laid out: a stack.

No Qt layouts: their height-for-width cannot give way. A part says how high it *wants* to be and
the *least* it can live with at a width; a stack shares the height out between the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from terminal.theme import RADIUS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from terminal.theme import Look

    class Measured(Protocol):
        """What a stack can place."""

        stretch: int

        def want(self, width: int) -> int: ...  # noqa: D102
        def least(self, width: int) -> int: ...  # noqa: D102
        def isHidden(self) -> bool: ...  # noqa: D102, N802
        def setGeometry(self, rect: QRect, /) -> None: ...  # noqa: D102, N802


class Part(QWidget):
    """A rectangle with an optional fill and edge, that takes no focus and no menu."""

    leads = False
    """Whether it belongs to the row after it: it is never the last of a page."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Draw with ``look``."""
        super().__init__(parent)
        self.look = look
        self.stretch = 0
        self.fill = ""
        self.edge = ""
        self.edge_width = 1
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def want(self, width: int) -> int:
        """The height this part likes at ``width``."""
        return self.least(width)

    def least(self, width: int) -> int:  # noqa: ARG002
        """The least height at which nothing is lost at ``width``."""
        return 0

    def arrange(self) -> None:
        """Place the children; called on resize and after a change."""

    def dress(self, fill: str = "", edge: str = "", edge_width: int = 1) -> None:
        """Set fill and edge (names of theme colours) and redraw if they changed."""
        if (fill, edge, edge_width) != (self.fill, self.edge, self.edge_width):
            self.fill, self.edge, self.edge_width = fill, edge, edge_width
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Lay out again."""
        super().resizeEvent(event)
        self.arrange()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002
        """Paint fill and edge."""
        if not self.fill and not self.edge:
            return
        painter = QPainter(self)
        self.paint_box(painter, QRectF(self.rect()))
        painter.end()

    def paint_box(self, painter: QPainter, box: QRectF) -> None:
        """Paint the rounded rectangle."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.look.px(self.edge_width)
        if self.edge:
            painter.setPen(QPen(self.look.colour(self.edge), width))
            box = box.adjusted(width / 2, width / 2, -width / 2, -width / 2)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
        if self.fill:
            painter.setBrush(self.look.colour(self.fill))
        radius = self.look.px(RADIUS)
        painter.drawRoundedRect(box, radius, radius)


def inner(rect: QRect, margin: int, vertical: int | None = None) -> QRect:
    """``rect`` without its margin."""
    height = margin if vertical is None else vertical
    return rect.adjusted(margin, height, -margin, -height)


def shares(wants: Sequence[int], leasts: Sequence[int], room: int) -> list[int]:
    """Heights between least and want that fill ``room`` if they must give way."""
    spare = sum(wants) - room
    if spare <= 0:
        return list(wants)
    give = sum(wants) - sum(leasts)
    ratio = min(1.0, spare / give) if give else 1.0
    given = [
        want - round((want - least) * ratio) for want, least in zip(wants, leasts, strict=True)
    ]
    over = sum(given) - room
    for index, (want, least) in enumerate(zip(wants, leasts, strict=True)):
        if over > 0 and want > least:
            step = min(over, given[index] - least)
            given[index] -= step
            over -= step
    return given


def stack(rect: QRect, parts: Sequence[Measured], gap: int) -> None:
    """Place the visible parts one under the other; stretching ones share what is left."""
    shown = [part for part in parts if not part.isHidden()]
    room = rect.height() - gap * (len(shown) - 1)
    heights = shares(
        [part.want(rect.width()) for part in shown],
        [part.least(rect.width()) for part in shown],
        room,
    )
    left = max(0, room - sum(heights))
    weight = sum(part.stretch for part in shown)
    top = rect.top()
    for part, height in zip(shown, heights, strict=True):
        extra = left * part.stretch // weight if weight else 0
        part.setGeometry(QRect(rect.left(), top, rect.width(), height + extra))
        top += height + extra + gap


def stack_want(parts: Sequence[Measured], width: int, gap: int, *, least: bool = False) -> int:
    """The height :func:`stack` would like (or at least needs) at ``width``."""
    shown = [part for part in parts if not part.isHidden()]
    heights = [part.least(width) if least else part.want(width) for part in shown]
    return sum(heights) + gap * max(0, len(shown) - 1)
