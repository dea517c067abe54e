"""The ladder on spoilt pictures: made here, and a handful of real ones."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp

from devices import vision
from devices.climb import Climb
from devices.looks import STEPS, Ask, Look
from devices.pictures import MOST_SEARCHED, Grey

F = zxingcpp.BarcodeFormat
FRAME = (720, 1280)


class Here:
    """The decoder's work in this very process."""

    def look(self, image: bytes, *, width: int = 0, step: int = -1, scene: bytes = b"") -> Look:
        return vision.look(Ask(image, width, step, scene), lambda: 0)


def read(grey: Grey) -> list[tuple[str, str]]:
    """AIM identifier and text of all codes, over the whole ladder."""
    climb = Climb(Here())
    for _ in STEPS:
        climb.feed(grey.tobytes(), width=grey.shape[1])
    return [(each.seen.symbology, each.seen.text) for each in climb.accepted]


def laid(text: str, kind: zxingcpp.BarcodeFormat, *, turn: float = 0, scale: int = 4) -> Grey:
    """A code lying on a grey bench under the camera."""
    image = np.array(zxingcpp.create_barcode(text, kind).to_image(scale=scale), dtype=np.uint8)
    code = np.pad(image, 20, constant_values=255)
    height, width = code.shape
    move = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1.0)
    move[:, 2] += (FRAME[1] / 2 - width / 2, FRAME[0] / 2 - height / 2)
    size = (FRAME[1], FRAME[0])
    return np.asarray(cv2.warpAffine(code, move, size, borderValue=150), dtype=np.uint8)


def blurred(grey: Grey, radius: float) -> Grey:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), radius), dtype=np.uint8)


def dim(grey: Grey, low: int, high: int, noise: float) -> Grey:
    """Little contrast under a shadow, with a sensor's noise."""
    shadow = np.linspace(1.0, 0.5, grey.shape[1])
    pixels = (low + grey * ((high - low) / 255)) * shadow
    pixels += np.random.default_rng(5).normal(0, noise, grey.shape)
    return np.clip(pixels, 0, 255).astype(np.uint8)


@pytest.mark.covers("F60")
@pytest.mark.parametrize(
    ("grey", "aim", "text"),
    [
        (laid("TUBE-4711", F.Code128, turn=37), "]C0", "TUBE-4711"),
        (laid("TUBE-4711", F.Code128, turn=80, scale=2), "]C0", "TUBE-4711"),
        (laid("4006381333931", F.EAN13, turn=20), "]E0", "4006381333931"),
        (blurred(laid("4006381333931", F.EAN13), 2.6), "]E0", "4006381333931"),
        (dim(laid("LOT-2026-0147", F.DataMatrix, scale=3), 60, 110, 4), "]d1", "LOT-2026-0147"),
        (dim(laid("https://example.org", F.QRCode), 30, 70, 2), "]Q1", "https://example.org"),
        (np.asarray(255 - laid("DF150E", F.DataMatrix, scale=2)), "]d1", "DF150E"),
        (laid("A1234567B", F.Codabar, turn=12), "]F0", "A1234567B"),
    ],
    ids=["tilted", "steep", "weak", "blurred", "dim", "dark", "inverted", "codabar"],
)
def test_spoilt_pictures_are_read(grey: Grey, aim: str, text: str) -> None:
    assert read(grey) == [(aim, text)]


@pytest.mark.covers("F60")
def test_what_is_no_code_is_read_as_none() -> None:
    rng = np.random.default_rng(3)
    fence = np.where(np.arange(FRAME[1]) // 7 % 2, 200, 40).astype(np.uint8)
    fence_grey = np.ascontiguousarray(np.broadcast_to(fence, FRAME))
    text = np.full(FRAME, 220, dtype=np.uint8)
    for row in range(60, 700, 40):
        words = "".join(chr(each) for each in rng.integers(65, 123, 60))
        cv2.putText(text, words, (20, row), cv2.FONT_HERSHEY_SIMPLEX, 1, 20, 2)
    for grey in (fence_grey, text, np.zeros((1, 1), dtype=np.uint8), blurred(text, 3)):
        assert read(np.asarray(grey, dtype=np.uint8)) == []


def test_places_are_those_of_the_picture_even_where_it_was_made_smaller() -> None:
    grey = laid("TUBE-4711", F.Code128)
    large = np.asarray(cv2.resize(grey, None, fx=2, fy=2), dtype=np.uint8)
    assert large.size > MOST_SEARCHED
    for step in range(len(STEPS)):
        look = vision.look(Ask(large.tobytes(), large.shape[1], step), lambda: 0)
        assert look.step == STEPS[step]
        for seen in look.codes:
            assert seen.at == pytest.approx((FRAME[1], FRAME[0]), abs=60)
            assert seen.size == pytest.approx(980, rel=0.35)


def test_a_look_tells_a_new_scene_and_begins_there_with_the_first_step() -> None:
    here, there = laid("A", F.DataMatrix, scale=20), laid("B", F.QRCode, scale=12, turn=45)
    first = vision.look(Ask(here.tobytes(), FRAME[1], 3), lambda: 0)
    assert (first.step, first.changed) == ("contrast", False)
    again = vision.look(Ask(here.tobytes(), FRAME[1], 3, first.scene), lambda: 0)
    assert (again.step, again.changed) == ("contrast", False)
    moved = vision.look(Ask(there.tobytes(), FRAME[1], 3, first.scene), lambda: 0)
    assert (moved.step, moved.changed) == ("plain", True)


@pytest.mark.covers("F60")
def test_a_handful_of_real_pictures(shared: Path) -> None:
    """Every seventh: most are read, none is read wrong; the whole set is ``make bench-codes``."""
    root = shared / "corpora/codes"
    entries = json.loads((root / "manifest.json").read_text(encoding="utf-8"))["entries"]
    wanted = ("DataMatrix", "Code128", "ITF", "NONE")
    some = [each for each in entries if each["symbology"] in wanted][::7]
    meant = found = 0
    for entry in some:
        climb = Climb(Here())
        for _ in STEPS:
            climb.feed((root / entry["file"]).read_bytes())
        got = {each.seen.text.rstrip("\n") for each in climb.accepted}
        known = {text.rstrip("\n") for text in entry["expected"]}
        assert got <= known | set(entry["also_present"]), entry["file"]
        meant, found = meant + len(known), found + len(known & got)
    assert meant > 10
    assert found / meant > 0.85
