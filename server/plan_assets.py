"""The plan's instruments: what they are, how they are calibrated, what the site asks of them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import msgspec

from forms.terms import Capability, Metrology, PhysicalAsset

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$")]
"""A short identifier that may stand in a URL and a file name."""
Number = Annotated[str, msgspec.Meta(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,9})?$")]
"""A number as its digits, in quotes: no float changes one."""


class PlanPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of the plan's parts: unknown keys are refused."""


class PlanCapability(PlanPart, frozen=True):
    """What an instrument is capable of; as :class:`forms.terms.Capability`."""

    unit: str
    low: Number | None = None
    high: Number | None = None
    resolution: Number | None = None
    uncertainty: Number | None = None
    tolerance: Number | None = None

    def term(self) -> Capability:
        """As it stands in records; ValueError if it is none."""
        sizes = msgspec.structs.asdict(self)
        unit = str(sizes.pop("unit"))
        return Capability(
            unit=unit, **{name: Decimal(text) for name, text in sizes.items() if text is not None}
        )


class PlanAsset(PlanPart, frozen=True):
    """An instrument with its calibration; as :class:`forms.terms.PhysicalAsset`."""

    id: Code
    equipment_class: str
    serial_number: str
    calibration_due: str = ""
    certificate: str = ""
    usable: bool = True
    make: str = ""
    model: str = ""
    place: str = ""
    laboratory: str = ""
    calibrated_on: str = ""
    certificate_file: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?$")] = ""
    capability: PlanCapability | None = None
    quarantine: str = ""

    def term(self, day: Callable[[str], date | None]) -> PhysicalAsset:
        """As it stands in records; ``day`` reads a date. ValueError for an unusable capability."""
        said = msgspec.structs.asdict(self)
        said |= {name: day(said[name]) for name in ("calibration_due", "calibrated_on")}
        able = self.capability.term() if self.capability else None
        return PhysicalAsset(**said | {"capability": able})


class PlanMetrology(PlanPart, frozen=True):
    """What the site asks of its instruments; as :class:`forms.terms.Metrology`."""

    least_ratio: Number = "4"
    warn_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 14
    capability_needed: bool = False

    def term(self) -> Metrology:
        """As it stands in records."""
        return Metrology(
            least_ratio=Decimal(self.least_ratio),
            warn_days=self.warn_days,
            capability_needed=self.capability_needed,
        )
