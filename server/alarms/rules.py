"""The rules of alarms, as data: what is looked for, how bad it is, who cures it, what ends it.

A rule finds conditions in what the server knows. Each condition is one alarm, raised once; it ends
by the fact that the condition is over, or by a person's signed words, as the rule says.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from forms.terms import PersonnelClass
from server.ingest.claims import claimed, kept
from server.ingest.records import OFFICE
from server.masters.calibrations import metrology_of
from server.quality.parameters import parameters_of
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from server.quality.parameters import Parameters
    from server.store.protocol import Row, Store

Severity = Literal["urgent", "soon", "note"]
_RECENT = 100
_Q, _S, _A = PersonnelClass.QUALITY, PersonnelClass.SUPERVISOR, PersonnelClass.ADMINISTRATOR


@dataclass(frozen=True)
class World:
    """What the rules look at."""

    store: Store
    now: datetime
    parameters: Parameters
    warn_days: int
    """How many days ahead the site wants to hear of a calibration."""


def world_of(store: Store, now: datetime) -> World:
    """What a store holds at a moment."""
    return World(store, now, parameters_of(store), metrology_of(store).warn_days)


@dataclass(frozen=True)
class Condition:
    """Something that a rule found."""

    about: str
    episode: str
    """Tells this time from another time of the same: a person who closed it is not asked again."""
    count: int = 0


@dataclass(frozen=True)
class Rule:
    """A rule; its words are those of its code in ``server.sayings_alarms``."""

    code: str
    severity: Severity
    who: tuple[PersonnelClass, ...]
    """Who is to cure it."""
    ends: Literal["fact", "person"]
    find: Callable[[World], Iterator[Condition]]
    each: bool = False
    """Every episode is a matter of its own: it is told while another about the same is open."""

    def matter(self, about: str, episode: str) -> tuple[str, str]:
        """Of what there is one open alarm at most."""
        return about, episode if self.each else ""


def _deviations(world: World) -> Iterator[Condition]:
    for row in world.store.rows("deviations", closed_at=""):
        yield Condition(f"{row['asset']} {row['idx']}", str(row["idx"]))


def _touched(world: World) -> Iterator[Condition]:
    """Work on lots that were on hold, while quality did not conclude on the deviation.

    What was made before the hold and only arrived after it is none: that is told apart where the
    deviation is opened, and nowhere else (``server.quality.late_uses``).
    """
    counts = Counter[tuple[str, str]]()
    for row in world.store.rows("late_uses", closed_at=""):
        use: dict[str, Any] = canonical.loads(row["data"])
        counts[f"{use['item']}/{use['lot']}", str(row["hold"])] += use["count"]
    for (about, hold), count in counts.items():
        yield Condition(about, hold, count)


def _silent(world: World) -> Iterator[Condition]:
    longest = timedelta(minutes=world.parameters.station_silent_minutes)
    for station in _enrolled(world):
        contact = world.store.one("contacts", origin=station["origin"])
        since = contact["seen_at"] if contact else station["requested_at"]
        if world.now - datetime.fromisoformat(since) > longest:
            yield Condition(station["origin"], since[:19])


def _incomplete(world: World) -> Iterator[Condition]:
    for station in _enrolled(world):
        said, here = (count(world.store, station["origin"]) for count in (claimed, kept))
        if here * 100 < said * world.parameters.completeness_percent:
            yield Condition(station["origin"], f"{world.now:%Y-%m-%d}", said - here)


def _enrolled(world: World) -> list[Row]:
    return [row for row in world.store.rows("stations", status="enrolled") if row["id"] != OFFICE]


def _clocks(world: World) -> Iterator[Condition]:
    """Each time that a clock was set is one of its own."""
    for kind in ("server.clock-step", "sync/clock-step"):
        rows = world.store.rows("trail", kind=kind, newest_first=True, limit=_RECENT)
        for row in rows:
            yield Condition(f"{row['place'] or 'server'} #{row['idx']}", str(row["idx"]))


def _due(world: World) -> Iterator[Condition]:
    """Instruments in service whose calibration ends soon."""
    for asset, due in _calibrations(world):
        if 0 <= (due - world.now.date()).days <= world.warn_days:
            yield Condition(asset, due.isoformat(), (due - world.now.date()).days)


def _overdue(world: World) -> Iterator[Condition]:
    for asset, due in _calibrations(world):
        if due < world.now.date():
            yield Condition(asset, due.isoformat(), (world.now.date() - due).days)


def _calibrations(world: World) -> Iterator[tuple[str, date]]:
    for row in world.store.rows("assets"):
        asset = canonical.loads(row["data"])
        if asset.get("calibration_due") and asset.get("usable", True):
            yield str(row["id"]), date.fromisoformat(str(asset["calibration_due"]))


def _backup(world: World) -> Iterator[Condition]:
    yield from _late(world, "backup.made", timedelta(hours=world.parameters.backup_hours))


def _drill(world: World) -> Iterator[Condition]:
    yield from _late(world, "restore.drilled", timedelta(days=world.parameters.drill_days))


def _late(world: World, kind: str, longest: timedelta) -> Iterator[Condition]:
    """Whatever was last done of that kind, or the founding, is longer ago."""
    last = world.store.newest("trail", kind=kind) or world.store.one("trail")
    if last is not None and world.now - datetime.fromisoformat(last["at"]) > longest:
        yield Condition("server", str(last["idx"]))


def _unwitnessed(world: World) -> Iterator[Condition]:
    """Checkpoints were signed that nobody else has cosigned for long."""
    signed = world.store.newest("checkpoints")
    cosigned = world.store.newest("cosignatures")
    size = cosigned["size"] if cosigned else 0
    if signed is None or signed["size"] == size:
        return
    first = world.store.rows("checkpoints", start=size + 1, limit=1)
    longest = timedelta(hours=world.parameters.witness_hours)
    if first and world.now - datetime.fromisoformat(first[0]["signed_at"]) > longest:
        yield Condition("server", str(size), signed["size"] - size)


RULES: tuple[Rule, ...] = (
    Rule("deviation-open", "urgent", (_Q,), "fact", _deviations),
    Rule("hold-touched", "urgent", (_Q,), "person", _touched, each=True),
    Rule("station-silent", "soon", (_S, _A), "fact", _silent),
    Rule("records-outstanding", "soon", (_S, _A), "fact", _incomplete),
    Rule("clock-set", "soon", (_A, _Q), "person", _clocks),
    Rule("calibration-due", "note", (_S, _Q), "fact", _due),
    Rule("calibration-overdue", "soon", (_S, _Q), "fact", _overdue),
    Rule("backup-overdue", "urgent", (_A,), "fact", _backup),
    Rule("drill-overdue", "note", (_A,), "fact", _drill),
    Rule("checkpoint-unwitnessed", "soon", (_A,), "fact", _unwitnessed),
)
