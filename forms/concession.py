"""A record that failed its signature check, accepted as it is by two persons with a reason.

Such as a signature that arrived after its signer's rights had ended: it counts for nothing, another
person signed, and the lot need not be rejected for it. Source: ISO 13485 8.3.2 (concession).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.terms import Disposition

if TYPE_CHECKING:
    from forms.job_state import JobState, Nonconformity


def conceded(state: JobState) -> frozenset[str]:
    """The refs accepted so: a nonconformity about them, decided as a concession, signed by two.

    Quality decides and signs; a supervisor or quality, another person, reviews the decision.
    """
    return frozenset(
        ref
        for each in state.nonconformities.values()
        if each.decided is not None
        and each.decided.disposition is Disposition.CONCESSION
        and by_two(state, each)
        for ref in each.raised.about
    )


def by_two(state: JobState, nonconformity: Nonconformity) -> bool:
    """Whether another person than who put the decision in force reviewed it."""
    return nonconformity.state == "in_force" and any(
        nonconformity.decided_ref in signature.covers
        and signature.person != nonconformity.signed_by
        and not signature.voided_by
        for signature in state.signatures
    )
