"""Where in a frame codes may be, as straightened or enlarged views of it.

A bar code is a place where the gradient has one direction: the structure tensor's coherence finds
it (Bigün & Granlund 1987), and its angle turns it upright. A matrix code is a place with much
gradient in any direction. Both are found on a smaller copy; the view is taken from the full one.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from devices.pictures import Grey, scaled

Real = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float32]]

_LONGEST = 1600
"""Longest view of a bar code, pixels; and its height, to which it is averaged along the bars."""
_HEIGHT = 96
_MOST_PATCH = 600_000
"""Pixels of a patch enlarged: what fits into a step's time."""
_WINDOW = 17
"""Side of the tensor's averaging window, pixels of the smaller copy."""
_COHERENT = 0.75
_LEAST_ENERGY = 400.0
_LEAST_AREA = 150
_SMALL = 640
"""Up to this longer side a picture is searched for bars as it is, above at half its size."""


class View(NamedTuple):
    """A part of a frame as a reader is given it."""

    pixels: Grey
    to_frame: Real
    """2x3 matrix: a point of the view in pixels of the frame."""


def whole(grey: Grey, factor: float = 1.0) -> View:
    """The frame itself, which was multiplied by ``factor`` in size before."""
    return View(grey, np.array([[1 / factor, 0, 0], [0, 1 / factor, 0]], dtype=np.float64))


def bars(grey: Grey, *, most: int = 2) -> list[View]:
    """The largest places with bars, each upright, with a quiet zone and at twice the size."""
    shrink = 0.5 if max(grey.shape) > _SMALL else 1.0
    small = scaled(grey, shrink)
    xx, yy, xy = _tensor(small)
    energy, difference = xx + yy, xx - yy
    coherence = cv2.magnitude(difference, 2 * xy) / (energy + 1)
    found = (coherence > _COHERENT) & (energy > max(_LEAST_ENERGY, float(energy.mean())))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(found.astype(np.uint8))
    order = np.argsort(-stats[1:, cv2.CC_STAT_AREA])[:most] + 1
    views = []
    for label in order:
        x, y, w, h, area = stats[label]
        if area < _LEAST_AREA:
            continue
        inside = labels[y : y + h, x : x + w] == label
        across = float(difference[y : y + h, x : x + w][inside].sum())
        both = float(xy[y : y + h, x : x + w][inside].sum())
        rows, columns = np.nonzero(inside)
        points = (np.stack([columns + x, rows + y]) + 0.5) / shrink
        views.append(_upright(grey, points, 0.5 * np.arctan2(2 * both, across), _WINDOW / shrink))
    return views


def patch(grey: Grey, *, margin: int = 24) -> View:
    """The part of the frame with most gradient, or the whole frame if there is none."""
    small = scaled(grey, 0.25)
    along_x = cv2.convertScaleAbs(cv2.Sobel(small, cv2.CV_16S, 1, 0))
    along_y = cv2.convertScaleAbs(cv2.Sobel(small, cv2.CV_16S, 0, 1))
    energy = cv2.blur(cv2.add(along_x, along_y), (15, 15))
    _, found = cv2.threshold(energy, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    count, _, stats, _ = cv2.connectedComponentsWithStats(found)
    if count < 2:  # noqa: PLR2004 - the first is the background
        return whole(grey)
    x, y, w, h, _ = (4 * int(v) for v in stats[1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())])
    left, top = max(0, x - margin), max(0, y - margin)
    part = grey[top : y + h + margin, left : x + w + margin]
    return View(part, np.array([[1, 0, left], [0, 1, top]], dtype=np.float64))


def enlarged(view: View) -> View:
    """The view at twice its size, or less where that were too many pixels."""
    factor = min(2.0, (_MOST_PATCH / view.pixels.size) ** 0.5)
    if factor <= 1:
        return view
    turn = view.to_frame.copy()
    turn[:, :2] /= factor
    return View(scaled(view.pixels, factor), turn)


def _tensor(small: Grey) -> tuple[Floats, Floats, Floats]:
    """The averaged structure tensor: energy along x, along y, and mixed."""
    along_x = cv2.Sobel(small, cv2.CV_32F, 1, 0)
    along_y = cv2.Sobel(small, cv2.CV_32F, 0, 1)
    window = (_WINDOW, _WINDOW)
    products = (along_x * along_x, along_y * along_y, along_x * along_y)
    xx, yy, xy = (np.asarray(cv2.blur(each, window), dtype=np.float32) for each in products)
    return xx, yy, xy


def _upright(grey: Grey, points: Real, angle: float, blurred: float) -> View:
    """The bars through ``points`` turned so that they stand; ``angle`` is across them."""
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    along = points[0] * cos + points[1] * sin
    up = points[1] * cos - points[0] * sin
    margin = max(16.0, 0.12 * float(np.ptp(along))) + blurred
    left, right = float(along.min()) - margin, float(along.max()) + margin
    top, bottom = (float(each) for each in np.percentile(up, (3, 97)))
    width, height = right - left, max(bottom - top, 8.0)
    factor = max(1.0, min(2.0, _LONGEST / width))
    turn = np.array([
        [cos / factor, -sin, left * cos - top * sin],
        [sin / factor, cos, left * sin + top * cos],
    ])  # fmt: skip
    size = (int(width * factor), int(height))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    pixels = cv2.warpAffine(grey, turn, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    if size[1] > _HEIGHT:
        pixels = cv2.resize(pixels, (size[0], _HEIGHT), interpolation=cv2.INTER_AREA)
        turn[:, 1] *= size[1] / _HEIGHT
    return View(np.asarray(pixels, dtype=np.uint8), turn)
