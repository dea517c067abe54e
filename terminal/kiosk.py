"""The kiosk's one window: shows frames, sends intents, lets no key through.

    window = KioskWindow(dispatch, theme="dark")
    window.show_frame(frame)

``dispatch`` gets an intent's name and its string parameters. What a plain-keyboard scanner types
goes to ``wedge``, and its codes and faults to ``scanned``, as an instrument's do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QElapsedTimer, QIODevice, QRect, Qt
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from terminal.screens import view_for
from terminal.theme import BASE_HEIGHT, BASE_WIDTH, GAP, MARGIN, THEMES, Look, zoom_for
from terminal.views import Frame, Mark
from terminal.widgets.action_bar import ActionBar
from terminal.widgets.band import LimitBand
from terminal.widgets.part import Part
from terminal.widgets.press import Taps
from terminal.widgets.rail import Rail
from terminal.widgets.scan_filter import ScanFilter
from terminal.widgets.strip import StripView
from terminal.widgets.top_bar import TopBarView
from terminal.widgets.verdict import VerdictBand

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.kinds import AnyEvent
    from devices.wedge import Wedge
    from terminal.screens.stage import StageView


def _monotonic() -> Callable[[], int]:
    """Milliseconds from Qt's monotonic clock."""
    timer = QElapsedTimer()
    timer.start()
    return timer.elapsed


class Body(Part):
    """Everything inside the window, for one look; a new look makes a new body."""

    def __init__(self, look: Look, taps: Taps, parent: QWidget) -> None:
        """Empty bars and no stage."""
        super().__init__(look, parent)
        self.taps = taps
        self.top = TopBarView(look, taps, self)
        self.rail = Rail(look, self)
        self.bar = ActionBar(look, taps, self)
        self.strip = StripView(look, taps, self)
        self.notice = VerdictBand(look, self, small=True)
        self.stage: StageView[object] | None = None

    def show_frame(self, frame: Frame) -> None:
        """Show what changed."""
        self.top.show_top(frame.top, frame.strip.language)
        self.strip.show_strip(frame.strip)
        hidden = (self.rail.isHidden(), self.bar.isHidden())
        self.rail.show_items(frame.rail)
        self.bar.show_actions(frame.actions)
        self.bar.setVisible(bool(frame.actions))
        before = self.notice.shown
        self.notice.show_verdict(frame.notice)
        again = hidden != (self.rail.isHidden(), self.bar.isHidden())
        kind = view_for(frame.stage)
        if type(self.stage) is not kind:
            self._swap(kind)
            again = True
        if again or before != frame.notice:
            self.arrange()
        if self.stage is not None:
            self.stage.show_stage(frame.stage)

    def _swap(self, kind: type[StageView[object]]) -> None:
        """Another kind of stage."""
        if self.stage is not None:
            self.stage.hide()
            self.stage.deleteLater()
        self.stage = kind(self.look, self.taps, self)
        self.stage.lower()
        self.stage.show()

    def arrange(self) -> None:
        """Bars at the edges; the stage gets what is left."""
        box, px = QRect(self.rect()), self.look.px
        top = self.top.least(box.width())
        self.top.setGeometry(0, 0, box.width(), top)
        strip = self.strip.least(box.width())
        self.strip.setGeometry(0, box.height() - strip, box.width(), strip)
        bottom = box.height() - strip - px(1)
        if not self.bar.isHidden():
            high = self.bar.least(box.width())
            bottom -= high
            self.bar.setGeometry(0, bottom, box.width(), high)
            bottom -= px(1)
        left = 0
        if not self.rail.isHidden():
            left = self.rail.wide()
            self.rail.setGeometry(0, top + px(1), left, bottom - top - px(1))
            left += px(1)
        self._arrange_stage(QRect(left, top + px(1), box.width() - left, bottom - top - px(1)))

    def _arrange_stage(self, box: QRect) -> None:
        """The stage, with the notice at its foot."""
        px = self.look.px
        if not self.notice.isHidden():
            wide = box.width() - 2 * px(MARGIN)
            high = self.notice.least(wide)
            top = box.bottom() + 1 - high - px(8)
            self.notice.setGeometry(box.left() + px(MARGIN), top, wide, high)
            box.setBottom(top - px(GAP - 8))
        if self.stage is not None:
            self.stage.setGeometry(box)


