"""Frames of a camera (V4L2, DirectShow) or of a video file, by OpenCV."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

import cv2
import numpy as np

from devices.faults import DeviceFault
from devices.freshness import Frame, Freshness
from devices.kinds import Clock

Pixels = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]

_BUFFERED = 4
"""Frames a video driver may hold back: taken before the one that counts."""


class Video(Protocol):
    """What is used of ``cv2.VideoCapture``."""

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        """Whether it could be opened."""
        ...

    def grab(self) -> bool:
        """Take the next frame and forget it."""
        ...

    def read(self) -> tuple[bool, Pixels | None]:
        """Take the next frame."""
        ...

    def get(self, prop: int) -> float:
        """A property; 0 where there is none."""
        ...

    def set(self, prop: int, value: float) -> bool:
        """Set a property; False where there is none."""
        ...

    def release(self) -> None:
        """Give the device back."""
        ...


class VideoFrames:
    """A camera (V4L2, DirectShow) or a video file, by OpenCV.

    A camera's driver keeps frames back and would give one from before the request: those are
    thrown away first, and a frame whose own time stamp is too old is refused.
    """

    def __init__(
        self,
        target: str,
        quality: int,
        fresh: Freshness,
        clock: Clock,
        start: Callable[[str], Video] | None = None,
    ) -> None:
        """``target``: a device number or path; ``start`` opens it (by OpenCV unless given)."""
        self._target, self._quality, self._clock = target, quality, clock
        self._start = start or start_video
        self._live = not Path(target).is_file()
        self._fresh = fresh
        self._video: Video | None = None

    def open(self) -> None:
        """Open the device."""
        video = self._start(self._target)
        if not video.isOpened():
            raise DeviceFault("absent", f"video {self._target}")
        video.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        self._fresh.reset()
        self._video = video

    def close(self) -> None:
        """Release the device."""
        if self._video is not None:
            self._video.release()
            self._video = None

    def grab(self) -> bytes:
        """The next frame as JPEG."""
        if self._video is None:
            raise DeviceFault("absent", "not open")
        if self._live:
            for _ in range(_BUFFERED):
                self._video.grab()
        good, pixels = self._video.read()
        if not good or pixels is None or not pixels.size:
            raise DeviceFault("unplugged", f"video {self._target}")
        digest = hashlib.sha256(pixels.tobytes()).digest()
        _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, self._quality])
        return self._fresh.demand(Frame(bytes(data), digest, self._age_s(self._video))).data

    def _age_s(self, video: Video) -> float:
        """Age by the driver's stamp (V4L2: ms of the monotonic clock); 0 where it has none."""
        stamped = self._live and sys.platform == "linux"
        taken_ms = video.get(cv2.CAP_PROP_POS_MSEC) if stamped else 0.0
        return max(0.0, self._clock.monotonic_ns() / 1e9 - taken_ms / 1e3) if taken_ms > 0 else 0.0


def start_video(target: str) -> Video:
    """Open a camera by number with the platform's own interface, anything else by its path."""
    if not target.isdecimal():
        return cast("Video", cv2.VideoCapture(target))
    own = {"win32": cv2.CAP_DSHOW, "linux": cv2.CAP_V4L2}.get(sys.platform, cv2.CAP_ANY)
    return cast("Video", cv2.VideoCapture(int(target), own))
