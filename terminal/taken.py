"""A reading as a record keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.entries import Taken

if TYPE_CHECKING:
    from devices.kinds import Reading
    from forms.terms import PhysicalAsset


def taken(reading: Reading, age_ms: int, asset: PhysicalAsset | None) -> Taken:
    """The reading with its raw frames; ``age_ms`` is how old it was when it was recorded.

    ``asset`` is the instrument as the work pack knows it.
    """
    return Taken(
        quantity=reading.quantity,
        state=reading.state,
        instrument=reading.instrument,
        raw=reading.raw.hex(),
        age_ms=age_ms,
        calibration_due=asset.calibration_due if asset else None,
        series=tuple(frame.hex() for frame in reading.series),
        load=reading.load,
        serial_number=reading.serial_number,
        certificate=asset.certificate if asset else "",
    )
