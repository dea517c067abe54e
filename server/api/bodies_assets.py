"""The JSON bodies about instruments and their calibration; unknown members are refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from forms.calibration import Calibration, CalibrationPoint, Found, Left
from forms.terms import AssetStatus, Capability, Metrology, PhysicalAsset
from server.api.bodies import Act, Body, Code, Line, ReasonedAct
from server.words import Refusal

Number = Annotated[str, Field(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,9})?$")]
Size = Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,9})?$")]
Short = Annotated[str, Field(max_length=200)]
Digest = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]


class CapabilityBody(Body):
    """What an instrument is capable of, all in ``unit``."""

    unit: Annotated[str, Field(min_length=1, max_length=16)]
    low: Number | None = None
    high: Number | None = None
    resolution: Size | None = None
    uncertainty: Size | None = None
    tolerance: Size | None = None


class DefineAsset(ReasonedAct):
    """An instrument, new or as it is from now on; ``reason`` is why it is in quarantine."""

    id: Code
    equipment_class: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    serial_number: Line
    calibration_due: date | None
    """``null``: it needs no calibration."""
    certificate: Short = ""
    certificate_file: Digest = ""
    laboratory: Short = ""
    calibrated_on: date | None = None
    make: Short = ""
    model: Short = ""
    place: Short = ""
    capability: CapabilityBody | None = None
    status: AssetStatus = AssetStatus.IN_SERVICE

    def term(self) -> PhysicalAsset:
        """As it stands in records; Refusal for an unusable capability or a missing reason."""
        quarantined = self.status is AssetStatus.QUARANTINED
        if quarantined and not self.reason.strip():
            raise Refusal("reason-needed")
        said = self.model_dump(exclude={"badge", "secret", "reason", "status", "capability"})
        return PhysicalAsset(
            **said,
            capability=None if self.capability is None else _capability(self.capability),
            usable=self.status is not AssetStatus.OUT_OF_SERVICE,
            quarantine=self.reason if quarantined else "",
        )


def _capability(body: CapabilityBody) -> Capability:
    sizes = body.model_dump(exclude={"unit"}, exclude_none=True)
    try:
        given = {name: Decimal(text) for name, text in sizes.items()}
        return Capability(unit=body.unit, **given)
    except ValueError as error:
        raise Refusal("bad-request", why=str(error)) from error


class PointBody(Body):
    """One point: the standard's value, as found, as left, the maximum permissible error."""

    nominal: Number
    found: Number
    tolerance: Size
    left: Number | None = None


class EnterCalibration(Act):
    """A calibration's result."""

    performed: date
    laboratory: Line
    certificate: Line
    certificate_file: Digest = ""
    as_found: Found
    as_left: Left
    due: date | None
    unit: Annotated[str, Field(max_length=16)] = ""
    points: list[PointBody] = Field(default=[], max_length=100)

    def term(self, asset: str) -> Calibration:
        """As it stands in records."""
        said = self.model_dump(exclude={"badge", "secret", "points"})
        return Calibration(asset=asset, **said, points=tuple(_point(one) for one in self.points))


def _point(body: PointBody) -> CalibrationPoint:
    sizes = body.model_dump(exclude_none=True)
    return CalibrationPoint(**{name: Decimal(text) for name, text in sizes.items()})


class Conclude(Act):
    """The conclusion about a deviation."""

    conclusion: Annotated[str, Field(min_length=1, max_length=1000)]


class AskMetrology(Act):
    """What the site asks of its instruments."""

    least_ratio: Size = "4"
    warn_days: Annotated[int, Field(ge=0, le=365)] = 14
    capability_needed: bool = False

    def term(self) -> Metrology:
        """As it stands in records."""
        return Metrology(
            least_ratio=Decimal(self.least_ratio),
            warn_days=self.warn_days,
            capability_needed=self.capability_needed,
        )