class KioskWindow(QWidget):
    """The window. It has no buttons, takes no keys, and closes only by :meth:`leave`."""

    def __init__(  # noqa: PLR0913
        self,
        dispatch: Callable[[str, dict[str, str]], None],
        *,
        theme: str = "light",
        text_scale: float = 1.0,
        full_screen: bool = False,
        beep: Callable[[Mark], None] | None = None,
        now_ms: Callable[[], int] | None = None,
        listen: bool = True,
        wedge: Wedge | None = None,
        scanned: Callable[[AnyEvent], None] = lambda _: None,
    ) -> None:
        """``listen``: swallow all keys of the application (False for a window never shown)."""
        super().__init__()
        self._dispatch, self._beep = dispatch, beep
        self._taps = Taps(dispatch, now_ms or _monotonic())
        self._theme, self._text = THEMES[theme], text_scale
        self._frame: Frame | None = None
        self._body: Body | None = None
        self._may_close = False
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint, full_screen)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)
        self.setMinimumSize(BASE_WIDTH, BASE_HEIGHT)
        self.resize(BASE_WIDTH, BASE_HEIGHT)
        self._filter = ScanFilter(wedge, scanned, self)
        application = QApplication.instance()
        if listen and application is not None:
            application.installEventFilter(self._filter)
        self._build()
        if full_screen:
            self.showFullScreen()

    def show_frame(self, frame: Frame) -> None:
        """Show a frame; the same frame again costs nothing."""
        if frame == self._frame or self._body is None:
            return
        before, self._frame = self._frame, frame
        self._body.show_frame(frame)
        if before is None or (before.name, _aims(before)) != (frame.name, _aims(frame)):
            self._taps.screen_changed()
        if self._beep is not None and frame.sound is not Mark.NONE and _sounds(before, frame):
            self._beep(frame.sound)

    def show_look(self, *, theme: str | None = None, text_scale: float | None = None) -> None:
        """Change theme or text scale while running."""
        self._theme = THEMES[theme] if theme else self._theme
        self._text = text_scale or self._text
        self._build()

    def grab_png(self) -> bytes:
        """The window as it is now, as PNG; works without being shown."""
        self.ensurePolished()
        for band in self.findChildren(LimitBand):
            band.settle_now()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.grab().save(buffer, "PNG")
        return bytes(buffer.data().data())

    def leave(self) -> None:
        """Close for good (the program ends)."""
        self._may_close = True
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self._filter)
        self.close()

    def _build(self) -> None:
        """Make the body for the present size, theme and text scale."""
        look = Look(self._theme, zoom_for(self.width(), self.height()), self._text)
        old = self._body
        if old is not None and old.look == look:
            old.setGeometry(self.rect())
            return
        self._body = Body(look, self._taps, self)
        # Square and seamless: the lines between bars are the ground showing through.
        palette = self.palette()
        palette.setColor(self.backgroundRole(), look.colour("ground"))
        self.setPalette(palette)
        self.setAutoFillBackground(True)
        self._body.setGeometry(self.rect())
        self._body.show()
        if self._frame is not None:
            self._body.show_frame(self._frame)
        if old is not None:
            old.hide()
            old.deleteLater()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Zoom to the window."""
        super().resizeEvent(event)
        self._build()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Nothing from outside (Alt+F4, a session manager's key) closes the kiosk."""
        if self._may_close:
            event.accept()
        else:
            event.ignore()


def _aims(frame: Frame) -> tuple[object, ...]:
    """What touches mean on this frame."""
    return (
        frame.stage.__class__,
        tuple((action.intent, action.params) for action in frame.actions),
    )


def _sounds(before: Frame | None, frame: Frame) -> bool:
    """Whether this frame's sound is a new one (``extra["sound"]`` tells two alike apart)."""
    if before is None:
        return True

    def tone(one: Frame) -> tuple[object, ...]:
        verdict = getattr(one.stage, "verdict", None)
        return (one.sound, one.name, verdict, one.notice, one.extra.get("sound", ""))

    return tone(before) != tone(frame)
