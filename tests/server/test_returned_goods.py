"""Goods that came back and went again count once, where they are; what is missing stays unknown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.recall.balance import MassBalance, Moved, balance
from server.recall.returns import Passing, still_here
from tests.server.plant import Plant

STEPS = st.lists(
    st.tuples(st.sampled_from(["ship", "ship again", "return"]), st.integers(1, 9)), max_size=20
)
MADE = 30


class World:
    """A lot of serialised units: where each really is, and what is said of it."""

    def __init__(self, *, named: bool) -> None:
        self.shelf, self.back, self.out = [f"S{n}" for n in range(MADE)], list[str](), list[str]()
        self.said: list[Passing] = []
        self._named = named

    def step(self, what: str, most: int) -> None:
        source, target = {
            "ship": (self.shelf, self.out),
            "ship again": (self.back, self.out),
            "return": (self.out, self.back),
        }[what]
        moved, source[:] = source[:most], source[most:]
        target += moved
        serials = tuple(moved) if self._named else ()
        at = f"2026-03-{len(self.said) // 20 + 1:02}T{len(self.said) % 20:02}:00:00+00:00"
        self.said.append(Passing(at, what == "return", Decimal(len(moved)), serials))

    def balanced(self, scrapped: int, lost: int) -> MassBalance:
        """``scrapped``: of what came back; ``lost``: from the shelf, whose rest is counted."""
        gone = Decimal(min(scrapped, len(self.back)))
        del self.back[: int(gone)]
        del self.shelf[:lost]
        went = [Passing("2026-04-01", False, gone)]
        return balance(
            Moved(
                item="I", lot="L", unit="ea", made=Decimal(MADE), scrapped=gone,
                shipped=sum((one.quantity for one in self.said if not one.back), Decimal(0)),
                returned=sum((one.quantity for one in self.said if one.back), Decimal(0)),
                here=still_here([*self.said, *went]), in_stock=Decimal(len(self.shelf)),
            )
        )  # fmt: skip


@pytest.mark.covers("REC-806/7")
@given(STEPS, st.booleans(), st.integers(0, 5), st.integers(0, 5))
def test_what_comes_back_and_goes_again_is_no_contradiction_and_hides_nothing(
    steps: list[tuple[str, int]], named: bool, scrapped: int, lost: int
) -> None:
    world = World(named=named)
    for what, most in steps:
        world.step(what, most)
    missing = min(lost, len(world.shelf))
    found = world.balanced(scrapped, lost)
    assert not found.contradiction
    assert found.with_consignees == len(world.out)
    assert found.unknown is not None
    assert found.unknown >= missing, "what is missing shows"
    assert found.returned <= len(world.back), "no more is called here than is"
    if named:
        assert found.unknown == missing
        assert found.returned == len(world.back)


UNITS = frozenset("abcde")
GOES, COMES = "goes", "comes"
MOVES = st.lists(
    st.tuples(st.sampled_from([GOES, COMES]), st.sets(st.sampled_from(sorted(UNITS))),
              st.integers(0, 5)),
    max_size=8,
)  # fmt: skip


@pytest.mark.covers("REC-806/7")
@settings(max_examples=1_000)
@example([(GOES, {*"abc"}, 0), (COMES, {*"abc"}, 0), (GOES, {*UNITS}, 5)])
@example([(GOES, {*UNITS}, 5), (COMES, {*UNITS}, 5), (GOES, {*"abc"}, 0), (COMES, {"a"}, 0),
          (GOES, {*"ade"}, 3)])  # fmt: skip
@given(MOVES)
def test_whoever_is_named_now_and_not_then_no_more_is_called_here_than_is(
    moves: list[tuple[str, set[str], int]],
) -> None:
    out, back = set[str](), set[str]()
    said: list[Passing] = []
    for what, some, named in moves:
        units = sorted(some & out if what == COMES else some - out)
        out, back = (out - some, back | {*units}) if what == COMES else (out | some, back - some)
        at = f"2026-03-02T08:{len(said):02}:00Z"
        said.append(Passing(at, what == COMES, Decimal(len(units)), tuple(units[:named])))
    assert 0 <= still_here(said) <= len(back)
    if all(len(one.serials) == one.quantity for one in said):
        assert still_here(said) == len(back)


def move(plant: Plant, door: str, number: str, much: str, day: int) -> None:
    line = {"line": "1", "item": "TUB-1", "lot": "T2", "quantity": much, "unit": "m"}
    at = f"2026-03-{day:02}T08:00:00Z"
    answer = plant.act("P-QA", f"/api/{door}", id=number, consignee="Clinic", at=at, lines=[line])
    assert answer.status_code == 201, answer.text


@pytest.mark.covers("REC-806/7")
def test_a_lot_that_was_returned_and_shipped_again_twice_adds_up(plant: Plant) -> None:
    for day, (door, number, much) in enumerate(
        [("shipments", "S1", "100"), ("returns", "R1", "40"), ("shipments", "S2", "40"),
         ("returns", "R2", "10"), ("shipments", "S3", "10"), ("returns", "R3", "5")], 1
    ):  # fmt: skip
        move(plant, door, number, much, day)
    cause = {"suspect": "lot", "item": "TUB-1", "lot": "T2"}
    told: dict[str, Any] = plant.act(
        "P-QA", "/api/recalls", cause=cause, reason="x", depth="retail"
    ).json()
    (found,) = told["balances"]
    wanted = {"shipped": "150", "with_consignees": "95", "returned": "5", "unknown": "0"}
    assert {name: found[name] for name in wanted} == wanted
    assert not found["contradiction"]
    assert found["made"] == "100"
