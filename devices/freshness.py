"""Whether a camera's frames are live. Pure: told what a frame is, says what is wrong with it.

A driver that answers "ok" with an old frame is how wrong pictures get into records. So a frame is
known by the digest of its pixels, and a source that can tell also says how old it is.
"""

from __future__ import annotations

from collections import deque

import msgspec

from devices.faults import DeviceFault
from devices.looks import Look

MEMORY = 64
"""How many frames are remembered: a camera that replays a short loop is found out."""

_EVEN_SPREAD = 4.0
"""Standard deviation of brightness under which a picture shows nothing."""

_DARK_MEAN = 24.0


class Frame(msgspec.Struct, frozen=True):
    """One picture from a source."""

    data: bytes
    """PNG or JPEG, as a record keeps it."""
    digest: bytes = b""
    """Of its pixels; empty where pictures may rightly repeat (a folder a grabber writes to)."""
    age_s: float = 0.0
    """How long ago it was taken, seconds; 0 where the source cannot tell."""


class Freshness:
    """Remembers the last :data:`MEMORY` frames of one source."""

    def __init__(self, max_age_s: float) -> None:
        """``max_age_s``: the oldest usable frame, seconds; 0: any age."""
        self._max_age_s = max_age_s
        self._before: deque[bytes] = deque(maxlen=MEMORY)

    def reset(self) -> None:
        """The source was opened anew."""
        self._before.clear()

    def demand(self, frame: Frame) -> Frame:
        """The frame, if it is new.

        Faults: ``camera-frozen`` (the same as the one before, or too old by its own time),
        ``camera-replay`` (one that was given before came back).
        """
        if self._max_age_s and frame.age_s > self._max_age_s:
            raise DeviceFault("camera-frozen", f"the newest frame is {int(frame.age_s)} s old")
        if not frame.digest:
            return frame
        if self._before and self._before[-1] == frame.digest:
            raise DeviceFault("camera-frozen", "two frames are identical")
        if frame.digest in self._before:
            raise DeviceFault("camera-replay", "an earlier frame came again")
        self._before.append(frame.digest)
        return frame


def demand_content(look: Look) -> None:
    """Fault if a picture shows nothing: ``camera-black`` (dark), ``camera-blank`` (bright)."""
    if look.spread >= _EVEN_SPREAD:
        return
    code = "camera-black" if look.mean < _DARK_MEAN else "camera-blank"
    raise DeviceFault(code, f"mean {look.mean:.0f}, spread {look.spread:.1f}")
