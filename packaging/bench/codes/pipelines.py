"""Ours and three others, each from a frame to texts, with the time of each look."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import cv2
import numpy as np
import zxingcpp
from corpus import kind_of, normal, vin
from pyzbar import pyzbar

from devices.ladder import climb
from devices.looks import STEPS
from devices.votes import Votes

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.pictures import Grey

Read = tuple[set[str], list[float]]
"""What was read in a frame, normalised; the time of each look, ms."""


def ours(frame: Grey) -> Read:
    """The ladder, six looks, weak symbologies by votes."""
    votes, times = Votes(), []
    for step in range(len(STEPS)):
        began = time.perf_counter()
        name, seen = climb(frame, step)
        times.append((time.perf_counter() - began) * 1e3)
        votes.add(tuple(seen), name, 0)
    return {_text(each.seen.symbology, each.seen.text) for each in votes.accepted}, times


def zxing(frame: Grey) -> Read:
    """zxing-cpp as it comes."""

    def look() -> list[tuple[str, str]]:
        plain = zxingcpp.TextMode.Plain
        found = zxingcpp.read_barcodes(frame, text_mode=plain)
        return [(str(each.symbology_identifier), _plain(each)) for each in found]

    return _timed(look)


def zbar(frame: Grey) -> Read:
    """Pyzbar with all its symbologies."""

    def look() -> list[tuple[str, str]]:
        return [
            ("]E0" if each.type in ("EAN13", "UPCA", "UPCE", "EAN8") else "]F0"
             if each.type == "CODABAR" else "", each.data.decode("utf-8", "replace"))
            for each in pyzbar.decode(frame)
        ]  # fmt: skip

    return _timed(look)


def opencv(frame: Grey) -> Read:
    """OpenCV's bar code and QR decoders."""
    lines, squares = cv2.barcode.BarcodeDetector(), cv2.QRCodeDetector()

    def look() -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        try:
            _, texts, _, _ = lines.detectAndDecodeWithType(frame)
            found += [("]E0", each) for each in texts or () if each]
            _, texts, _, _ = squares.detectAndDecodeMulti(frame)
            found += [("]Q1", each) for each in texts or () if each]
        except (cv2.error, UnicodeDecodeError):
            return found  # it fails on some frames: what it has said until then counts
        return found

    return _timed(look)


PIPELINES: dict[str, Callable[[Grey], Read]] = {
    "Lotbook, 6 frames": ours,
    "zxing-cpp": zxing,
    "pyzbar": zbar,
    "OpenCV": opencv,
}
"""Ours first."""


def warm() -> None:
    """Everything once, so that setting up is nobody's time."""
    noise = np.random.default_rng(1).integers(0, 255, (90, 160), dtype=np.uint8)
    for pipeline in PIPELINES.values():
        pipeline(noise)


def _plain(code: zxingcpp.Barcode) -> str:
    aim = str(code.symbology_identifier)
    gs1 = aim.startswith(("]C1", "]d2", "]Q3", "]e"))
    return bytes(code.bytes).decode("latin-1") if gs1 else str(code.text)


def _timed(look: Callable[[], list[tuple[str, str]]]) -> Read:
    began = time.perf_counter()
    found = look()
    took = (time.perf_counter() - began) * 1e3
    return {_text(aim, text) for aim, text in found}, [took]


def _text(aim: str, text: str) -> str:
    kind = kind_of(aim, len(text))
    said = normal(kind, text)
    return vin(said) if aim.startswith("]A") else said
