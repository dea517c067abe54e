"""Where a camera's frames come from: a folder, or a video device; used by ``camera``."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol

import cv2

from devices.faults import DeviceFault
from devices.kinds import Clock
from devices.looks import MOST_BYTES


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
    """The newest picture in a folder (``.png``, ``.jpg``), as a frame grabber writes them."""

    def __init__(self, folder: Path, max_age_s: int, clock: Clock) -> None:
        """Look into ``folder``."""
        self._folder, self._max_age_s, self._clock = folder, max_age_s, clock

    def open(self) -> None:
        """The folder must be there."""
        if not self._folder.is_dir():
            raise DeviceFault("absent", str(self._folder))

    def close(self) -> None:
        """Nothing is held open."""

    def grab(self) -> bytes:
        """The newest file, if it is fresh."""
        try:
            files = [each for each in self._folder.iterdir() if each.suffix in (".png", ".jpg")]
            newest = max(files, key=lambda each: each.stat().st_mtime_ns, default=None)
            if newest is None:
                raise DeviceFault("camera-frozen", "no frame yet")
            age = self._clock.now().timestamp() - newest.stat().st_mtime
            if self._max_age_s and age > self._max_age_s:
                raise DeviceFault("camera-frozen", f"the newest frame is {int(age)} s old")
            if newest.stat().st_size > MOST_BYTES:
                raise DeviceFault("picture-unusable", "the file is too large")
            return newest.read_bytes()
        except OSError as error:
            raise DeviceFault("unplugged", str(error)) from error


class VideoFrames:
    """A video device or file by OpenCV; two identical frames in a row are a frozen camera."""

    def __init__(self, target: str, quality: int) -> None:
        """``target``: a device number or path."""
        self._target: int | str = int(target) if target.isdecimal() else target
        self._quality = quality
        self._video: cv2.VideoCapture | None = None
        self._last = b""

    def open(self) -> None:
        """Open the device."""
        video = cv2.VideoCapture(self._target)
        if not video.isOpened():
            raise DeviceFault("absent", f"video {self._target}")
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
        good, frame = self._video.read()
        if not good or frame is None:
            raise DeviceFault("unplugged", f"video {self._target}")
        digest = hashlib.sha256(frame.tobytes()).digest()
        if digest == self._last:
            raise DeviceFault("camera-frozen", "two frames are identical")
        self._last = digest
        _, data = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, self._quality])
        return bytes(data)
