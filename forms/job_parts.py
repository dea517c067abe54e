"""The parts of a job order's state: records judged, attempts, samples, nonconformities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forms.entries import AnyEntry, DispositionDecided, NonconformityRaised, Unread
    from forms.rules import Reason, Verdict
    from forms.terms import Disposition, Quantity


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record as it stands in a log, with what the outside found out about it."""

    ref: str
    """Leaf hash, 64 hex digits."""
    origin: str
    index: int
    wall: datetime
    """When it was recorded, aware; dates are judged in this offset."""
    quality: str
    """Clock quality: ``anchored``, ``free`` or ``unknown``."""
    entry: AnyEntry | Unread
    sound: bool
    """False when a check outside failed: envelope, log, person's signature, or a root
    (``covers_root``, ``records_root``) that is not the root over the entries named."""
    against: tuple[Reason, ...] = ()
    """What the outside knew against it when it came (the server: holds, holes in logs)."""
    corrected: datetime | None = None
    """``wall`` put right by the server's time; None: it was not heard."""

    @property
    def day(self) -> date:
        """The calendar day it was recorded on."""
        return self.wall.date()


@dataclass(frozen=True, slots=True)
class Judged:
    """A record of the job with its verdict, in the order judged."""

    recorded: Recorded
    verdict: Verdict

    @property
    def ref(self) -> str:
        """The record's leaf hash."""
        return self.recorded.ref

    @property
    def entry(self) -> AnyEntry | Unread:
        """The record's entry."""
        return self.recorded.entry


@dataclass(frozen=True, slots=True)
class Attempt:
    """One result offered for a sample (or for a step that has just one)."""

    ref: str
    person: str
    verdict: Verdict
    """The verdict that counts now: after a correction, the corrected value's."""
    outcome: str = ""
    """The effective answer, outcome or amount as text."""
    quantity: Quantity | None = None
    typed: bool = False
    corrected_by: tuple[str, ...] = ()
    """Refs of corrections in force: the value was changed after first entry."""
    disposition: Disposition | None = None
    """What was decided about it, when it was a failing one."""

    @property
    def state(self) -> str:
        """``passed``, ``failed``, ``conceded``, ``superseded`` or ``scrapped``."""
        if self.verdict.passed:
            return "passed"
        words = {"concession": "conceded", "scrap": "scrapped", None: "failed"}
        return words.get(self.disposition, "superseded")


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample of a step and every result offered for it that counts."""

    number: int
    attempts: tuple[Attempt, ...] = ()

    @property
    def state(self) -> str:
        """``open``, or the state of the last attempt; a superseded one opens it again."""
        state = self.attempts[-1].state if self.attempts else "open"
        return "open" if state == "superseded" else state

    @property
    def done(self) -> bool:
        """Whether it passed or was accepted by concession."""
        return self.state in {"passed", "conceded"}


@dataclass(frozen=True, slots=True)
class Nonconformity:
    """A nonconformity: raised, perhaps decided, perhaps in force."""

    ref: str
    raised: NonconformityRaised
    decided_ref: str = ""
    decided: DispositionDecided | None = None
    signed_by: str = ""

    @property
    def state(self) -> str:
        """``open``, ``decided`` (not signed yet) or ``in_force``."""
        if self.decided is None:
            return "open"
        return "in_force" if self.signed_by else "decided"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature in force when made; ``voided_by``: the correction or disposition after it."""

    ref: str
    person: str
    meaning: str
    operation: str
    step: str
    covers: frozenset[str]
    voided_by: str = ""
    last: bool = True
    """Whether nothing was left to be signed for with it: its step is done."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in at a station, and whether both components were used for a signature."""

    person: str
    signed: bool = False
