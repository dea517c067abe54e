"""The public set: real pictures with what they say, pasted into frames as a camera gives them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from devices.pictures import Grey, grey_array, grey_of, scaled

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTH, HEIGHT = 1280, 720
GROUND = 128
"""Brightness of the frame around a picture."""

ABSENT = """The public set of code pictures is not there.
Put a folder with manifest.json and images/ at {where}, or name it: make bench-codes SET=DIR.
manifest.json: {{"entries": [{{"file", "symbology", "kind", "expected", "also_present"}}]}}."""

_RETAIL = ("EAN13", "EAN8", "UPCA", "UPCE")


@dataclass(frozen=True)
class Case:
    """A picture in a frame, and what may be read in it."""

    file: str
    symbology: str
    direct_mark: bool
    expected: frozenset[str]
    allowed: frozenset[str]
    """Expected, and what else is in the picture."""
    frame: Grey


def cases(folder: Path) -> list[Case]:
    """The whole set; SystemExit with what to do if it is not there."""
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        raise SystemExit(ABSENT.format(where=folder.resolve()))
    entries = json.loads(manifest.read_text(encoding="utf-8"))["entries"]
    return [_case(folder, each) for each in entries if each["file"].startswith("images/")]


def _case(folder: Path, entry: dict[str, object]) -> Case:
    kind = str(entry["symbology"])
    expected = _all(kind, entry["expected"])  # type: ignore[arg-type]
    also = _all(kind, entry["also_present"])  # type: ignore[arg-type]
    grey = grey_of((folder / str(entry["file"])).read_bytes(), 0)
    if grey is None:
        raise SystemExit(f"{entry['file']}: not a picture")
    direct = entry["kind"] == "dpm_photo"
    return Case(str(entry["file"]), kind, direct, expected, expected | also, pasted(grey))


def _all(kind: str, texts: Iterable[str]) -> frozenset[str]:
    return frozenset(normal(kind, each) for each in texts)


def pasted(grey: Grey) -> Grey:
    """The picture in the middle of an even frame, made smaller only where it does not fit."""
    fits = min(WIDTH / grey.shape[1], HEIGHT / grey.shape[0], 1.0)
    picture = scaled(grey, fits) if fits < 1 else grey
    frame = np.full((HEIGHT, WIDTH), GROUND, dtype=np.uint8)
    top, left = (HEIGHT - picture.shape[0]) // 2, (WIDTH - picture.shape[1]) // 2
    frame[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return grey_array(frame)


def normal(kind: str, text: str) -> str:
    """A text as it is compared: a GTIN to 14 digits, line ends alike, no start and stop letters."""
    text = re.sub(r"\r\n?", "\n", text).rstrip("\n")
    if kind in _RETAIL:
        return _expanded(text).zfill(14)
    return text.strip("ABCDabcd") if kind == "Codabar" else text


def _expanded(text: str) -> str:
    """A UPC-E of 8 digits as the UPC-A it stands for."""
    if len(text) != 8 or text[0] not in "01":  # noqa: PLR2004
        return text
    body, last = text[1:7], text[6]
    if last in "012":
        middle = body[:2] + last + "0000" + body[2:5]
    elif last in "34":
        middle = body[: int(last)] + "0" * (8 - int(last)) + body[int(last) : 5]
    else:
        middle = body[:5] + "0000" + last
    return text[0] + middle + text[7]


def kind_of(aim: str, length: int) -> str:
    """The corpus's word for the symbologies whose texts are compared in a way of their own."""
    if aim.startswith("]E"):
        return "EAN8" if length == 8 else "EAN13"  # noqa: PLR2004
    return {"]F": "Codabar"}.get(aim[:2], "")


def vin(text: str) -> str:
    """A vehicle number without the import mark that Code 39 may carry before it."""
    return text[1:] if len(text) == 18 and text[0] == "I" else text  # noqa: PLR2004


cv2.setNumThreads(1)
