"""From a picture to reads of codes and to whether it shows anything. Decoder process only."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from devices.ladder import climb
from devices.looks import STEPS, Ask, Look, Seen
from devices.pictures import grey_of, scene_of
from devices.scene import is_changed

MOST_CODES = 64
"""Most reads of one look."""

_WARM = (90, 160)


def warm() -> None:
    """Take every step once on stripes: the libraries set themselves up before anyone waits."""
    rows, columns = np.indices(_WARM)
    stripes = np.where((columns // 3 + rows // 30) % 2, 200, 40).astype(np.uint8)
    for step in range(len(STEPS)):
        climb(stripes, step)


def look(ask: Ask, elapsed_ns: Callable[[], int]) -> Look:
    """Answer one question; anything that is not a picture of sane size is a Look of width 0.

    ``elapsed_ns`` is a clock that only differences are taken of.
    """
    grey = grey_of(ask.image, ask.width)
    if grey is None:
        return Look()
    began = elapsed_ns()
    scene = scene_of(grey)
    changed = is_changed(ask.scene, scene)
    found: list[Seen] = []
    name = ""
    if ask.step >= 0:
        name, found = climb(grey, 0 if changed else ask.step)
    return Look(
        width=int(grey.shape[1]),
        height=int(grey.shape[0]),
        mean=float(grey.mean()),
        spread=float(grey.std()),
        codes=tuple(found[:MOST_CODES]),
        step=name,
        scene=scene,
        changed=changed,
        ms=(elapsed_ns() - began) / 1e6,
    )
