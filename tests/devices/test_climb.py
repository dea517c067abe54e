"""The ladder over frames: one step each, from the foot again when it should."""

from __future__ import annotations

import pytest

from devices.climb import Climb
from devices.faults import DeviceFault
from devices.looks import Look, Seen
from devices.testing import fault_of

CODE = Seen(b"A", "]d1", "A", "Data Matrix", "frame")


class Steps:
    """A decoder that remembers which steps it was asked for, and answers what it is told."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.answer = Look(width=1, scene=b"s")
        self.fail = False

    def look(self, image: bytes, *, width: int = 0, step: int = -1, scene: bytes = b"") -> Look:
        self.asked.append(step)
        if self.fail:
            raise DeviceFault("decoder-failed")
        return self.answer


def test_one_step_a_frame_up_the_ladder() -> None:
    steps = Steps()
    climb = Climb(steps)
    for frame in (b"1", b"2", b"3"):
        climb.feed(frame)
    assert steps.asked == [0, 1, 2]


def test_a_changed_scene_starts_again() -> None:
    steps = Steps()
    climb = Climb(steps)
    climb.feed(b"1")
    steps.answer = Look(width=1, scene=b"t", changed=True)
    climb.feed(b"2")  # the decoder took step 0 of the new scene
    steps.answer = Look(width=1, scene=b"t")
    climb.feed(b"3")
    assert steps.asked == [0, 1, 1]


@pytest.mark.parametrize(("frames", "asked"), [((b"1", b"2", b"3"), [0, 1, 0]),
                                               ((b"1", b"1", b"1"), [0, 1, 2])])  # fmt: skip
def test_a_hit_starts_again_unless_the_picture_stands_still(
    frames: tuple[bytes, ...], asked: list[int]
) -> None:
    steps = Steps()
    climb = Climb(steps)
    climb.feed(frames[0])
    steps.answer = Look(width=1, scene=b"s", codes=(CODE,), step="plain")
    climb.feed(frames[1])
    climb.feed(frames[2])
    assert steps.asked == asked
    assert [each.seen for each in climb.accepted] == [CODE]
    assert climb.unsure == ()


@pytest.mark.covers("F62")
def test_a_failed_decoder_costs_its_frame_only() -> None:
    steps = Steps()
    steps.answer = Look(width=1, scene=b"s", codes=(CODE,), step="plain")
    climb = Climb(steps)
    climb.feed(b"1")
    steps.fail = True
    assert fault_of(lambda: climb.feed(b"2")) is not None
    steps.fail = False
    climb.feed(b"3")
    assert [each.seen for each in climb.accepted] == [CODE]
    assert steps.asked == [0, 1, 2]
