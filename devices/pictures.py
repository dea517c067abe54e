"""A picture file as grey pixels, bounded; its brightness; its very small copy."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from devices.looks import MOST_BYTES, MOST_PIXELS
from devices.scene import COLUMNS, ROWS

Grey = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]

MOST_SEARCHED = 1920 * 1200
"""Pixels that are searched; a larger picture is made smaller first."""

_SHORTEST = 64
"""OpenCV refuses files shorter than a header it looks for; what follows a picture is ignored."""


def grey_of(image: bytes, width: int) -> Grey | None:
    """The pixels of a picture file, or of 8-bit grey pixels ``width`` wide; None if unusable."""
    if not 0 < len(image) <= MOST_BYTES:
        return None
    if width:
        whole = width > 0 and len(image) % width == 0 and len(image) <= MOST_PIXELS
        return np.frombuffer(image, dtype=np.uint8).reshape((-1, width)) if whole else None
    try:
        raw = np.frombuffer(image.ljust(_SHORTEST, b"\0"), dtype=np.uint8)
        pixels = cv2.imdecode(raw, cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        return None
    if pixels is None or not 0 < pixels.size <= MOST_PIXELS:
        return None
    return np.asarray(pixels, dtype=np.uint8)


def grey_array(pixels: np.ndarray[Any, Any]) -> Grey:
    """What OpenCV returned, as what it is: 8-bit grey pixels."""
    return np.asarray(pixels, dtype=np.uint8)


def shrunk(grey: Grey) -> tuple[Grey, float]:
    """The picture with at most :data:`MOST_SEARCHED` pixels, and by what it was multiplied."""
    factor = min(1.0, (MOST_SEARCHED / grey.size) ** 0.5)
    return (grey, 1.0) if factor == 1.0 else (scaled(grey, factor), factor)


def scaled(grey: Grey, factor: float) -> Grey:
    """The picture larger (smooth) or smaller (averaged), at least one pixel each way."""
    size = (max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor)))
    how = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    return grey_array(cv2.resize(grey, size, interpolation=how))


def scene_of(grey: Grey) -> bytes:
    """The picture as :data:`devices.scene.COLUMNS` by :data:`devices.scene.ROWS` bytes."""
    small = cv2.resize(grey, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    return grey_array(small).tobytes()
