"""Frames do not depend on how the bytes were cut up, and nothing broken becomes a frame."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.framing import LIMIT, Broken, Framer

CUTS = st.lists(st.integers(0, 2000), max_size=12)
FRAMES = st.lists(st.binary(min_size=1, max_size=40).filter(lambda f: not set(f) & {13, 10}))
TERMINATORS = st.sampled_from([(b"\r\n",), (b"\r", b"\n"), (b"\r",)])


def feed(framer: Framer, data: bytes, cuts: list[int]) -> list[bytes | Broken]:
    """Feed ``data`` cut at these places."""
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    found: list[bytes | Broken] = []
    for start, stop in pairwise(places):
        found += framer.feed(data[start:stop], 0)
    return found


@pytest.mark.covers("F56", "T21")
@given(FRAMES, TERMINATORS, CUTS)
def test_any_chunking_gives_the_same_frames(
    frames: list[bytes], terminators: tuple[bytes, ...], cuts: list[int]
) -> None:
    data = b"".join(frame + terminators[0] for frame in frames)
    assert feed(Framer(terminators), data, cuts) == frames


@pytest.mark.covers("F57", "T21")
@given(st.binary(max_size=2000), TERMINATORS, CUTS)
def test_any_bytes_give_the_same_answer_whole_or_cut(
    data: bytes, terminators: tuple[bytes, ...], cuts: list[int]
) -> None:
    whole = Framer(terminators).feed(data, 0)
    assert feed(Framer(terminators), data, cuts) == whole
    assert all(len(frame) <= LIMIT for frame in whole if isinstance(frame, bytes))


@pytest.mark.covers("F57")
def test_an_endless_stream_is_one_fault_and_the_next_frame_is_good() -> None:
    framer = Framer((b"\r\n",))
    found = [item for _ in range(100) for item in framer.feed(b"9" * 100, 0)]
    assert [item.code for item in found if isinstance(item, Broken)] == ["frame-too-long"]
    assert framer.feed(b"\r\ngood\r\n", 0) == [b"good"]


@pytest.mark.covers("F56")
def test_a_half_frame_expires_and_its_late_rest_is_not_a_frame() -> None:
    framer = Framer((b"\r\n",), deadline_ms=500)
    assert framer.feed(b"S S     12.3", 0) == []
    assert framer.expire(499_000_000) is None
    broken = framer.expire(500_000_000)
    assert broken is not None
    assert broken.code == "half-frame"
    assert framer.expire(900_000_000) is None
    assert framer.feed(b"5 g\r", 0) + framer.feed(b"\nS S 1.0 g\r\n", 0) == [b"S S 1.0 g"]


@pytest.mark.covers("F56")
def test_after_a_silence_a_frame_is_new_even_if_the_last_one_was_broken() -> None:
    framer = Framer((b"\r",), deadline_ms=500)
    framer.feed(b"01A+00", 0)
    assert framer.expire(500_000_000) is not None
    assert framer.feed(b"01A+0000.123\r", 1_100_000_000) == [b"01A+0000.123"]
