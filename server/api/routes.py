"""Every router of the interface for programs; the console and the evidence have theirs beside."""

from __future__ import annotations

from server.api import (
    acts,
    assets,
    branches,
    evidence,
    factor,
    health,
    holds,
    logs,
    moves,
    people,
    recalls,
    recovery,
    rescue,
    staff,
    stations,
    trace,
    trail,
)

ROUTERS = tuple(
    part.router
    for part in (
        health, stations, rescue, recovery, logs, people, acts, trace, moves, assets, holds,
        recalls, branches, evidence, trail, staff, factor,
    )
)  # fmt: skip
