"""What a WorkPack says: the signed bundle a station obeys, and its parts.

``sync.inbox`` carries the signed bytes without understanding them; this is their content.
"""

from __future__ import annotations

from datetime import datetime

from forms.masters import WorkMaster
from forms.terms import (
    MaterialDefinition,
    MaterialLot,
    Metrology,
    Person,
    PhysicalAsset,
    Term,
    Text,
)


class JobOrder(Term, frozen=True, kw_only=True):
    """Dispatched work: make ``units`` units of one lot by one work master."""

    id: str
    lot: str
    units: int
    work_master: str
    """SHA-256 of the work master's bytes (pins the revision for the whole lot)."""
    serials: tuple[str, ...] = ()
    """Serial numbers allotted to the lot's units, in order."""


class Place(Term, frozen=True, kw_only=True):
    """The ISA-95 path of the station's place, and the names shown."""

    enterprise: str
    site: str
    area: str
    work_center: str
    work_units: dict[str, Text]


class ApprovedMaster(Term, frozen=True, kw_only=True):
    """A work master with who approved it; ``digest`` is over the master's canonical bytes."""

    digest: str
    master: WorkMaster
    approved_by: tuple[str, ...] = ()
    effective_from: datetime | None = None


class WorkPack(Term, frozen=True, kw_only=True):
    """Everything a station needs to work alone until ``expires_at``."""

    number: int
    """Counts up by one; a station never goes back to a smaller one."""
    issued_at: datetime
    expires_at: datetime
    place: Place
    masters: tuple[ApprovedMaster, ...]
    job_orders: tuple[JobOrder, ...]
    people: tuple[Person, ...]
    materials: tuple[MaterialDefinition, ...]
    lots: tuple[MaterialLot, ...]
    assets: tuple[PhysicalAsset, ...]
    accountability: Text
    """The statement a person accepts before the first signature (11.10(j))."""
    metrology: Metrology = Metrology()
    """What the site asks of its instruments."""
