"""Open deviations: measured with an instrument out of tolerance; used while on hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from forms.calibration import Window
from forms.rules import because
from server.masters.calibrations import inside
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forms.rules import Reason
    from server.store.protocol import Store


def in_doubt(store: Store, jobs: Iterable[str]) -> Iterator[Reason]:
    """A reason for each open deviation whose instrument measured for one of these job orders.

    Asked of the readings as they are known now: what a silent station sends later counts too.
    """
    orders = tuple(jobs)
    for row in store.rows("deviations", closed_at=""):
        body = canonical.loads(row["data"])
        window, asset = msgspec.convert(body["window"], Window), str(row["asset"])
        if any(_measured(store, asset, job, window) for job in orders):
            yield because("deviation-open", number=row["idx"], instrument=asset)


def _measured(store: Store, asset: str, job: str, window: Window) -> bool:
    return any(inside(window, row) for row in store.rows("readings", job=job, asset=asset))


def used_late(store: Store, jobs: Iterable[str]) -> Iterator[Reason]:
    """A reason for each open deviation about work of these job orders while a lot was on hold."""
    for job in jobs:
        for row in store.rows("late_uses", job=job, closed_at=""):
            body = canonical.loads(row["data"])
            lot = f"{body['item']}/{body['lot']}"
            yield because("late-use-open", number=row["idx"], lot=lot)
