"""No false alarm, every due alarm, and a person closes each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.outbox import FROZEN
from tests.simulation.troubles import Trouble

if TYPE_CHECKING:
    from tests.simulation.plant import Plant

TAMPERING = frozenset(
    {"fork", "station-copied", "revoked-key-used", "continuity-break", "entry-quarantined"}
)
"""Alarms of the server that mean that somebody's records were touched."""
SUSPICIONS = frozenset(
    {
        *FROZEN.values(),
        "journal-rolled-back",
        "journal-damaged",
        "server-log-rolled-back",
        "server-log-forked",
        "receipt-wrong",
        "database-corrupt",
    }
)
"""What a station says when it believes that somebody's records were touched."""
DUE = {
    Trouble.CLONE: frozenset({"fork", "station-copied", "journal-rolled-back"}),
    Trouble.ROLLBACK: frozenset({"fork", "station-copied", "journal-rolled-back"}),
    Trouble.WIPE: frozenset({"continuity-break"}),
    Trouble.SERVER_ROLLBACK: frozenset({"server-log-rolled-back", "server-log-forked"}),
}
"""What must have been said by the second contact: by the server, or by a station of the server."""


def judge(plant: Plant) -> None:
    """Alarms and suspicions are what was done to the plant, no more and no less."""
    oracle, office = plant.oracle, plant.office
    raised = {row["code"] for row in office.get("P-QA", "/api/alarms") or ()}
    said = oracle.codes & SUSPICIONS
    kind = plant.tampering.kind
    if kind is None:
        oracle.demand(not raised & TAMPERING, f"false alarms: {sorted(raised & TAMPERING)}")
        oracle.demand(not said, f"false suspicions: {sorted(said)}")
    elif plant.tampering.due:
        due = DUE[kind]
        oracle.demand((raised | said) & due, f"{kind}: none of {sorted(due)} was raised")
    oracle.demand(office.close_alarms() == 0, "an alarm cannot be closed")
