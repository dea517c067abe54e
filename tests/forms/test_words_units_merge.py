"""The rule catalogue's words, units, and the one order of many stations' records."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import entries, units
from forms.job import fold, merge
from forms.merge import refers_to
from forms.rule import Rule
from forms.rules import PASSED, RULES, because, verdict
from forms.terms import Quantity
from tests.forms.build import History
from tests.forms.documents import OFFICE, QUALITY, ZERO, quantity, sample_master


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_every_rule_speaks_both_languages(rule: object) -> None:
    assert isinstance(rule, Rule)
    assert RULES[rule.code] is rule
    assert fields(rule.text.en) == fields(rule.text.zh_CN) == set(rule.params)
    assert not fields(rule.meanwhile.en) | fields(rule.meanwhile.zh_CN)
    assert rule.source
    assert not rule.text.zh_CN.isascii()
    reason = because(rule.code, **dict.fromkeys(rule.params, "{x}"))
    for language in ("en", "zh_CN"):
        assert reason.words(language)
        assert reason.meanwhile(language)


def test_reasons_are_words_of_closed_lists_only_where_they_are_such() -> None:
    reason = because("lot-status", lot="hold", status="hold")
    assert reason.words("en") == "Lot hold may not be used: on hold."
    assert reason.words("zh_CN") == "批次 hold 不得使用：冻结。"
    assert reason.rule.lifted_by == "quality"
    with pytest.raises(ValueError, match="lot-status"):
        because("lot-status", lot="x")


def test_verdicts_add_up() -> None:
    one, two = because("denied"), because("scan-typed")
    both = verdict(one, None) & verdict(two, one)
    assert both.reasons == (one, two)
    assert both.words("en") == (
        "The statement was answered with no.",
        "A code must be scanned, not typed.",
    )
    assert PASSED.effective


def test_units() -> None:
    assert units.known("g")
    assert not units.known("lb")
    assert units.display("Cel") == "°C"
    assert units.display("lb") == "lb"
    assert units.convert(quantity("1.50", "bar"), "kPa") == quantity("150", "kPa")
    assert units.convert(quantity("1500", "mg"), "g") == quantity("1.5", "g")
    assert units.convert(quantity("1", "m"), "m") == quantity("1", "m")
    for amount, to in (
        (quantity("1", "g"), "m"),
        (quantity("1", "lb"), "g"),
        (quantity("1", "s"), "min"),
    ):
        with pytest.raises(ValueError, match=r"converted|exact"):
            units.convert(amount, to)


@given(st.decimals(-1000, 1000, places=6), st.sampled_from([("g", "mg"), ("kg", "g"), ("m", "mm")]))
def test_conversion_is_exact(value: Decimal, pair: tuple[str, str]) -> None:
    there = units.convert(Quantity(value=value, unit=pair[0]), pair[1])
    assert units.convert(there, pair[0]).value == value


def test_sums_are_exact() -> None:
    assert units.total([Decimal("1E+25"), Decimal("1E-20")], 3) == Decimal(
        "3" + "0" * 25 + "." + "0" * 19 + "3"
    )


def test_master_lookups() -> None:
    master = sample_master()
    assert master.bom_line("GLUE").item == "GLUE"
    for look in (
        lambda: master.operation("X"),
        lambda: master.step("OP10", "X"),
        lambda: master.bom_line("X"),
    ):
        with pytest.raises(KeyError):
            look()


def test_refs() -> None:
    history = History()
    lift = entries.HoldLifted(context=history.context(), hold=ZERO, reason="x")
    assert refers_to(lift) == (ZERO,)
    assert refers_to(entries.Unread(kind="x", body={})) == ()


@pytest.mark.covers("TC24", "F53")
@given(st.permutations(range(30)))
def test_merging_is_one_order_whatever_the_arrival(order: list[int]) -> None:
    history = History().to_weighing().weigh("0.9")
    history.raise_about(history.ref)
    history.correct(history.records[0].ref, "yes", "no", field="answer")
    arrived = [history.records[at] for at in order if at < len(history.records)]
    assert list(merge(arrived)) == history.records


def test_the_offices_clock_behind_does_not_put_effects_before_causes() -> None:
    history = History().to_release()
    records = [
        replace(each, origin=OFFICE, index=at, wall=each.wall - timedelta(hours=1))
        if each.entry.context.person == QUALITY  # type: ignore[union-attr]
        else each
        for at, each in enumerate(history.records)
    ]
    merged = merge(records)
    places = {each.ref: at for at, each in enumerate(merged)}
    for each in merged:
        assert all(places[ref] < places[each.ref] for ref in refers_to(each.entry) if ref in places)
    state = fold(history.the_order, lambda _: history.pack, merged, master=history.master)
    assert state.master is not None


def test_a_circle_of_causes_still_ends() -> None:
    history = History()
    records = []
    for at, about in ((0, "b"), (1, "a")):
        entry = entries.NonconformityRaised(
            context=history.context(), about=(about * 64,), description="x"
        )
        history.record(entry, ref=("a", "b")[at] * 64, origin=f"o{at}", index=0)
        records.append(history.records[-1])
    assert len(merge(records)) == 2
