"""The ladder: six ways to look at a frame, from cheap and usual to dear and rare. One a frame.

Each step is a treatment and the readers that gain by it. A view costs little where the frame has no
place for it, so the frame's own statistics (:mod:`devices.views`) choose what a step does. Codes in
poor pictures fail for different reasons, so the steps are different rather than each good.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import msgspec

from devices import engines
from devices.looks import STEPS, Seen
from devices.pictures import Grey, grey_array, scaled, shrunk
from devices.views import View, bars, enlarged, patch, whole

_FIT = 480
"""Longer side to which a patch is brought for coarse matrix codes."""


def climb(grey: Grey, step: int) -> tuple[str, list[Seen]]:
    """Take one step (modulo their number): its name, and every read of every reader."""
    name = STEPS[step % len(STEPS)]
    smaller, factor = shrunk(grey)
    seen = _TREATMENTS[name](smaller)
    if factor < 1:
        seen = [_placed_back(each, factor) for each in seen]
    return name, seen


def plain(grey: Grey) -> list[Seen]:
    """As it is; and, where no matrix code was found, bars turned upright."""
    seen = engines.zxing(whole(grey), engines.ALL, "frame")
    if any(each.symbology.startswith(_MATRIX_AIMS) for each in seen):
        return seen
    for view in bars(grey):
        seen += engines.zxing(view, engines.LINEAR, "bars", upright=True)
    return seen


def upright(grey: Grey) -> list[Seen]:
    """Bars turned upright, averaged along and sharpened across, and zbar; else small modules."""
    seen: list[Seen] = []
    for view in bars(grey):
        clear = _sharpened(grey_array(cv2.blur(view.pixels, (1, 5))), 3, 2)
        seen += engines.zxing(view._replace(pixels=clear), engines.LINEAR, "bars", upright=True)
        seen += engines.zbar(view, "zbar")
    view = enlarged(patch(grey))
    black = view._replace(pixels=_thresholded(view.pixels, 21, 7))
    return seen + engines.zxing(black, engines.MATRIX, "fine")


def threshold(grey: Grey) -> list[Seen]:
    """Black and white against the neighbourhood: etched metal, shadows."""
    return engines.zxing(whole(_thresholded(grey, 21, 12)), engines.ALL, "threshold")


def contrast(grey: Grey) -> list[Seen]:
    """The busiest part enlarged, its contrast evened out."""
    view = enlarged(patch(grey))
    return engines.zxing(view._replace(pixels=_evened(view.pixels)), engines.ALL, "contrast")


def sharp(grey: Grey) -> list[Seen]:
    """Sharpened, against poor focus."""
    return engines.zxing(whole(_sharpened(grey, 2, 1.5)), engines.ALL, "sharp")


def coarse(grey: Grey) -> list[Seen]:
    """The busiest part at one small size, for coarse modules; and lines in the evened frame."""
    part = patch(grey)
    factor = _FIT / max(part.pixels.shape)
    turn = part.to_frame.copy()
    turn[:, :2] /= factor
    seen = engines.zxing(View(scaled(part.pixels, factor), turn), engines.MATRIX, "coarse")
    return seen + engines.zxing(whole(_evened(grey)), engines.LINEAR, "even")


_MATRIX_AIMS = ("]d", "]Q", "]z", "]L")

_TREATMENTS: dict[str, Callable[[Grey], list[Seen]]] = {
    "plain": plain,
    "upright": upright,
    "threshold": threshold,
    "contrast": contrast,
    "sharp": sharp,
    "coarse": coarse,
}


def _thresholded(grey: Grey, window: int, below: int) -> Grey:
    mean = cv2.ADAPTIVE_THRESH_MEAN_C
    black = cv2.adaptiveThreshold(grey, 255, mean, cv2.THRESH_BINARY, window, below)
    return grey_array(black)


def _evened(grey: Grey) -> Grey:
    return grey_array(cv2.createCLAHE(3, (8, 8)).apply(grey))


def _sharpened(grey: Grey, radius: float, amount: float) -> Grey:
    blurred = cv2.GaussianBlur(grey, (0, 0), radius)
    return grey_array(cv2.addWeighted(grey, 1 + amount, blurred, -amount, 0))


def _placed_back(seen: Seen, factor: float) -> Seen:
    at = (seen.at[0] / factor, seen.at[1] / factor)
    return msgspec.structs.replace(seen, at=at, size=seen.size / factor)
