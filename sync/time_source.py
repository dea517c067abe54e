"""How far this machine's clock is to be believed: whether anything keeps it right.

The kernel knows, whatever program keeps the clock (adjtimex(2): ``STA_UNSYNC``).
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any, Literal

TimeQuality = Literal["synchronised", "free", "unknown"]
_UNSYNCHRONISED = 5
"""``TIME_ERROR``: the clock is not kept by anything."""
_ROOM = 512
"""Bytes; ``struct timex`` takes 208 on 64 bits."""


@cache
def _library() -> Any:  # noqa: ANN401 - the C library, as ctypes shows it
    return ctypes.CDLL(None)


def time_quality() -> TimeQuality:
    """Whether anything keeps this machine's clock; ``unknown`` where that cannot be asked."""
    if not sys.platform.startswith("linux"):
        return "unknown"
    asked = ctypes.create_string_buffer(_ROOM)  # modes 0: nothing is set
    state = int(_library().adjtimex(asked))
    if state < 0:
        return "unknown"
    return "free" if state == _UNSYNCHRONISED else "synchronised"
