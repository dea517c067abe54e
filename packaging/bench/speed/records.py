"""Records of 1 KB as a station makes them: a reading with the frames it came from."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from forms.codec import encode
from forms.entries import Context, MeasurementTaken, Taken
from forms.terms import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SIZE = 1024
"""Bytes of an entry, envelope included."""
_FRAMES = 9
"""Frames of a balance settling, 18 bytes each, kept in hex as the device sent them."""


def records(
    seed: int, count: int, station: str = "ST-01"
) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Kind and body of readings, all different: digits, samples, frames, ages."""
    chance = Random(seed)  # noqa: S311 - test data
    context = Context(
        station=station, work_unit="WU-10", person="P-OP", language="en", work_pack="5a" * 32,
        job_order="JO-77", work_master="c3" * 32, operation="OP30", step="WEIGH",
    )  # fmt: skip
    for number in range(count):
        grams = Decimal(chance.randint(12_000, 12_999)).scaleb(-3)
        frames = "".join(
            f"S D {grams + Decimal(chance.randint(-40, 40)).scaleb(-3):>10} g\r\n"
            for _ in range(_FRAMES)
        )
        taken = Taken(
            quantity=Quantity(value=grams, unit="g"), state="stable", instrument="BAL-3",
            raw=frames.encode().hex(), age_ms=chance.randint(5, 90),
        )  # fmt: skip
        yield encode(
            MeasurementTaken(
                context=context, characteristic="fill-weight", sample=number % 125 + 1, taken=taken
            )
        )
