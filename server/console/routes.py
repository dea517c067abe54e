"""The console's routes together, with their entries of the access table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from forms.terms import PersonnelClass
from server.access import EVERYONE, PUBLIC, READERS
from server.console import (
    assets,
    branches,
    concessions,
    decisions,
    lots,
    pages,
    recovery,
    stations,
    status,
)
from server.quality.concessions import DECIDERS

if TYPE_CHECKING:
    from server.access import Rule

_QUALITY = frozenset({PersonnelClass.QUALITY})

CONSOLE_ACCESS: dict[tuple[str, str], Rule] = {
    ("GET", "/"): PUBLIC,
    ("GET", "/console"): PUBLIC,
    ("GET", "/console/style.css"): PUBLIC,
    ("GET", "/console/sign-in"): PUBLIC,
    ("POST", "/console/sign-in"): PUBLIC,
    ("GET", "/console/language/{tag}"): PUBLIC,
    ("POST", "/console/sign-out"): EVERYONE,
    ("GET", "/console/jobs"): EVERYONE,
    ("GET", "/console/jobs/{job}"): READERS,
    ("GET", "/console/jobs/{job}/release"): READERS,
    ("GET", "/console/jobs/{job}/release/confirm"): _QUALITY,
    ("POST", "/console/jobs/{job}/release"): _QUALITY,
    ("GET", "/console/jobs/{job}/concession"): frozenset(DECIDERS),
    ("POST", "/console/jobs/{job}/concession"): frozenset(DECIDERS),
    ("GET", "/console/jobs/{job}/batch-record.pdf"): READERS,
    ("GET", "/console/jobs/{job}/evidence.zip"): READERS,
    ("GET", "/console/attachments/{sha256}"): READERS,
    ("GET", "/console/lot"): READERS,
    ("POST", "/console/lot"): READERS - {PersonnelClass.AUDITOR},
    ("GET", "/console/trace"): READERS,
    ("GET", "/console/assets"): READERS,
    ("GET", "/console/assets/{asset}"): READERS,
    ("POST", "/console/assets/{asset}"): assets.ENTERERS,
    ("GET", "/console/assets/{asset}/look-back"): READERS,
    ("POST", "/console/assets/{asset}/look-back"): READERS - {PersonnelClass.AUDITOR},
    ("GET", "/console/stations"): READERS,
    (
        "POST",
        "/console/stations/{station}/{epoch}/branches/{branch}/decision",
    ): _QUALITY,
    ("GET", "/console/status"): READERS,
    ("POST", "/console/alarms/{alarm}/close"): frozenset(status.CLOSERS),
    ("POST", "/console/status/decision"): stations.APPROVERS,
    ("POST", "/console/stations/{station}/{epoch}/marks"): READERS - {PersonnelClass.AUDITOR},
    ("POST", "/console/stations/{station}/approvals"): stations.APPROVERS,
    ("GET", "/console/audit"): _QUALITY | {PersonnelClass.ADMINISTRATOR, PersonnelClass.AUDITOR},
}
"""Access entries of the console's routes, for ``create_app``."""


def console_router() -> tuple[APIRouter, dict[tuple[str, str], Rule]]:
    """The router and its access entries, as ``create_app(more=…)`` takes them."""
    router = APIRouter(include_in_schema=False)
    for part in (pages, decisions, concessions, lots, assets, stations, branches, status, recovery):
        router.include_router(part.router)
    return router, CONSOLE_ACCESS
