"""Label reconciliation: what became of every label that was issued (QMSR 820.45(c)).

Issued = used + spoiled + returned. What is left over is missing, until it is found or quality
accepts the difference: a concession, signed with its reason, about the record of that label.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.terms import Disposition

if TYPE_CHECKING:
    from forms.job_state import JobState


@dataclass(frozen=True, slots=True)
class IssuedLabel:
    """A label that was recorded as printed, and what is known of it since."""

    serial: str
    copy: int
    result: str = ""
    """The printer's: ``printed``, ``failed``, ``unknown``; empty: not told."""
    fate: str = ""
    """Where it is, as a person said: ``spoiled``, ``returned``, ``absent``; empty: not said."""
    why: str = ""
    """The reason given with its fate."""

    @property
    def came_out(self) -> bool:
        """Whether it may exist."""
        return self.result != "failed" and self.fate != "absent"


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The count of a job order's labels; refs are of LabelPrinted entries."""

    issued: int
    used: int
    spoiled: int
    returned: int
    missing: tuple[str, ...]
    """Labels that nobody can show."""
    accepted: frozenset[str]
    """Those of them whose loss quality accepted."""

    @property
    def unexplained(self) -> tuple[str, ...]:
        """What blocks the release."""
        return tuple(ref for ref in self.missing if ref not in self.accepted)


def reconciled(state: JobState) -> Reconciliation:
    """The count now. A label still being applied counts as issued and is not missing yet."""
    issued = {ref: label for ref, label in state.labels.items() if label.came_out}
    newest = {ref for ref, _ in state.printed.values()}
    counts = {"used": 0, "spoiled": 0, "returned": 0, "open": 0}
    missing = []
    for ref, label in issued.items():
        place = label.fate or (_stuck(state, label.serial) if ref in newest else "")
        if place:
            counts[place] += 1
        else:
            missing.append(ref)
    return Reconciliation(
        issued=len(issued),
        used=counts["used"],
        spoiled=counts["spoiled"],
        returned=counts["returned"],
        missing=tuple(missing),
        accepted=_accepted(state),
    )


def doubtful(state: JobState, serial: str) -> bool:
    """Whether nobody knows if the serial's newest label came out: only looking can tell."""
    ref = state.printed[serial][0] if serial in state.printed else ""
    label = state.labels.get(ref)
    told = label is None or label.result in {"printed", "failed"} or label.fate
    return not told and serial not in state.read


def gone(state: JobState, serial: str) -> bool:
    """Whether the serial's newest label never came out or is not to be used: print another."""
    label = state.labels.get(state.printed[serial][0]) if serial in state.printed else None
    return label is not None and bool(label.fate or not label.came_out)


def _stuck(state: JobState, serial: str) -> str:
    """Where the newest label of a serial is: on its unit, scrapped with it, or being applied."""
    if serial in state.produced:
        return "used"
    return "spoiled" if serial in state.scrapped else "open"


def _accepted(state: JobState) -> frozenset[str]:
    return frozenset(
        ref
        for each in state.nonconformities.values()
        if each.state == "in_force"
        and each.decided is not None
        and each.decided.disposition is Disposition.CONCESSION
        for ref in each.raised.about
    )
