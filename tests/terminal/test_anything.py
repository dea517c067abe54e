"""Whatever is touched, scanned, measured or cut: no crash, both languages, nothing lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal import board
from tests.terminal.documents import GOOD_LOT, OLD_LOT, SECRETS, badge_of
from tests.terminal.plant import Bench

PEOPLE = ("ana", "ben", "qi")
STEPS = st.one_of(
    st.tuples(st.just("offered"), st.integers(0, 9)),
    st.tuples(st.just("offered"), st.integers(0, 9)),
    st.tuples(st.just("secret"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("badge"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("scan"), st.sampled_from([GOOD_LOT, OLD_LOT, "X"])),
    st.tuples(st.just("weigh"), st.sampled_from(["0.500", "0.612"])),
    st.tuples(st.just("caliper"), st.sampled_from(["4.10", "9.99"])),
    st.tuples(st.just("wait"), st.sampled_from([0.3, 1.0, 700.0])),
    st.tuples(st.just("instruments"), st.just(0)),
    st.tuples(st.just("rig"), st.just(0)),
    st.tuples(st.just("cut"), st.just(0)),
    st.tuples(st.just("drain"), st.just(0)),
)


def offered(bench: Bench, number: int) -> None:
    """Touch one of the things the screen offers, twice."""
    frame = bench.frame
    wishes = [(a.intent, dict(a.params)) for a in frame.actions]
    wishes += [(c.intent, dict(c.params)) for c in getattr(frame.stage, "choices", ())]
    wishes += [("check", dict(c.params)) for c in getattr(frame.stage, "cards", ())]
    if wishes:
        intent, params = wishes[number % len(wishes)]
        before = bench.journal.size
        bench.touch(intent, **params)
        once = bench.journal.size
        bench.desk.dispatch(intent, params)
        assert once == before or intent == "confirm" or bench.journal.size >= once


PLAYS: dict[str, Callable[[Bench, str], None]] = {
    "offered": lambda bench, value: offered(bench, int(value)),
    "secret": lambda bench, value: bench.keys(SECRETS[value]),
    "badge": lambda bench, value: bench.scan(badge_of(value)),
    "scan": lambda bench, value: bench.lot(value),
    "weigh": lambda bench, value: bench.weigh(value),
    "caliper": lambda bench, value: bench.weigh(value, name="caliper"),
    "wait": lambda bench, value: bench.wait(float(value)),
    "instruments": lambda bench, _: bench.answer() if bench.doors.commands else None,
    "rig": lambda bench, _: bench.touch("rig"),
    "cut": lambda bench, _: bench.restart(),
    "drain": lambda bench, _: bench.drain(),
}


def play(bench: Bench, step: tuple[str, object]) -> None:
    """One thing that happens."""
    PLAYS[step[0]](bench, str(step[1]))


@pytest.mark.covers("P11-10f")
@settings(max_examples=int(os.environ.get("LOTBOOK_PLAYS", "25")))
@given(st.lists(STEPS, max_size=60), st.sampled_from(["", "kit", "check", "label"]))
def test_anything_may_happen(steps: list[tuple[str, object]], until: str) -> None:
    bench = Bench()
    bench.begin()
    for part in ("kit", "check", "label"):
        if not until:
            break
        getattr(bench, part)()
        if part == until:
            break
    for step in steps:
        before = bench.journal.size
        play(bench, step)
        assert bench.journal.size >= before
        view = bench.desk.view()
        chinese = board.compose(replace(view, ui=replace(view.ui, language="zh_CN")))
        assert chinese.name == bench.frame.name
        assert chinese.strip.saved == bench.frame.strip.saved <= bench.journal.size
    live = bench.station.records.states["JO-1"]
    bench.restart()
    folded = bench.station.records.states["JO-1"]
    assert folded.records == live.records
    assert folded.samples == live.samples
    bench.journal.verify()
