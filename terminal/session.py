"""Who may sign in: whose badge it is, and whether that person may."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from forms.terms import Person
    from forms.workpack import WorkPack


def badge_digest(badge: str) -> str:
    """How a badge's code is named in work packs: SHA-256 of its text, hex."""
    return hashlib.sha256(badge.encode("utf-8")).hexdigest()


def holder(pack: WorkPack | None, badge: str) -> Person | None:
    """The person whose badge this is, active or not; None for an unknown badge."""
    digest = badge_digest(badge)
    for person in pack.people if pack else ():
        if person.badge_digest == digest:
            return person
    return None


def may_sign_in(person: Person, today: date) -> str:
    """Empty if the person may sign in, else why not: ``inactive`` or ``expired``."""
    if not person.active:
        return "inactive"
    if person.qualified_until is not None and person.qualified_until < today:
        return "expired"
    return ""
