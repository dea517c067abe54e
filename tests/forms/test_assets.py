"""How an instrument stands: every state, its words, and what the judge makes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.assets import STATES, AssetState, Moment, asset_state
from forms.terms import AssetStatus, Metrology, PhysicalAsset
from tests.forms.build import History
from tests.forms.documents import NOW, TODAY, sample_assets, sample_pack

SITE = Metrology(warn_days=14)
DUE = date(2026, 12, 1)


def balance(**changes: object) -> PhysicalAsset:
    asset = PhysicalAsset(
        id="BAL-1", equipment_class="balance", serial_number="B-77", calibration_due=DUE
    )
    return msgspec.structs.replace(asset, **changes)


def at(days: int, quality: str = "anchored", not_before: datetime | None = None) -> Moment:
    """So many days before the due date (negative: after it), in the evening."""
    evening = datetime(DUE.year, DUE.month, DUE.day, 23, 59, tzinfo=UTC)
    return Moment(evening - timedelta(days=days), quality, not_before)


@pytest.mark.covers("F64", "ISO-7.6")
@pytest.mark.parametrize(
    ("changes", "days", "key", "tone"),
    [
        ({}, 15, "calibrated", "pass"),
        ({}, 14, "due-soon", "warn"),
        ({}, 0, "due-soon", "warn"),
        ({}, -1, "overdue", "fail"),
        ({"calibration_due": None}, -1, "not-calibrated", "pass"),
        ({"usable": False}, 15, "out-of-service", "fail"),
        ({"quarantine": "dropped"}, 15, "quarantined", "fail"),
        ({"usable": False, "quarantine": "dropped"}, 15, "out-of-service", "fail"),
        ({"usable": False, "calibration_due": None}, 15, "out-of-service", "fail"),
    ],
)
def test_an_asset_stands_so(changes: dict[str, object], days: int, key: str, tone: str) -> None:
    state = asset_state(balance(**changes), at(days), SITE)
    assert (state.key, state.tone) == (key, tone)
    assert (state.reason is None) == (tone != "fail")


@pytest.mark.covers("F64")
def test_a_clock_that_is_no_time_has_its_own_words() -> None:
    state = asset_state(balance(), at(30, "unknown"), SITE)
    assert state.key == "clock-unknown"
    assert "clock is not known" in state.words("en")
    assert "时钟未知" in state.words("zh_CN")
    assert asset_state(balance(calibration_due=None), at(0, "unknown"), SITE).reason is None


@pytest.mark.covers("F64")
def test_what_came_with_a_later_pack_was_not_taken_before_it() -> None:
    after = datetime(2026, 12, 2, 8, tzinfo=UTC)
    for quality in ("anchored", "free", "unknown"):
        assert asset_state(balance(), at(30, quality, after), SITE).key == "overdue"
    early = datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert asset_state(balance(), at(30, "unknown", early), SITE).key == "clock-unknown"
    assert asset_state(balance(), at(30, "free", early), SITE).key == "calibrated"


def test_days_are_those_of_the_station() -> None:
    west = timezone(timedelta(hours=-8))
    evening = datetime(2026, 12, 1, 20, tzinfo=west)  # in UTC it is tomorrow
    moment = Moment(evening, "free", evening.astimezone(UTC))
    assert moment.day == DUE
    assert asset_state(balance(), moment, SITE).key == "due-soon"


@pytest.mark.covers("F64")
def test_an_instrument_that_is_another_one_is_said_to_be() -> None:
    other = asset_state(balance(), at(30), SITE, serial_number="B-78")
    assert other.key == "other-serial"
    assert "B-78" in other.words("en")
    assert "B-77" in other.words("zh_CN")
    assert asset_state(balance(), at(30), SITE, serial_number=" B-77 ").reason is None
    unknown = asset_state(None, at(30), SITE, name="BAL-9")
    assert (unknown.key, unknown.tone) == ("not-known", "fail")
    assert "BAL-9" in unknown.words("en")


def test_every_state_has_a_name_and_a_sentence_in_both_languages() -> None:
    soon = asset_state(balance(), at(3), SITE)
    assert soon.words("en") == "The calibration is due on 2026-12-01: 3 days left."
    assert soon.words("zh_CN") == "校准将于 2026-12-01 到期，还剩 3 天。"
    for key in STATES:
        names = {AssetState(key).name(language) for language in ("en", "zh_CN")}
        assert len(names) == 2
        assert all(AssetState(key, due=DUE).words(one) for one in ("en", "zh_CN"))


def test_the_status_has_three_words() -> None:
    assert balance().status is AssetStatus.IN_SERVICE
    assert balance(usable=False).status is AssetStatus.OUT_OF_SERVICE
    assert balance(quarantine="dropped").status is AssetStatus.QUARANTINED


@given(st.integers(-400, 400), st.integers(0, 60), st.sampled_from(["anchored", "free"]))
def test_overdue_is_after_the_last_day_and_only_then(days: int, warn: int, quality: str) -> None:
    state = asset_state(balance(), at(days, quality), Metrology(warn_days=warn))
    assert (state.key == "overdue") == (days < 0)
    assert (state.key == "due-soon") == (0 <= days <= warn)
    assert state.days == days


@pytest.mark.covers("F64", "ISO-7.6", "P11-10h")
@pytest.mark.parametrize(
    ("changes", "taken", "code"),
    [
        ({"quarantine": "found out of tolerance"}, {}, "instrument-quarantined"),
        ({}, {"serial_number": "2"}, "instrument-other"),
        ({"calibration_due": TODAY - timedelta(days=1)}, {}, "calibration-overdue"),
    ],
)
def test_a_reading_of_an_instrument_that_may_not_measure_is_kept_without_effect(
    changes: dict[str, object], taken: dict[str, object], code: str
) -> None:
    first, *others = sample_assets()
    pack = sample_pack(assets=(msgspec.structs.replace(first, **changes), *others))
    history = History(pack=pack).to_weighing().weigh(**taken)  # type: ignore[arg-type]
    assert history.codes == (code,)
    assert not history.verdict.effective
    assert history.verdict.reasons[0].rule.lifted_by is not None
    assert history.state.next_sample("OP20", history.state.current[1]).state != "failed"  # type: ignore[index, union-attr]


@pytest.mark.covers("F24", "F64")
def test_without_a_clock_a_calibrated_instrument_is_not_believed() -> None:
    history = History().to_weighing()
    history.quality = "unknown"
    assert history.weigh().codes == ("calibration-unknowable",)
    history.quality = "free"
    assert history.weigh().verdict.passed


def test_a_pack_that_was_issued_after_the_due_date_says_more_than_the_clock() -> None:
    issued = NOW + timedelta(days=11)
    history = History(pack=sample_pack(issued_at=issued)).to_weighing()
    assert history.weigh().codes == ("calibration-overdue",)
