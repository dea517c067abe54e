"""The check of an instrument as a state machine: what passes was asked for, fresh and settled."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from devices.config import CheckRule
from devices.drivers.a_and_d import AAndD
from devices.kinds import Answered, AnyEvent, CodeRead, Faulted, InstrumentState, Photo, Reading
from devices.settle import Settler
from devices.sim.balances import AAndDBalance
from devices.sim.kits import KITS
from devices.sim.memory import MemoryWire
from devices.testing import SetClock
from forms.terms import Quantity
from terminal.checks import PLANS, STEP_NS, Check, given_up, heard, nought, plan_of, waited

S = 1_000_000_000
RULES = st.builds(
    CheckRule,
    zero=st.sampled_from([None, Decimal("0.02")]),
    load=st.sampled_from([None, Decimal(50)]),
    tolerance=st.sampled_from([None, Decimal("0.1")]),
)
VALUES = st.sampled_from(["0.00", "-0.01", "0.04", "0.30", "25.00", "49.95", "50.00", "50.40", ""])


def reading(
    value: str, at_ns: int, *, settled: bool = True, state: str = "stable", name: str = "it"
) -> Reading:
    """A reading; empty: none."""
    quantity = Quantity(value=Decimal(value), unit="g") if value else None
    return Reading(
        name=name, quantity=quantity, state=state if value else "overload",  # type: ignore[arg-type]
        raw=b"raw", taken_at_ns=at_ns, settled=settled and bool(value) and state == "stable",
    )  # fmt: skip


def begun(kind: str, rule: CheckRule = CheckRule(), *, polled: bool = True) -> Check:  # noqa: B008
    """A check at its first step."""
    return Check("it", plan_of(kind, rule), rule, polled, since_ns=0)  # type: ignore[arg-type]


def fed(check: Check, *values: str) -> Check:
    """A settled value each second."""
    for second, value in enumerate(values, start=1):
        now = check.since_ns + second * S
        check = heard(check, reading(value, now), now)
    return check


EVENTS = st.one_of(
    st.tuples(st.just("reading"), VALUES, st.booleans(), st.sampled_from(["it", "other"])),
    st.tuples(st.just("old"), VALUES, st.just(True), st.just("it")),
    st.tuples(st.just("code"), st.sampled_from(["A", "B"]), st.just(True), st.just("it")),
    st.tuples(st.just("photo"), st.just(""), st.booleans(), st.just("it")),
    st.tuples(st.just("lost"), st.just(""), st.booleans(), st.sampled_from(["it", "other"])),
    st.tuples(st.just("wait"), st.just(""), st.booleans(), st.just("it")),
)


def event_of(step: tuple[str, str, bool, str], now: int) -> AnyEvent | None:
    """The event a drawn step stands for; None: only time goes by."""
    what, value, good, name = step
    if what in ("reading", "old"):
        at = now if what == "reading" else -1
        return reading(value, at, settled=good, name=name)
    if what == "code":
        return CodeRead(name=name, raw=value.encode())
    if what == "photo":
        fault = None if good else Faulted(name=name, code="absent", kind="transient")
        return Answered(name=name, id="1", fault=fault, photo=Photo.of(b"x") if good else None)
    if what == "lost":
        code = "" if good else "absent"
        state = InstrumentState(name=name, equipment_class="x", state="ready", code=code)
        return state if good else replace(state, state="absent")
    return None


@pytest.mark.covers("F59")
@given(st.sampled_from(sorted(PLANS)), RULES, st.booleans(), st.lists(EVENTS, max_size=30))
def test_a_pass_rests_on_fresh_settled_values_that_fit(
    kind: str,
    rule: CheckRule,
    polled: bool,
    steps: list[tuple[str, str, bool, str]],
) -> None:
    check, now = begun(kind, rule, polled=polled), 0
    for step in steps:
        now += S
        before = check
        event = event_of(step, now)
        if event is not None:
            check = heard(check, event, now)
        elif not step[2]:
            now += STEP_NS
            check = waited(check, now)
        assert check.done[: len(before.done)] == before.done
        assert not before.outcome or check is before
        if len(check.done) > len(before.done):
            _judged(check, before.since_ns)
    if check.outcome == "pass":
        assert [done.asks for done in check.done] == list(check.plan)


def _judged(check: Check, began_ns: int) -> None:
    """The step just answered."""
    done = check.done[-1]
    if done.why:
        assert check.outcome == "fail"
        return
    if done.asks in ("empty", "cleared", "closed", "load", "piece", "fresh"):
        assert done.reading is not None
        assert done.reading.name == "it"
        assert done.reading.taken_at_ns >= began_ns
        assert done.reading.quantity is not None
        assert done.asks == "fresh" or done.reading.settled or not check.polled
        value = done.reading.quantity.value
        if done.asks in ("empty", "cleared", "closed"):
            assert abs(value) <= nought(check.rule, done.reading) == done.tolerance
        if done.expected is not None and done.tolerance is not None:
            assert abs(value - done.expected) <= done.tolerance


@pytest.mark.covers("F59")
@pytest.mark.parametrize(
    ("rule", "values", "outcome", "why"),
    [
        (CheckRule(), ("0.00", "50.01", "0.05"), "pass", ""),
        (
            CheckRule(load=Decimal(50), tolerance=Decimal("0.1")),
            ("0.00", "49.9", "0.0"),
            "pass",
            "",
        ),
        (CheckRule(load=Decimal(50)), ("0.00", "49.90"), "fail", "not-as-expected"),
        (CheckRule(), ("0.00", "50.00", "0.40"), "fail", "not-zero"),
        (CheckRule(), ("3.00", "3.00"), "", ""),
        (CheckRule(), ("0.00", "0.06"), "", ""),
        (CheckRule(), ("0.00", "50.00", "50.00"), "", ""),
    ],
)
def test_a_balance_shows_nought_a_weight_and_nought(
    rule: CheckRule, values: tuple[str, ...], outcome: str, why: str
) -> None:
    check = fed(begun("loaded", rule), *values)
    assert check.outcome == outcome
    assert (check.done[-1].why if check.done else "") == why


@pytest.mark.covers("F59")
def test_a_frozen_scale_fails_and_a_pressed_key_is_an_answer() -> None:
    frozen = heard(begun("loaded"), reading("0.00", S, state="frozen"), S)
    assert (frozen.outcome, frozen.done[-1].why) == ("fail", "frozen")
    pressed = begun("closed", CheckRule(load=Decimal(25)), polled=False)
    assert pressed.plan == ("closed", "piece")
    assert heard(pressed, reading("0.31", S), S).done[-1].why == "not-zero"
    assert heard(pressed, reading("", S), S).done[-1].why == "overload"
    good = fed(pressed, "0.01", "25.04")
    assert good.outcome == "pass"
    assert fed(pressed, "0.01", "25.06").done[-1].why == "not-as-expected"


def test_a_person_may_give_up_and_time_runs_out() -> None:
    check = begun("value")
    assert given_up(check, S).done[-1].why == "person"
    assert waited(check, STEP_NS - 1) is check
    assert waited(check, STEP_NS).done[-1].why == "too-late"
    done = fed(check, "1.00")
    assert done.outcome == "pass"
    assert given_up(done, S) is done
    assert waited(done, 9 * STEP_NS) is done


@pytest.mark.covers("F59")
def test_a_simulated_balance_is_checked_through_its_driver() -> None:
    balance, clock, config = AAndDBalance(), SetClock(), KITS["a_and_d"].config("")
    driver, settler = AAndD(config, clock, MemoryWire(balance, clock)), Settler(config.settling)
    rule = CheckRule(load=Decimal(50), tolerance=Decimal("0.001"))
    check = Check(config.name, plan_of("loaded", rule), rule, polled=True, since_ns=0)
    driver.open()
    for value in ("0.0000", "50.0004", "0.0001"):
        balance.show(Decimal(value))
        before = check
        for _ in range(10):
            clock.pass_ms(200)
            check = heard(check, settler.feed(driver.read()), clock.monotonic_ns())
        assert len(check.done) == len(before.done) + 1
    assert check.outcome == "pass"
    readings = [done.reading for done in check.done]
    assert all(one is not None and len(one.series) >= 5 for one in readings)
