"""Pictures of every new screen, in both languages, for the demo and the guides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from terminal import board
from terminal.kiosk import KioskWindow
from terminal.words import other

if TYPE_CHECKING:
    from pathlib import Path

    from terminal.desk_devices import Desk
    from terminal.views import Frame


class Screens:
    """Saves a PNG of every new screen in both languages (``--screens``)."""

    def __init__(self, folder: Path, theme: str) -> None:
        """Draws the other language in a window that is never shown."""
        self._folder = folder
        self._second = KioskWindow(lambda _name, _params: None, theme=theme, listen=False)
        self._seen: set[tuple[object, ...]] = set()
        for language in ("en", "zh_CN"):
            (folder / language).mkdir(parents=True, exist_ok=True)

    def shown(self, window: KioskWindow, frame: Frame, desk: Desk) -> None:
        """Keep the screen, if none like it was kept."""
        stage, at = frame.stage, desk.snapshot.position
        verdict = getattr(stage, "verdict", None) or getattr(stage, "problem", None)
        word = getattr(verdict, "mark", "")
        key = (frame.name, at.operation, at.step, word, getattr(stage, "person", ""))
        if key in self._seen:
            return
        self._seen.add(key)
        name = f"{len(self._seen):02d}-{frame.name}{f'-{word}' if word else ''}.png"
        view = desk.view()
        second = replace(view, ui=replace(view.ui, language=other(frame.language)))
        self._second.show_frame(board.compose(second))
        (self._folder / frame.language / name).write_bytes(window.grab_png())
        (self._folder / other(frame.language) / name).write_bytes(self._second.grab_png())

    def close(self) -> None:
        """The hidden window too must go."""
        self._second.leave()
