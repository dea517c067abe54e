"""What the station knows at one moment, immutable, so that it can be shown from another thread."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from forms.job import JobState, Recorded
    from forms.rules import Verdict
    from forms.terms import Person
    from forms.workpack import ApprovedMaster, JobOrder, WorkPack
    from sync.clock import Stamp
    from terminal.room import DiskState


@dataclass(frozen=True, slots=True)
class Position:
    """Where a person stood when touching something; an answer to another position is stale."""

    job: str = ""
    operation: str = ""
    step: str = ""
    sample: str = ""
    """Sample number, or the serial of the unit; empty where there is neither."""
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """Is the work safe: four counts that are never merged."""

    saved: int = 0
    sent: int = 0
    accepted: int = 0
    witnessed: int = 0
    oldest_unsent: datetime | None = None
    photos: int = 0
    """Photos and files that the server has not confirmed; they follow the records."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person whose session is open at this station."""

    person: Person
    signed: bool = False
    """Whether both components were used for a signature in this session."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The last check of an instrument that is on record here."""

    outcome: str
    """``pass``, ``fail`` or ``left``."""
    at: datetime
    person: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that screens are composed from, but for the live readings and what is half typed."""

    pack: WorkPack | None = None
    pack_digest: str = ""
    states: Mapping[str, JobState] = field(default_factory=dict)
    """Every job order of the pack by id."""
    session: SignedIn | None = None
    job: str = ""
    """The job order worked on last at this station; empty if none."""
    counted: Counted = Counted()
    locked: Mapping[str, int] = field(default_factory=dict)
    """People locked out here, with the nanoseconds until their next try."""
    clock: Stamp | None = None
    """The clock as it was when this was put together; None before anything is opened."""
    pack_problem: str = ""
    """Fault code of the newest work pack if it could not be read."""
    accepted: frozenset[str] = frozenset()
    """People who accepted the accountability statement in force, here."""
    frozen: str = ""
    """Fault code of why nothing more may be recorded under this key; empty while it may."""
    disk: DiskState = ""
    """How much room the disk has for records."""
    checks: Mapping[str, Checked] = field(default_factory=dict)
    """The last check of each instrument, by PhysicalAsset id."""

    @property
    def state(self) -> JobState | None:
        """The state of the job order worked on."""
        return self.states.get(self.job)

    @property
    def order(self) -> JobOrder | None:
        """The job order worked on."""
        return self.state.order if self.state else None

    def master(self, job: str) -> ApprovedMaster | None:
        """The approved work master a job order pins; None if the pack does not hold it."""
        state = self.states.get(job)
        if state is None or self.pack is None:
            return None
        for approved in self.pack.masters:
            if approved.digest == state.order.work_master:
                return approved
        return None

    @property
    def position(self) -> Position:
        """Where the work stands now."""
        state = self.state
        if state is None or state.current is None:
            return Position(job=self.job)
        operation, step = state.current
        sample, attempt = _sample(state, operation.id, step.id)
        return Position(self.job, operation.id, step.id, sample, attempt)


def _sample(state: JobState, operation: str, step_id: str) -> tuple[str, int]:
    """The sample or unit the step waits for, and how many results it already has."""
    step = next(
        s for o in state.operations if o.id == operation for s in o.steps if s.id == step_id
    )
    kind = str(type(step).__struct_config__.tag)
    if kind == "label":
        serial = state.next_serial() or ""
        printed = state.printed.get(serial)
        return serial, printed[1].copy if printed else 0
    if kind in {"measure", "inspect", "confirm"}:
        sample = state.next_sample(operation, step)
        return (str(sample.number), len(sample.attempts)) if sample else ("", 0)
    return "", 0


@dataclass(frozen=True, slots=True)
class Change:
    """What a use case changed: the records made, the verdict on the first, what is known now."""

    snapshot: Snapshot
    what: str = ""
    """A word for the caller: ``identified``, ``unexpected``, ``stale``, ``signed`` …"""
    verdict: Verdict | None = None
    recorded: tuple[Recorded, ...] = ()

    def called(self, what: str) -> Change:
        """The same under another word."""
        return replace(self, what=what)
