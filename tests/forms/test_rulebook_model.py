"""The rule book against an independent, simpler model, over random and hostile histories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.cover import DOING, required_cover
from forms.job import Recorded, fold
from forms.masters import SignStep
from forms.release import judge_release
from forms.terms import Disposition, Meaning, PersonnelClass
from tests.forms.build import History, scan
from tests.forms.documents import (
    ADMINISTRATOR,
    GLUE_GTIN,
    OPERATOR,
    QUALITY,
    SUPERVISOR,
    TODAY,
    TUBE_GTIN,
    ZERO,
    quantity,
)

STEPS = (
    "confirm",
    "tube",
    "take-tube",
    "glue",
    "take-glue",
    "weigh",
    "od-1",
    "od-2",
    "leak",
    "labels",
    "sign",
)
PLACES = {
    "confirm": ("OP10", "S10"), "tube": ("OP10", "S20"), "take-tube": ("OP10", "S20"),
    "glue": ("OP10", "S30"), "take-glue": ("OP10", "S30"), "weigh": ("OP20", "S10"),
    "od-1": ("OP20", "S20"), "od-2": ("OP20", "S20"), "leak": ("OP20", "S30"),
}  # fmt: skip
RESULTS = ("weigh", "od-1", "od-2", "leak")
PEOPLE = (OPERATOR, OPERATOR, OPERATOR, SUPERVISOR, QUALITY, ADMINISTRATOR, "P-GHOST", "")
SERIALS = ("0001", "0002")


@dataclass
class Model:
    """What truly happened, kept without the judge: a pointer, a few sets."""

    at: int = 0
    failed: bool = False
    dead: bool = False
    printed: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    scrapped: set[str] = field(default_factory=set)
    last_label: str = ""
    """Serial of the last record, if it is a label record that counted."""
    forged: bool = False
    hands: set[str] = field(default_factory=set)
    """Who laid a hand on the work, refused or not: they may not sign or release it."""
    dirty: bool = False
    """Something without effect came after the last good sign-off."""

    @property
    def now(self) -> str:
        return STEPS[self.at] if self.at < len(STEPS) else "done"

    def work(self, step: str, *, good: bool, right: bool) -> None:
        """``right``: person, place and soundness; ``good``: the result itself."""
        self.last_label = ""
        identified_again = step in {"tube", "glue"} and self.now == f"take-{step}"
        if self.dead or not right or self.failed or (step != self.now and not identified_again):
            self.dirty = True
        elif good and not identified_again:
            self.at += 1
        elif not good and step in RESULTS:
            self.failed = True
        elif not good:
            self.dirty = True

    def label(self, what: str, serial: str, *, right: bool) -> None:
        gone = self.made | self.scrapped
        free = self.now == "labels" and right and not self.dead and serial not in gone
        self.last_label = serial
        if what == "print" and free and serial not in self.printed:
            self.printed.add(serial)
        elif what == "read" and free and serial in self.printed:
            self.read.add(serial)
        elif what == "produce" and free and serial in self.read:
            self.made.add(serial)
            self.at += len(self.made | self.scrapped) == len(SERIALS)
        else:
            self.last_label = ""
            self.dirty = True

    def scrap(self) -> None:
        """Of a unit, where the last record is its label; else of the lot."""
        if not self.last_label:
            self.dead = True
            return
        self.made.discard(self.last_label)
        self.scrapped.add(self.last_label)
        if self.now == "labels":
            self.at += len(self.made | self.scrapped) == len(SERIALS)


class Player:
    """Does things to a history and tells the model what truly happened."""

    def __init__(self) -> None:
        self.history = History()
        self.model = Model()

    def work(self, step: str, *, good: bool, person: str, unit: str, sound: bool) -> None:
        history = self.history.by(person)
        operation, ident = PLACES[step]
        before = len(history.records)
        self._place = {"operation": operation, "step": ident, "work_unit": unit}
        with_place = _AtPlace(history, self._place, sound=sound)
        _RECORD[step](with_place, good)
        assert len(history.records) == before + 1
        right = person == OPERATOR and unit == "WU-1" and sound
        self.model.forged |= not sound
        self.model.hands |= {person} if sound else set()
        self.model.work(step, good=good, right=right)

    def label(self, what: str, serial: str, *, person: str) -> None:
        history = self.history.by(person)
        at = _AtPlace(history, {"operation": "OP30", "step": "S10"}, sound=True)
        printed = history.state.printed
        if what == "print":
            at.print_label(serial)
        elif serial not in printed:
            return
        elif what == "read":
            at.read_label(serial)
        else:
            at.produce(serial)
        self.model.hands.add(person)
        self.model.label(what, serial, right=person == OPERATOR)

    def settle(self, disposition: Disposition, person: str) -> None:
        """Raise, decide and sign over the last record, by that person."""
        if not self.history.records:
            return
        history, model = self.history, self.model
        closed, about = model.dead, history.records[-1].entry
        history.by(OPERATOR).raise_about(history.ref)
        about_failed = model.failed and self._last_failed
        history.by(person).decide(history.ref, disposition)
        signing = PersonnelClass.QUALITY if person == QUALITY else PersonnelClass.SUPERVISOR
        history.sign(Meaning.APPROVED, signing, history.ref)
        allowed = person == QUALITY or (
            person == SUPERVISOR and disposition is not Disposition.CONCESSION
        )
        own = isinstance(about, DOING) and self.history.records[-4].sound
        allowed &= not (own and about.context.person == person)  # type: ignore[union-attr]
        self.open_points |= not allowed
        if allowed and disposition is Disposition.SCRAP:
            model.scrap()
        elif allowed and about_failed and not closed:
            model.failed = False
            model.at += disposition is Disposition.CONCESSION
        model.last_label = ""

    open_points = False

    @property
    def _last_failed(self) -> bool:
        """Whether the record before the nonconformity is the failing result itself."""
        return self.history.verdicts[-2].effective and not self.history.verdicts[-2].passed

    def sign_off(self, person: str, *, all_of_it: bool) -> None:
        history, model = self.history, self.model
        model.last_label = ""
        step = history.master.step("OP40", "S10")
        assert isinstance(step, SignStep)
        cover = required_cover(history.state, "OP40", step)
        cover = cover if all_of_it else cover[1:]
        signing = PersonnelClass.SUPERVISOR if person != QUALITY else PersonnelClass.QUALITY
        at = _AtPlace(history.by(person), {"operation": "OP40", "step": "S10"}, sound=True)
        at.sign(Meaning.VERIFIED, signing, *cover)
        good = person == SUPERVISOR and all_of_it and bool(cover) and person not in model.hands
        if model.now == "sign" and good and not model.dead and not self.open_points:
            model.at += 1
            model.dirty = False
        else:
            model.dirty = True


class _AtPlace:
    """A history whose next record claims a place, true or not."""

    def __init__(self, history: History, place: dict[str, str], *, sound: bool) -> None:
        self._history, self._place, self._sound = history, place, sound

    def __getattr__(self, name: str) -> Callable[..., None]:
        history, place, sound = self._history, self._place, self._sound

        def call(*args: object, **named: object) -> None:
            context, record = history.context, history.record
            history.context = lambda **changes: context(**{**place, **changes})  # type: ignore[method-assign]
            history.record = lambda entry: record(entry, sound=sound)  # type: ignore[method-assign,assignment,misc]
            try:
                getattr(history, name)(*args, **named)
            finally:
                del history.context, history.record

        return call

    @property
    def identified(self) -> str:
        known = self._history.state.identified.get((self._place["operation"], self._place["step"]))
        return known[0] if known else ZERO


def _consume(at: _AtPlace, item: str, lot: str, amount: str, unit: str) -> None:
    at.consume(item, lot, quantity(amount, unit), identified=at.identified)


_LATER = TODAY + timedelta(days=30)
_RECORD: dict[str, Callable[[_AtPlace, bool], None]] = {
    "confirm": lambda at, good: at.confirm("yes" if good else "no"),
    "tube": lambda at, good: at.identify(
        scan(TUBE_GTIN, "T1", _LATER) if good else scan(TUBE_GTIN, "T-OLD")
    ),
    "glue": lambda at, good: at.identify(scan(GLUE_GTIN if good else TUBE_GTIN, "G1")),
    "take-tube": lambda at, good: _consume(at, "TUBE", "T1", "3.0" if good else "2.9", "m"),
    "take-glue": lambda at, good: _consume(at, "GLUE", "G1", "0.4" if good else "0.5", "g"),
    "weigh": lambda at, good: at.weigh("0.30" if good else "0.2999"),
    "od-1": lambda at, good: at.diameter(1, "4.20" if good else "4.201"),
    "od-2": lambda at, good: at.diameter(2, "4.00" if good else "3.999"),
    "leak": lambda at, good: at.inspect("pass" if good else "fail"),
}

likely = st.sampled_from((True,) * 5 + (False,))
work = st.tuples(
    st.just("work"),
    st.one_of(st.none(), st.sampled_from(STEPS[:9])),
    likely,
    st.sampled_from(PEOPLE),
    st.sampled_from(("WU-1",) * 7 + ("WU-9",)),
    likely,
)
label = st.tuples(
    st.just("label"),
    st.sampled_from(("print", "read", "produce")),
    st.sampled_from(SERIALS),
    st.sampled_from((OPERATOR,) * 5 + (SUPERVISOR,)),
)
settle = st.tuples(
    st.just("settle"),
    st.sampled_from(Disposition),
    st.sampled_from((OPERATOR, SUPERVISOR, QUALITY)),
)
sign = st.tuples(st.just("sign"), st.sampled_from((OPERATOR, SUPERVISOR, QUALITY)), likely)
fast = st.just(("fast",))
actions = st.lists(
    st.one_of(fast, fast, fast, fast, work, label, settle, sign), min_size=1, max_size=25
)


def play(player: Player, action: tuple[object, ...]) -> None:
    kind, *rest = action
    if kind == "fast":
        go_on(player)
    elif kind == "work":
        step, good, person, unit, sound = rest
        step = step or (player.model.now if player.model.now in PLACES else "weigh")
        player.work(
            str(step), good=bool(good), person=str(person), unit=str(unit), sound=bool(sound)
        )
    elif kind == "label":
        player.label(str(rest[0]), str(rest[1]), person=str(rest[2]))
    elif kind == "settle":
        player.settle(Disposition(str(rest[0])), str(rest[1]))
    else:
        player.sign_off(str(rest[0]), all_of_it=bool(rest[1]))


def go_on(player: Player) -> None:
    """The honest next thing."""
    model = player.model
    if model.now in PLACES:
        player.work(model.now, good=True, person=OPERATOR, unit="WU-1", sound=True)
    elif model.now == "labels":
        serial = next(each for each in SERIALS if each not in model.made | model.scrapped)
        for what, done in (("print", model.printed), ("read", model.read), ("produce", model.made)):
            if serial not in done:
                player.label(what, serial, person=OPERATOR)
    elif model.now == "sign":
        player.sign_off(SUPERVISOR, all_of_it=True)


@pytest.mark.covers("P11-10f", "P11-10g", "ISO-8.2.6", "ISO-8.3", "A11-15")
@given(st.integers(0, 11), actions)
def test_the_state_never_gets_ahead_of_what_truly_happened(
    honest: int, played: list[tuple[object, ...]]
) -> None:
    player = Player()
    for _ in range(honest):
        go_on(player)
    model = player.model
    for action in played:
        play(player, action)
        current = player.history.state.current
        where = "done" if current is None else (current[0].id, current[1].id)
        expected = {"labels": ("OP30", "S10"), "sign": ("OP40", "S10"), "done": "done"}
        assert where == (PLACES.get(model.now) or expected[model.now])
    state = player.history.state
    quality = next(each for each in player.history.the_pack.people if each.id == QUALITY)
    may = judge_release(state, person=quality).passed
    if QUALITY in model.hands:
        assert not may
    if model.now != "done" or model.dead or model.failed or player.open_points or model.forged:
        assert not may
    player.history.by(QUALITY).decide_release()
    player.history.sign(Meaning.RELEASED, PersonnelClass.QUALITY, player.history.ref)
    assert (player.history.state.decision == "released") == may


@pytest.mark.covers("P11-10f", "TC23", "TC24")
@given(st.permutations(range(18)), st.sets(st.integers(0, 17), max_size=2))
def test_shuffled_or_missing_records_never_release(order: list[int], dropped: set[int]) -> None:
    history = History().to_release()
    chosen = [history.records[at] for at in order if at not in dropped]
    state = fold(history.the_order, lambda _: history.pack, chosen, master=history.master)
    in_order = list(order) == sorted(order) and not dropped
    assert state.decision != "released" or in_order or _only_labels_swapped(chosen)


def _only_labels_swapped(records: list[Recorded]) -> bool:
    """Two units' labels may be made in any order; nothing else may move."""
    indices = [each.index for each in records]
    return (
        len(indices) == 18
        and sorted(indices[9:15]) == list(range(9, 15))
        and (indices[:9] + indices[15:] == [*range(9), *range(15, 18)])
    )


@given(st.integers(0, 17), st.integers(0, 17))
def test_a_repeated_record_changes_nothing(at: int, again: int) -> None:
    history = History().to_release()
    repeated = [*history.records[: at + 1], history.records[min(at, again)]]
    rest = history.records[at + 1 :]
    state = fold(history.the_order, lambda _: history.pack, repeated + rest, master=history.master)
    assert state == history.state


@given(st.integers(0, 17))
def test_an_unsound_record_never_counts(at: int) -> None:
    history = History().to_release()
    records = list(history.records)
    records[at] = replace(records[at], sound=False)
    state = fold(history.the_order, lambda _: history.pack, records)
    assert state.decision != "released"
    assert not judge_release(state).passed
