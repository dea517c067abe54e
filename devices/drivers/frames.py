"""Where a camera's frames come from: a folder, a picture file, a sequence of pictures."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol

from devices.faults import DeviceFault
from devices.freshness import Frame, Freshness
from devices.kinds import Clock
from devices.looks import MOST_BYTES

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
"""What counts as a picture in a folder."""


class Frames(Protocol):
    """Where frames come from."""

    def open(self) -> None:
        """Connect or fault."""
        ...

    def close(self) -> None:
        """Disconnect."""
        ...

    def grab(self) -> bytes:
        """A fresh frame as PNG or JPEG, or a fault."""
        ...


class FolderFrames:
    """The newest picture in a folder, as a frame grabber writes them; or one picture file."""

    def __init__(self, place: Path, max_age_s: int, clock: Clock) -> None:
        """Look into the folder, or at the file, ``place``."""
        self._place, self._clock = place, clock
        self._fresh = Freshness(max_age_s)

    def open(self) -> None:
        """It must be there."""
        if not self._place.exists():
            raise DeviceFault("absent", str(self._place))

    def close(self) -> None:
        """Nothing is held open."""

    def grab(self) -> bytes:
        """The newest file, if it is fresh."""
        try:
            files = [self._place] if self._place.is_file() else pictures(self._place)
            newest = max(files, key=lambda each: each.stat().st_mtime_ns, default=None)
            if newest is None:
                raise DeviceFault("camera-frozen", "no frame yet")
            age_s = self._clock.now().timestamp() - newest.stat().st_mtime
            return self._fresh.demand(Frame(read_picture(newest), age_s=age_s)).data
        except OSError as error:
            raise DeviceFault("unplugged", str(error)) from error


class SequenceFrames:
    """The pictures of a folder in the order of their names, each once; then ``unplugged``."""

    def __init__(self, folder: Path) -> None:
        """Play ``folder``."""
        self._folder = folder
        self._left: list[Path] | None = None
        self._fresh = Freshness(0)

    def open(self) -> None:
        """From the first picture on."""
        if not self._folder.is_dir():
            raise DeviceFault("absent", str(self._folder))
        self._left = sorted(pictures(self._folder), reverse=True)
        self._fresh.reset()

    def close(self) -> None:
        """Forget where it was."""
        self._left = None

    def grab(self) -> bytes:
        """The next picture."""
        if self._left is None:
            raise DeviceFault("absent", "not open")
        if not self._left:
            raise DeviceFault("unplugged", "the sequence has ended")
        try:
            data = read_picture(self._left.pop())
        except OSError as error:
            raise DeviceFault("unplugged", str(error)) from error
        return self._fresh.demand(Frame(data, hashlib.sha256(data).digest())).data


def pictures(folder: Path) -> list[Path]:
    """The picture files in a folder."""
    return [each for each in folder.iterdir() if each.suffix.lower() in SUFFIXES]


def read_picture(path: Path) -> bytes:
    """A picture file's bytes; ``picture-unusable`` if it is too large, OSError."""
    if path.stat().st_size > MOST_BYTES:
        raise DeviceFault("picture-unusable", "the file is too large")
    return path.read_bytes()
