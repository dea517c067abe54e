"""The console's routes together, with their entries of the access table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from forms.rights import Action
from server.access import PUBLIC, Of, Right
from server.console import (
    account,
    asset_form,
    assets,
    branches,
    concessions,
    decisions,
    evidence_sets,
    holds,
    identity,
    lots,
    pages,
    parameters,
    people,
    person,
    places,
    recalls,
    recovery,
    rights,
    station,
    stations,
    status,
    trace,
    trail,
)

if TYPE_CHECKING:
    from server.access import Rule

CONSOLE_ACCESS: dict[tuple[str, str], Rule] = {
    ("GET", "/"): PUBLIC,
    ("GET", "/console"): PUBLIC,
    ("GET", "/console/style.css"): PUBLIC,
    ("GET", "/console/sign-in"): PUBLIC,
    ("POST", "/console/sign-in"): PUBLIC,
    ("GET", "/console/sign-in/identity"): PUBLIC,
    ("GET", "/console/sign-in/identity/callback"): PUBLIC,
    ("POST", "/console/sign-in/identity/code"): PUBLIC,
    ("GET", "/console/language/{tag}"): PUBLIC,
    ("POST", "/console/sign-out"): Right(Action.OWN, Of.ANYWHERE),
    ("GET", "/console/account"): Right(Action.OWN, Of.ANYWHERE),
    ("POST", "/console/account"): Right(Action.OWN, Of.ANYWHERE),
    ("POST", "/console/account/sessions"): Right(Action.OWN, Of.ANYWHERE),
    ("GET", "/console/account/second-factor"): Right(Action.OWN, Of.ANYWHERE),
    ("POST", "/console/account/second-factor"): Right(Action.OWN, Of.ANYWHERE),
    ("GET", "/console/jobs"): Right(Action.LIST, Of.ANYWHERE),
    ("GET", "/console/jobs/{job}"): Right(Action.READ, Of.JOB),
    ("GET", "/console/jobs/{job}/release"): Right(Action.READ, Of.JOB),
    ("GET", "/console/jobs/{job}/release/confirm"): Right(Action.RELEASE, Of.JOB),
    ("POST", "/console/jobs/{job}/release"): Right(Action.RELEASE, Of.JOB),
    ("GET", "/console/jobs/{job}/concession"): Right(Action.CONCEDE, Of.JOB),
    ("POST", "/console/jobs/{job}/concession"): Right(Action.CONCEDE, Of.JOB),
    ("GET", "/console/jobs/{job}/batch-record.pdf"): Right(Action.EXPORT, Of.JOB),
    ("GET", "/console/jobs/{job}/evidence.zip"): Right(Action.EXPORT, Of.JOB),
    ("GET", "/console/attachments/{sha256}"): Right(Action.READ),
    ("GET", "/console/lot"): Right(Action.READ, Of.LOT),
    ("POST", "/console/lot"): Right(Action.DECIDE_LOT, Of.LOT),
    ("GET", "/console/trace"): Right(Action.READ, Of.LOT),
    ("GET", "/console/assets"): Right(Action.OVERSEE),
    ("GET", "/console/asset-form"): Right(Action.DEFINE_ASSET),
    ("POST", "/console/asset-form"): Right(Action.DEFINE_ASSET),
    ("GET", "/console/assets/{asset}"): Right(Action.OVERSEE),
    ("POST", "/console/assets/{asset}"): Right(Action.CALIBRATE),
    ("GET", "/console/assets/{asset}/look-back"): Right(Action.OVERSEE),
    ("POST", "/console/assets/{asset}/look-back"): Right(Action.HOLD_TOUCHED),
    ("GET", "/console/holds"): Right(Action.OVERSEE),
    ("POST", "/console/holds"): Right(Action.CLOSE_DEVIATION),
    ("GET", "/console/recalls"): Right(Action.OVERSEE),
    ("POST", "/console/recalls"): Right(Action.RECALL),
    ("GET", "/console/recalls/{case}"): Right(Action.OVERSEE),
    ("POST", "/console/recalls/{case}"): Right(Action.RECALL),
    ("GET", "/console/stations"): Right(Action.OVERSEE),
    ("POST", "/console/stations/{station}/{epoch}/branches/{branch}/decision"): Right(
        Action.DECIDE_BRANCH, Of.STATION
    ),
    ("GET", "/console/status"): Right(Action.OVERSEE),
    ("POST", "/console/alarms/{alarm}/close"): Right(Action.CLOSE_ALARM),
    ("POST", "/console/status/decision"): Right(Action.GO_ON),
    ("POST", "/console/stations/{station}/{epoch}/marks"): Right(Action.REPORT_MARK, Of.STATION),
    ("POST", "/console/stations/{station}/approvals"): Right(Action.ADMIT_STATION),
    ("GET", "/console/people"): Right(Action.OVERSEE),
    ("POST", "/console/people"): Right(Action.ENROL),
    ("GET", "/console/people.csv"): Right(Action.EXPORT),
    ("GET", "/console/people/{person}"): Right(Action.OVERSEE),
    ("POST", "/console/people/{person}/grants"): Right(Action.GRANT),
    ("POST", "/console/people/{person}/key"): Right(Action.REKEY),
    ("POST", "/console/people/{person}/second-factor-reset"): Right(Action.RESET_FACTOR),
    ("POST", "/console/people/{person}/deactivation"): Right(Action.DEACTIVATE),
    ("POST", "/console/people/{person}/unlocking"): Right(Action.UNLOCK),
    ("POST", "/console/people/{person}/sign-out"): Right(Action.END_SESSIONS),
    ("POST", "/console/people/{person}/identity"): Right(Action.LINK),
    ("GET", "/console/places"): Right(Action.OVERSEE),
    ("POST", "/console/places"): Right(Action.DEFINE_PLACE),
    ("GET", "/console/parameters"): Right(Action.OVERSEE),
    ("POST", "/console/parameters"): Right(Action.SET_PARAMETERS),
    ("GET", "/console/stations/{station}"): Right(Action.OVERSEE, Of.STATION),
    ("POST", "/console/stations/{station}/revocation"): Right(Action.REVOKE_STATION),
    ("GET", "/console/evidence-sets"): Right(Action.OVERSEE),
    ("POST", "/console/evidence-sets"): Right(Action.FREEZE),
    ("GET", "/console/evidence-sets/{number}"): Right(Action.OVERSEE),
    ("GET", "/console/evidence-sets/{number}/document.json"): Right(Action.EXPORT),
    ("GET", "/console/evidence-sets/{number}/evidence.zip"): Right(Action.EXPORT),
    ("GET", "/console/rights"): Right(Action.OWN, Of.ANYWHERE),
    ("GET", "/console/audit"): Right(Action.AUDIT),
    ("GET", "/console/audit/export"): Right(Action.AUDIT),
    ("POST", "/console/audit/review"): Right(Action.REVIEW_TRAIL),
}
"""Access entries of the console's routes, for ``create_app``."""


def console_router() -> tuple[APIRouter, dict[tuple[str, str], Rule]]:
    """The router and its access entries, as ``create_app(more=…)`` takes them."""
    router = APIRouter(include_in_schema=False)
    for part in (
        pages, account, decisions, concessions, lots, trace, assets, asset_form, stations, branches,
        status, recovery, holds, recalls, trail, people, person, rights,
        places, parameters, station, evidence_sets, identity,
    ):  # fmt: skip
        router.include_router(part.router)
    return router, CONSOLE_ACCESS
