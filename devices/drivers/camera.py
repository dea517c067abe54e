"""A camera: where frames come from is its URL, what counts as one is :mod:`devices.freshness`.

``video:N`` a camera by number (V4L2, DirectShow), ``video:PATH`` a device or a video file ·
``dir:PATH`` the newest picture in a folder, as a frame grabber or a simulator writes them ·
``image:PATH`` one picture file, taken again and again · ``sequence:PATH`` the pictures of a folder
in the order of their names.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from devices.climb import Climb, Looks
from devices.config import InstrumentConfig
from devices.drivers.frames import FolderFrames, Frames, SequenceFrames
from devices.drivers.video import VideoFrames
from devices.freshness import Freshness, demand_content
from devices.kinds import Clock, Photo
from devices.looks import STEPS
from devices.votes import Accepted


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``camera``."""

    max_age_s: int = 5
    """Oldest usable frame, by the file's time or the camera driver's stamp; 0: any age."""
    quality: int = 90
    """JPEG quality of a ``video:`` source."""
    frames: int = len(STEPS)
    """Most frames that are looked at for one request to read codes."""


class Camera:
    """Driver ``camera`` (kind Camera). ``decoder`` is the door to the decoder process."""

    def __init__(self, config: InstrumentConfig, clock: Clock, decoder: Looks) -> None:
        """Read the options and the URL."""
        self._options = msgspec.convert(config.options, Options)
        self._decoder = decoder
        self._frames = _frames(config.url, self._options, clock)

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
        photo = Photo.of(self._frames.grab())
        demand_content(self._decoder.look(photo.data))
        return photo

    def read(self, symbology: str = "") -> tuple[Photo, tuple[Accepted, ...]]:
        """Climb the ladder over fresh frames until a code of the symbology (or any) is read.

        All codes read, perhaps none or only others, and the frame that was looked at last.
        """
        climb = Climb(self._decoder)
        photo = Photo.of(self._frames.grab())
        for left in reversed(range(self._options.frames)):
            demand_content(climb.feed(photo.data))
            found = any(symbology in ("", each.seen.symbology) for each in climb.accepted)
            if found or not left:
                break
            photo = Photo.of(self._frames.grab())
        return photo, climb.accepted


def _frames(url: str, options: Options, clock: Clock) -> Frames:
    kind, _, target = url.partition(":")
    sources: dict[str, Callable[[], Frames]] = {
        "dir": lambda: FolderFrames(Path(target), options.max_age_s, clock),
        "image": lambda: FolderFrames(Path(target), options.max_age_s, clock),
        "sequence": lambda: SequenceFrames(Path(target)),
        "video": lambda: VideoFrames(target, options.quality, Freshness(options.max_age_s), clock),
    }
    if kind not in sources:
        msg = f"a camera's url is {', '.join(f'{each}:…' for each in sources)}, not {url}"
        raise msgspec.ValidationError(msg)
    return sources[kind]()
