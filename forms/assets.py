"""How an instrument stands at a moment: one function, asked by judge, kiosk, rig page and console.

A state never carries prose: it names a key and the facts, and the words are made when read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from forms.rules import Reason, because
from forms.terms import AssetStatus, Text

if TYPE_CHECKING:
    from datetime import date, datetime

    from forms.terms import Metrology, PhysicalAsset

Key = Literal[
    "calibrated",
    "due-soon",
    "not-calibrated",
    "overdue",
    "clock-unknown",
    "out-of-service",
    "quarantined",
    "other-serial",
    "not-known",
]
"""How an asset stands; the first three let it measure."""

STATES: dict[Key, tuple[Text, Text]] = {
    "calibrated": (
        Text(en="In calibration", zh_CN="校准有效"),
        Text(en="Calibrated; due on {due}.", zh_CN="校准有效，{due} 到期。"),
    ),
    "due-soon": (
        Text(en="Due soon", zh_CN="即将到期"),
        Text(
            en="The calibration is due on {due}: {days} days left.",
            zh_CN="校准将于 {due} 到期，还剩 {days} 天。",
        ),
    ),
    "not-calibrated": (
        Text(en="No calibration needed", zh_CN="无需校准"),
        Text(en="This instrument needs no calibration.", zh_CN="该仪器无需校准。"),
    ),
    "overdue": (Text(en="Overdue", zh_CN="已过期"),) * 2,
    "clock-unknown": (Text(en="Clock not known", zh_CN="时钟未知"),) * 2,
    "out-of-service": (Text(en="Out of service", zh_CN="已停用"),) * 2,
    "quarantined": (Text(en="Kept apart", zh_CN="已隔离"),) * 2,
    "other-serial": (Text(en="Another instrument", zh_CN="仪器不符"),) * 2,
    "not-known": (Text(en="Not known", zh_CN="未登记"),) * 2,
}
"""A name for each key, and a sentence (of those that a rule stops, the rule has it)."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is, as honestly as it is known."""

    wall: datetime
    """The clock's reading, aware; dates are judged in its offset."""
    quality: str
    """Clock quality: ``anchored``, ``free`` or ``unknown``."""
    not_before: datetime | None = None
    """Aware; it cannot have been earlier, whatever the clock says (the WorkPack's issue)."""

    @property
    def day(self) -> date:
        """The earliest day it may be."""
        earliest = self.wall.date() if self.known else None
        if self.not_before is not None:
            least = self.not_before.astimezone(self.wall.tzinfo).date()
            return max(least, earliest or least)
        return earliest or self.wall.date()

    @property
    def known(self) -> bool:
        """Whether the clock is a time."""
        return self.quality != "unknown"


@dataclass(frozen=True, slots=True)
class AssetState:
    """How an asset stands."""

    key: Key
    reason: Reason | None = None
    """The rule that stops it; None: it may measure."""
    due: date | None = None
    days: int = 0
    """Days until it is due; 0 on the last one."""

    @property
    def tone(self) -> Literal["pass", "warn", "fail"]:
        """How it is marked: beside the word, never instead of it."""
        if self.reason is not None:
            return "fail"
        return "warn" if self.key == "due-soon" else "pass"

    def name(self, language: str) -> str:
        """One or two words."""
        return STATES[self.key][0].in_language(language)

    def words(self, language: str) -> str:
        """A sentence."""
        if self.reason is not None:
            return self.reason.words(language)
        text = STATES[self.key][1].in_language(language)
        return text.format(due=self.due, days=self.days)


def asset_state(
    asset: PhysicalAsset | None,
    at: Moment,
    metrology: Metrology,
    *,
    name: str = "",
    serial_number: str = "",
) -> AssetState:
    """How the asset stands at that moment.

    ``asset``: as master data knows it, None if it does not. ``name``: what it is called where it
    is not known. ``serial_number``: what the instrument says of itself; empty where it cannot.
    """
    if asset is None:
        return AssetState("not-known", because("instrument-unknown", instrument=name))
    if serial_number.strip() not in {"", asset.serial_number.strip()}:
        facts = {"got": serial_number, "expected": asset.serial_number}
        return AssetState("other-serial", because("instrument-other", instrument=asset.id, **facts))
    if asset.status is AssetStatus.OUT_OF_SERVICE:
        return AssetState("out-of-service", because("instrument-unusable", instrument=asset.id))
    if asset.status is AssetStatus.QUARANTINED:
        reason = because("instrument-quarantined", instrument=asset.id, why=asset.quarantine)
        return AssetState("quarantined", reason)
    if asset.calibration_due is None:
        return AssetState("not-calibrated")
    return _by_date(asset.id, asset.calibration_due, at, metrology)


def _by_date(instrument: str, due: date, at: Moment, metrology: Metrology) -> AssetState:
    days = (due - at.day).days
    bounded = at.known or at.not_before is not None
    if bounded and days < 0:
        reason = because("calibration-overdue", instrument=instrument, due=due)
        return AssetState("overdue", reason, due, days)
    if not at.known:
        reason = because("calibration-unknowable", instrument=instrument, due=due)
        return AssetState("clock-unknown", reason, due)
    return AssetState("due-soon" if days <= metrology.warn_days else "calibrated", None, due, days)
