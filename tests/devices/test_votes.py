"""Which reads count: one of a strong code, two that agree of a weak one, none that is disputed."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.looks import Look, Seen
from devices.scene import is_changed
from devices.votes import Votes

EAN = Seen(b"4006381333931", "]E0", "4006381333931", "EAN-13", "frame", (100, 100), 80)
STRONG = Seen(b"LOT 1", "]d1", "LOT 1", "Data Matrix", "frame", (400, 100), 40)


def by(seen: Seen, reader: str, **changes: object) -> Seen:
    """The same read by another reader."""
    return msgspec.structs.replace(seen, reader=reader, **changes)


def raws(votes: Votes) -> list[bytes]:
    """What is accepted."""
    return [each.seen.raw for each in votes.accepted]


@pytest.mark.covers("F60")
def test_a_strong_code_counts_at_once_and_a_weak_one_when_two_agree() -> None:
    votes = Votes()
    assert [each.step for each in votes.add((EAN, STRONG), "plain", 0)] == ["plain"]
    assert raws(votes) == [b"LOT 1"]
    assert votes.unsure == (EAN,)
    assert not votes.add((EAN,), "plain", 0)  # the same reader on the same scene
    assert [each.step for each in votes.add((by(EAN, "zbar"),), "upright", 0)] == ["upright"]
    assert not list(votes.unsure)


def test_the_same_reader_may_agree_with_itself_on_another_scene() -> None:
    votes = Votes()
    votes.add((EAN,), "plain", 0)
    votes.add((EAN,), "plain", 1)
    assert raws(votes) == [EAN.raw]


def test_readers_differ_in_zeros_and_modifiers() -> None:
    votes = Votes()
    short = by(EAN, "zbar", raw=b"75720003259", symbology="]E0")
    votes.add((short, by(EAN, "frame", raw=b"0075720003259", symbology="]E3")), "plain", 0)
    assert len(votes.accepted) == 1


@pytest.mark.covers("F60")
def test_two_weak_codes_at_one_place_dispute_each_other() -> None:
    votes = Votes()
    wrong = msgspec.structs.replace(EAN, raw=b"4006381333900", at=(110, 95))
    votes.add((EAN, by(EAN, "bars"), wrong), "plain", 0)
    assert raws(votes) == [EAN.raw]
    votes.add((by(wrong, "zbar"),), "upright", 0)
    assert raws(votes) == []  # two against two: it was accepted, and is not any more
    assert len(votes.unsure) == 2
    votes.add((by(EAN, "contrast"), by(EAN, "sharp")), "contrast", 0)
    assert raws(votes) == [EAN.raw]


def test_two_codes_side_by_side_do_not() -> None:
    votes = Votes()
    beside = msgspec.structs.replace(EAN, raw=b"4006381333900", at=(300, 100))
    votes.add((EAN, beside, by(EAN, "bars"), by(beside, "bars")), "plain", 0)
    assert len(votes.accepted) == 2


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from("abc"), st.integers(0, 1))))
def test_no_weak_code_is_ever_accepted_on_one_vote(reads: list[tuple[int, str, int]]) -> None:
    votes, cast = Votes(), dict[bytes, set[tuple[int, str]]]()
    for content, reader, scene in reads:
        seen = msgspec.structs.replace(EAN, raw=b"%013d" % (content + 1), reader=reader)
        cast.setdefault(seen.raw, set()).add((scene, reader))
        votes.add((seen,), "plain", scene)
        assert all(len(cast[raw]) >= 2 for raw in raws(votes))
        assert len(votes.accepted) <= 1
        assert len(votes.accepted) + len(votes.unsure) == len(cast)


def test_a_scene_is_what_is_shown_and_not_how_bright() -> None:
    here = bytes(range(144))
    assert not is_changed(here, here)
    assert not is_changed(here, bytes(each + 50 for each in here))
    assert is_changed(here, bytes(reversed(here)))
    assert not is_changed(b"", here)
    assert is_changed(here, b"")
    assert Look().scene == b""
