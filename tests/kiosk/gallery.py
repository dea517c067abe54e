"""``python -m tests.kiosk.gallery OUT_DIR``: every stage, language, theme, size as PNG."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from terminal.kiosk import KioskWindow
from tests.kiosk.samples import LANGUAGES, Samples

if TYPE_CHECKING:
    from collections.abc import Sequence

VARIANTS = (
    ("light", 1280, 800, 1.0),
    ("dark", 1280, 800, 1.0),
    ("light", 1280, 800, 1.5),
    ("light", 1920, 1080, 1.0),
    ("dark", 1920, 1080, 1.0),
)
"""Theme, width, height, text scale."""


def render(out: Path, theme: str, size: tuple[int, int], text_scale: float) -> list[Path]:
    """All samples in one variant; the files written."""
    window = KioskWindow(
        lambda _intent, _params: None, theme=theme, text_scale=text_scale, listen=False
    )
    window.resize(*size)
    written = []
    for language in LANGUAGES:
        folder = out / f"{theme}-{size[0]}x{size[1]}-{round(text_scale * 100)}" / language
        folder.mkdir(parents=True, exist_ok=True)
        samples = Samples(language)
        for number, frame in enumerate((*samples.all(), *samples.rig_more()), start=1):
            window.show_frame(frame)
            file = folder / f"{number:02}-{frame.name}.png"
            file.write_bytes(window.grab_png())
            written.append(file)
    window.leave()
    window.deleteLater()
    return written


def main(arguments: Sequence[str] | None = None) -> int:
    """Render everything under the folder given."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if len(given) != 1:
        sys.stderr.write("usage: python -m tests.kiosk.gallery OUT_DIR\n")
        return 2
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication([])
    count = 0
    for theme, width, height, text_scale in VARIANTS:
        count += len(render(Path(given[0]), theme, (width, height), text_scale))
    application.processEvents()
    sys.stdout.write(f"{count} pictures in {given[0]}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
