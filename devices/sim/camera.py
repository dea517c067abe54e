"""A simulated camera: a folder whose newest frame is kept fresh, as a frame grabber does."""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path

from PIL import Image

WIDTH, HEIGHT = 1280, 720
_FRESH_S = 0.5


class CameraSim:
    """Shows a picture lying on a grey bench, until another is shown."""

    def __init__(self, folder: Path) -> None:
        """Start with the empty bench."""
        folder.mkdir(parents=True, exist_ok=True)
        self.frame = folder / "frame.png"
        self.frozen = False
        self._stop = threading.Event()
        self.show(None)
        self._thread = threading.Thread(target=self._run, name="sim camera", daemon=True)
        self._thread.start()

    def show(self, png: bytes | None) -> None:
        """Lay this picture under the camera; None clears the bench."""
        scene = Image.linear_gradient("L").resize((WIDTH, HEIGHT)).point(lambda v: 120 + v // 4)
        if png is not None:
            with Image.open(io.BytesIO(png)) as picture:
                flat = picture.convert("L")
            flat.thumbnail((WIDTH * 3 // 4, HEIGHT * 3 // 4))
            scene.paste(flat, ((WIDTH - flat.width) // 2, (HEIGHT - flat.height) // 2))
        self._write(scene)

    def black(self) -> None:
        """Put the lens cover on."""
        self._write(Image.new("L", (WIDTH, HEIGHT), 2))

    def close(self) -> None:
        """Stop the frames."""
        self._stop.set()
        self._thread.join(2)

    def _write(self, scene: Image.Image) -> None:
        draft = self.frame.with_suffix(".part")
        scene.save(draft, "PNG")
        draft.replace(self.frame)

    def _run(self) -> None:
        while not self._stop.wait(_FRESH_S):
            if not self.frozen:
                os.utime(self.frame)
