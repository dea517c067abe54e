"""Every door under fuzz; shares say how many of a run's inputs each gets."""

from __future__ import annotations

from tests.fuzz.doors import documents, frames, http, notes, packs, scans, stations, texts
from tests.fuzz.target import Target

TARGETS: tuple[Target, ...] = (
    *documents.TARGETS,
    *notes.TARGETS,
    *frames.TARGETS,
    *scans.TARGETS,
    *packs.TARGETS,
    *texts.TARGETS,
    *http.TARGETS,
    *stations.TARGETS,
)
