"""Folding what is stated about instruments: calibrations, deviations, the site's parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.log.leaves import Statement
    from server.store.protocol import Store

METROLOGY = "metrology"
"""The row of ``places`` that holds what the site asks of its instruments."""


def asked(store: Store, _index: int, said: Statement) -> None:
    """What the site asks of its instruments, from here on."""
    store.put("places", {"id": METROLOGY, "data": canonical.dumps(said.body)})


def calibrated(store: Store, index: int, said: Statement) -> None:
    """A calibration's result; the asset has its certificate and due date from it.

    Unless a later one is known already: an old certificate handed in late changes nothing now.
    One that was left out of tolerance is kept apart; nothing but quality's word ends that.
    """
    body = said.body
    store.put(
        "calibrations",
        {
            "asset": body["asset"],
            "idx": index,
            "performed": body["performed"],
            "person": said.by[0].person,
            "at": said.at.isoformat(),
            "data": canonical.dumps(body),
        },
    )
    row = store.one("assets", id=body["asset"])
    if row is None:
        return
    known = canonical.loads(row["data"])
    if body["performed"] < (known.get("calibrated_on") or ""):
        return
    asset = known | {
        "calibration_due": body["due"],
        "calibrated_on": body["performed"],
        "certificate": body["certificate"],
        "laboratory": body["laboratory"],
        "certificate_file": body.get("certificate_file", ""),
    }
    if body["as_left"] != "in-tolerance":
        asset["quarantine"] = f"left out of tolerance: {body['certificate']}"
    store.put("assets", row | {"data": canonical.dumps(asset)})


def deviation_opened(store: Store, index: int, said: Statement) -> None:
    """An instrument was found out of tolerance: what it touched waits for quality."""
    store.put(
        "deviations",
        {
            "idx": index,
            "asset": said.body["asset"],
            "data": canonical.dumps(said.body),
            "opened_by": said.by[0].person,
            "opened_at": said.at.isoformat(),
            "conclusion": "",
            "closed_by": "",
            "closed_at": "",
        },
    )


def deviation_closed(store: Store, _index: int, said: Statement) -> None:
    """Quality's conclusion."""
    row = store.one("deviations", idx=said.body["deviation"])
    if row is None:
        return
    closed = {"closed_by": said.by[0].person, "closed_at": said.at.isoformat()}
    store.put("deviations", row | closed | {"conclusion": said.body["conclusion"]})


FOLDS: dict[str, Callable[[Store, int, Statement], None]] = {
    "asset.calibrated": calibrated,
    "metrology.asked": asked,
    "deviation.opened": deviation_opened,
    "deviation.closed": deviation_closed,
}
"""Kind of statement → its fold."""
