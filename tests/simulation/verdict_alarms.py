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
    Trouble.SERVER_ROLLBACK: frozenset({"server.recovered", "log.continued"}),
}
"""What must have been said by the second contact: an alarm of the server, or a code of a station.

A server put back is fed again, within one round where that is enough, and states in its log that it
was, and from where; or two persons state that it goes on without.
"""


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
        leaves = plant.site.parts.store.rows("leaves") if plant.tampering.of_server else []
        stated = {row["kind"] for row in leaves}
        oracle.demand((raised | said | stated) & due, f"{kind}: none of {sorted(due)} was raised")
    oracle.demand(office.close_alarms() == 0, "an alarm cannot be closed")
