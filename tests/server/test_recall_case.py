"""A recall case as the fold of its steps, and the mass balance: rules for every input."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from server.recall import case as kinds
from server.recall.balance import MassBalance, Moved, balance
from server.recall.case import RecallCase, Step, fold
from server.recall.points import Facts, open_points

CONSIGNEES = ("A", "B", "C")
AMOUNTS = st.decimals(0, 10_000, places=3)
MOVED = st.builds(
    Moved,
    item=st.just("I"),
    lot=st.just("L"),
    unit=st.just("ea"),
    made=st.none() | AMOUNTS,
    used=AMOUNTS,
    shipped=AMOUNTS,
    returned=AMOUNTS,
    here=AMOUNTS,
    scrapped=AMOUNTS,
    in_stock=st.none() | AMOUNTS,
    mixed_units=st.just(()) | st.just(("kg",)),
)


@pytest.mark.covers("REC-806/7")
@given(MOVED)
def test_a_balance_adds_up_to_the_last_digit_and_hides_no_contradiction(moved: Moved) -> None:
    found = balance(moved)
    stock = found.in_stock or Decimal(0)
    assert found.with_consignees + moved.returned == moved.shipped
    assert found.returned <= moved.here
    if moved.made is None:
        assert found.unknown is None
        assert not found.closed
    else:
        assert found.unknown is not None
        whole = found.used + found.with_consignees + found.returned + stock + found.scrapped
        assert whole + found.unknown == moved.made
        if found.unknown < 0:
            assert found.contradiction
    if moved.returned > moved.shipped or moved.mixed_units:
        assert found.contradiction
    assert not (found.closed and found.contradiction)


def closed() -> MassBalance:
    return balance(Moved(item="I", lot="L", unit="ea", made=Decimal(0)))


class CaseMachine(RuleBasedStateMachine):
    """Steps in any order; what the case says is what the steps said, and nothing is lost."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.revision = 0
        self.noticed: dict[str, int] = {}
        self.sent: set[str] = set()
        self.acknowledged: set[str] = set()
        self.reached: set[str] = set()
        self.over = False

    def say(self, kind: str, **body: Any) -> None:  # noqa: ANN401 - a step's body
        index = len(self.steps)
        said = {"case": "R-0001", **body}
        self.steps.append(Step(index=index, kind=kind, at=f"t{index}", person="P", body=said))

    @initialize()
    def open(self) -> None:
        cause = {"suspect": "lot", "item": "I", "lot": "L"}
        about = {"depth": "consumer", "classification": ""}
        self.say(kinds.OPENED, drill=False, reason="r", cause=cause, **about)

    @precondition(lambda self: not self.over)
    @rule()
    def freeze(self) -> None:
        self.revision += 1
        counts = dict.fromkeys(("lots", "units", "lines", "consignees", "not_known"), 1)
        more = {"added_lots": 0, "added_lines": 0, "known_at": self.revision}
        self.say(kinds.SCOPED, revision=self.revision, scope=f"s{self.revision}", **counts, **more)

    @precondition(lambda self: self.revision and not self.over)
    @rule(some=st.sets(st.sampled_from(CONSIGNEES), min_size=1))
    def notice(self, some: set[str]) -> None:
        pairs = [[one, f"d-{one}"] for one in sorted(some)]
        self.say(kinds.NOTICED, revision=self.revision, language="en", notices=pairs)
        self.noticed |= dict.fromkeys(some, self.revision)
        self.sent -= some
        self.acknowledged -= some
        self.reached -= some  # a check from before was of another scope

    @precondition(lambda self: not self.over)
    @rule(some=st.sets(st.sampled_from(CONSIGNEES)))
    def send(self, some: set[str]) -> None:
        self.say(kinds.SENT, consignees=sorted(some), how="letter")
        self.sent |= some & set(self.noticed)

    @precondition(lambda self: not self.over)
    @rule(some=st.sets(st.sampled_from(CONSIGNEES)))
    def acknowledge(self, some: set[str]) -> None:
        self.say(kinds.ACKNOWLEDGED, consignees=sorted(some), by="Dr. A")
        self.acknowledged |= some & set(self.noticed)

    @precondition(lambda self: not self.over)
    @rule(one=st.sampled_from(CONSIGNEES), reached=st.booleans())
    def check(self, one: str, *, reached: bool) -> None:
        body = {"consignee": one, "reached": reached, "how": "visit"}
        self.say(kinds.CHECKED, returned="0", destroyed="0", note="", **body)
        (self.reached.add if reached else self.reached.discard)(one)

    @precondition(lambda self: not self.over)
    @rule()
    def terminate(self) -> None:
        if not self.open_codes():
            self.say(kinds.TERMINATED, conclusion="done")
            self.over = True

    def case(self) -> RecallCase:
        found = fold(self.steps)
        assert found is not None
        return found

    def open_codes(self) -> list[str]:
        facts = Facts(
            consignees=CONSIGNEES, grown=0, silent=(), late_uses=(), balances=(closed(),),
            unsayable=0,
        )  # fmt: skip
        return [one.code for one in open_points(self.case(), facts)]

    @invariant()
    def the_case_is_what_was_said(self) -> None:
        if not self.steps:
            return
        case, every = self.case(), set(CONSIGNEES)
        assert [one.number for one in case.revisions] == list(range(1, self.revision + 1))
        assert {one for one, notice in case.notices.items() if notice.sent_at} == self.sent
        told = {one for one, notice in case.notices.items() if notice.acknowledged_at}
        assert told == self.acknowledged
        assert case.open is not self.over
        codes = self.open_codes()
        newest = {one for one, number in self.noticed.items() if number == self.revision}
        assert ("notice-missing" in codes) == bool(every - newest)
        assert ("check-missing" in codes) == bool(every - self.reached)
        if self.over:
            assert newest == self.sent == self.acknowledged == self.reached == every

    @invariant()
    def the_first_steps_give_the_case_as_it_was(self) -> None:
        """A prefix of the steps is an earlier case: nothing later changes what it was."""
        if len(self.steps) > 1:
            before = fold(self.steps[:-1])
            assert before is not None
            assert self.case().revisions[: len(before.revisions)] == before.revisions


TestCase = CaseMachine.TestCase
