"""What a row of the batch record says of the instrument behind a value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from forms.entries import Confirmed, Context, MeasurementTaken, Taken
from forms.terms import Quantity
from server.evidence.rows import instrument

CONTEXT = Context(station="ST-01", work_unit="WU-10")
TAKEN = Taken(
    quantity=Quantity(value=Decimal(1), unit="g"), state="stable", instrument="BAL-1", raw="00"
)


@pytest.mark.covers("ALC-A", "ISO-7.6")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "BAL-1"),
        ({"calibration_due": date(2027, 1, 1)}, "BAL-1, 2027-01-01"),
        ({"calibration_due": date(2027, 1, 1), "certificate": "C-7"}, "BAL-1, 2027-01-01, C-7"),
        ({"instrument": "", "typed": True}, ""),
    ],
)
def test_a_value_names_its_instrument_and_calibration(
    changes: dict[str, object], said: str
) -> None:
    taken = msgspec.structs.replace(TAKEN, **changes)
    entry = MeasurementTaken(context=CONTEXT, characteristic="W", sample=1, taken=taken)
    assert instrument(entry) == said


def test_what_was_not_measured_names_none() -> None:
    assert not instrument(Confirmed(context=CONTEXT, statement_digest="0" * 64, answer="yes"))
