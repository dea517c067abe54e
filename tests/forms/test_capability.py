"""Is the instrument good enough: unit, range, test uncertainty ratio."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.capability import allowance, incapable, worst_error
from forms.masters import Limits
from forms.terms import Capability, Metrology, PhysicalAsset
from tests.forms.build import History
from tests.forms.documents import sample_assets, sample_pack

SITE = Metrology()


def limits(low: str = "", high: str = "", target: str = "", unit: str = "g") -> Limits:
    sides = {"low": low, "high": high, "target": target}
    return Limits(unit=unit, **{name: Decimal(text) for name, text in sides.items() if text})


def able(unit: str = "g", **sizes: str) -> Capability:
    return Capability(unit=unit, **{name: Decimal(text) for name, text in sizes.items()})


def codes(capability: Capability | None, asked: Limits, site: Metrology = SITE) -> list[str]:
    asset = PhysicalAsset(
        id="A", equipment_class="balance", serial_number="1", calibration_due=None,
        capability=capability,
    )  # fmt: skip
    return [reason.code for reason in incapable(asset, asked, site)]


@pytest.mark.covers("ISO-7.6")
@pytest.mark.parametrize(
    ("capability", "asked", "found"),
    [
        (able(uncertainty="0.025"), limits("0.30", "0.50"), []),  # exactly 4 to 1
        (able(uncertainty="0.0251"), limits("0.30", "0.50"), ["instrument-not-capable"]),
        (able(tolerance="0.03"), limits("0.30", "0.50"), ["instrument-not-capable"]),
        (able(resolution="0.1"), limits("0.30", "0.50"), ["instrument-not-capable"]),
        (able(uncertainty="0.001", resolution="0.05"), limits("0.30", "0.50"), []),
        (able(uncertainty="9"), limits("0.30"), []),  # one limit, no target: no tolerance
        (able(uncertainty="9"), limits("0.30", target="0.40"), ["instrument-not-capable"]),
        (able(uncertainty="9"), limits(high="0.5", target="0.4"), ["instrument-not-capable"]),
        (able(uncertainty="0"), limits("1", "1"), []),
        (able(uncertainty="1"), limits("1", "1"), ["instrument-not-capable"]),
        (able(low="0.3", high="0.5"), limits("0.3", "0.5"), []),
        (able(low="0.31"), limits("0.3", "0.5"), ["instrument-range"]),
        (able(high="0.49"), limits("0.3", "0.5"), ["instrument-range"]),
        (able(high="0.49"), limits("0.3"), []),
        (able("mg", uncertainty="25"), limits("0.30", "0.50"), []),
        (able("mg", low="400"), limits("0.30", "0.50"), ["instrument-range"]),
        (able("mm"), limits("0.30", "0.50"), ["instrument-unit"]),
        (able(), limits("0.30", "0.50"), []),
        (None, limits("0.30", "0.50"), []),
    ],
)
def test_good_enough_or_not(capability: Capability | None, asked: Limits, found: list[str]) -> None:
    assert codes(capability, asked) == found


def test_a_site_can_ask_for_another_ratio_and_for_the_statement_itself() -> None:
    coarse, asked = able(uncertainty="0.05"), limits("0.30", "0.50")
    assert codes(coarse, asked, Metrology(least_ratio=Decimal(2))) == []
    assert codes(None, asked, Metrology(capability_needed=True)) == ["capability-unknown"]


def test_the_words_say_the_ratio_and_never_round_it_up() -> None:
    asset = msgspec.structs.replace(sample_assets()[0], capability=able(uncertainty="0.02503"))
    (reason,) = incapable(asset, limits("0.30", "0.50"), SITE)
    assert "3.99 to 1; 4 to 1" in reason.words("en")
    assert "3.99 比 1" in reason.words("zh_CN")
    (beyond,) = incapable(
        msgspec.structs.replace(asset, capability=able(high="0.4")), limits("0.3", "0.5"), SITE
    )
    assert "-∞ to 0.4 g" in beyond.words("en")


@pytest.mark.covers("ISO-7.6", "P11-10h")
def test_an_instrument_too_coarse_cannot_record() -> None:
    first, *others = sample_assets()
    coarse = msgspec.structs.replace(first, capability=able(uncertainty="0.1"))
    history = History(pack=sample_pack(assets=(coarse, *others))).to_weighing().weigh()
    assert history.codes == ("instrument-not-capable",)
    assert not history.verdict.effective


@pytest.mark.parametrize(
    "sizes",
    [
        {"resolution": "-1"},
        {"uncertainty": "NaN"},
        {"tolerance": "1E+31"},
        {"low": "1", "high": "1"},
        {"low": "Infinity"},
    ],
)
def test_what_is_no_capability_is_refused(sizes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"plain|more|nothing"):
        able(**sizes)


_SIZES = st.decimals(0, 1000, places=4)


@given(_SIZES, _SIZES, _SIZES, _SIZES, st.decimals(1, 20, places=1))
def test_the_ratio_is_that_of_exact_fractions(
    one: Decimal, other: Decimal, uncertainty: Decimal, resolution: Decimal, least: Decimal
) -> None:
    asked = Limits(unit="g", low=min(one, other), high=max(one, other))
    capability = Capability(unit="g", uncertainty=uncertainty, resolution=resolution)
    worst = max(Fraction(uncertainty), Fraction(resolution) / 2)
    fine = abs(Fraction(one) - Fraction(other)) / 2 >= worst * Fraction(least)
    assert (codes(capability, asked, Metrology(least_ratio=least)) == []) == fine


def test_nothing_stated_is_nothing_known() -> None:
    assert worst_error(able()) is None
    assert allowance(limits("0.3")) is None
