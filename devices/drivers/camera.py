"""A camera: a folder that frames arrive in (``dir:PATH``) or a video device (``video:N``).

A picture counts only if it is fresh: a black one or one that was taken before is a fault, because
a driver that says "ok" with an old frame is how wrong pictures get into records.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from devices.config import InstrumentConfig
from devices.drivers.frames import FolderFrames, Frames, VideoFrames
from devices.faults import DeviceFault
from devices.kinds import Clock, Photo
from devices.looks import Look

_BLACK_SPREAD = 4.0
_BLACK_MEAN = 24.0


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``camera``."""

    max_age_s: int = 5
    """Oldest usable file of a ``dir:`` source, by its modification time; 0: any age."""
    quality: int = 90
    """JPEG quality of a ``video:`` source."""


class Camera:
    """Driver ``camera`` (kind Camera). ``look`` is the decoder process's."""

    def __init__(
        self, config: InstrumentConfig, clock: Clock, look: Callable[[bytes], Look]
    ) -> None:
        """Read the options and the URL."""
        options = msgspec.convert(config.options, Options)
        kind, _, target = config.url.partition(":")
        self._look = look
        self._frames: Frames
        if kind == "dir":
            self._frames = FolderFrames(Path(target), options.max_age_s, clock)
        elif kind == "video":
            self._frames = VideoFrames(target, options.quality)
        else:
            msg = f"a camera's url is dir:PATH or video:N, not {config.url}"
            raise msgspec.ValidationError(msg)

    def open(self) -> str:
        """Connect; cameras do not say who they are."""
        self._frames.open()
        return ""

    def close(self) -> None:
        """Disconnect."""
        self._frames.close()

    def check(self) -> None:
        """Fault if no fresh frame can be had (darkness is told only when a picture is taken)."""
        self._frames.grab()

    def take(self) -> Photo:
        """A fresh, usable picture."""
        return self.take_and_look()[0]

    def take_and_look(self) -> tuple[Photo, Look]:
        """A fresh, usable picture and the codes in it."""
        photo = Photo.of(self._frames.grab())
        seen = self._look(photo.data)
        if seen.spread < _BLACK_SPREAD and seen.mean < _BLACK_MEAN:
            raise DeviceFault("camera-black", f"mean {seen.mean:.0f}, spread {seen.spread:.1f}")
        return photo, seen
