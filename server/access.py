"""What may be asked for over HTTP: one table, route by route; what is not here does not exist.

An application with a route that this table lacks refuses to start. A person's route names an
action of ``forms.rights`` and how the place of what it is about is found; ``PUBLIC`` routes need
no identity, ``STATION`` routes a station's session.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from forms.rights import Action
from server.ingest.scopes import Of

__all__ = ["ACCESS", "ON_FULL_DISK", "PUBLIC", "STATION", "Action", "Of", "Right", "Rule"]

PUBLIC: Final = "public"
STATION: Final = "station"


class Right(NamedTuple):
    """The action a route stands for, and what it is about."""

    action: Action
    of: Of = Of.SITE


Rule = str | Right

ACCESS: dict[tuple[str, str], Rule] = {
    ("GET", "/healthz"): PUBLIC,
    # stations
    ("POST", "/enrolments"): PUBLIC,
    ("GET", "/station-sessions/challenge"): PUBLIC,
    ("POST", "/station-sessions"): PUBLIC,
    ("GET", "/logs/{origin:path}/head"): STATION,
    ("GET", "/logs/{origin:path}/root"): STATION,
    ("GET", "/logs/{origin:path}/entries"): STATION,
    ("POST", "/logs/{origin:path}/entries"): STATION,
    ("POST", "/logs/{origin:path}/evidence"): STATION,
    ("GET", "/checkpoint"): STATION,
    ("GET", "/checkpoint/consistency"): STATION,
    ("GET", "/checkpoint/inclusion"): STATION,
    ("GET", "/checkpoint/continued"): STATION,
    ("GET", "/logs/{origin:path}/receipts/{index}"): STATION,
    ("POST", "/cosignatures"): STATION,
    ("POST", "/checkpoint/seen"): STATION,
    ("GET", "/tail"): STATION,
    ("POST", "/tail"): STATION,
    ("GET", "/work-pack"): STATION,
    ("PUT", "/attachments/{sha256}"): STATION,
    ("GET", "/attachments/{sha256}"): STATION,
    ("GET", "/jobs/{job}/readiness"): STATION,
    # Sessions of people.
    ("POST", "/api/sessions"): PUBLIC,
    ("DELETE", "/api/sessions"): Right(Action.OWN, Of.ANYWHERE),
    ("GET", "/api/me"): Right(Action.OWN, Of.ANYWHERE),
    ("POST", "/api/me/secret"): Right(Action.OWN, Of.ANYWHERE),
    ("GET", "/api/me/sessions"): Right(Action.OWN, Of.ANYWHERE),
    ("DELETE", "/api/me/sessions/{name}"): Right(Action.OWN, Of.ANYWHERE),
    ("POST", "/api/people/{person}/sign-out"): Right(Action.END_SESSIONS),
    ("GET", "/api/me/second-factor"): Right(Action.OWN, Of.ANYWHERE),
    ("POST", "/api/me/second-factor"): Right(Action.OWN, Of.ANYWHERE),
    ("POST", "/api/me/second-factor/confirmation"): Right(Action.OWN, Of.ANYWHERE),
    ("POST", "/api/me/second-factor/recovery-codes"): Right(Action.OWN, Of.ANYWHERE),
    ("POST", "/api/me/second-factor/removal"): Right(Action.OWN, Of.ANYWHERE),
    ("POST", "/api/people/{person}/second-factor-reset"): Right(Action.RESET_FACTOR),
    # What people read: every one of these is audited.
    ("GET", "/api/lots"): Right(Action.LIST, Of.ANYWHERE),
    ("GET", "/api/jobs"): Right(Action.LIST, Of.ANYWHERE),
    ("GET", "/api/jobs/{job}"): Right(Action.READ, Of.JOB),
    ("GET", "/api/jobs/{job}/readiness"): Right(Action.READ, Of.JOB),
    ("GET", "/api/jobs/{job}/release-text"): Right(Action.READ, Of.JOB),
    ("GET", "/api/jobs/{job}/records"): Right(Action.READ, Of.JOB),
    ("GET", "/api/trace/where-used"): Right(Action.READ, Of.LOT),
    ("GET", "/api/trace/where-from"): Right(Action.READ, Of.LOT),
    ("GET", "/api/trace/recall"): Right(Action.READ, Of.LOT),
    ("GET", "/api/trace/origins"): Right(Action.READ, Of.LOT),
    ("GET", "/api/attachments/{sha256}"): Right(Action.READ),
    ("GET", "/api/audit"): Right(Action.AUDIT),
    ("GET", "/api/trail"): Right(Action.AUDIT),
    ("GET", "/api/trail/export"): Right(Action.AUDIT),
    ("GET", "/api/trail/reviews"): Right(Action.AUDIT),
    ("GET", "/api/site-parameters"): Right(Action.OVERSEE),
    ("GET", "/api/doctor"): Right(Action.OVERSEE),
    ("GET", "/api/scrub"): Right(Action.OVERSEE),
    ("GET", "/api/alarms"): Right(Action.OVERSEE),
    ("GET", "/api/people"): Right(Action.OVERSEE),
    ("GET", "/api/stations"): Right(Action.OVERSEE),
    ("GET", "/api/recovery"): Right(Action.OVERSEE),
    ("GET", "/api/branches"): Right(Action.OVERSEE),
    ("GET", "/api/breaks"): Right(Action.OVERSEE),
    ("GET", "/api/stations/{station}/{epoch}/branches/{branch}"): Right(Action.OVERSEE, Of.STATION),
    ("GET", "/api/work-masters"): Right(Action.OVERSEE),
    ("GET", "/api/holds"): Right(Action.OVERSEE),
    ("GET", "/api/hold-rules"): Right(Action.OVERSEE),
    ("GET", "/api/late-uses"): Right(Action.OVERSEE),
    ("GET", "/api/recalls"): Right(Action.OVERSEE),
    ("GET", "/api/recalls/{case}"): Right(Action.OVERSEE),
    ("GET", "/api/recalls/{case}/scope"): Right(Action.EXPORT),
    ("GET", "/api/recalls/{case}/consignees.csv"): Right(Action.EXPORT),
    ("GET", "/api/recalls/{case}/lines.csv"): Right(Action.EXPORT),
    ("GET", "/api/recalls/{case}/notice.pdf"): Right(Action.EXPORT),
    ("GET", "/api/recalls/{case}/evidence.zip"): Right(Action.EXPORT),
    ("GET", "/api/assets"): Right(Action.OVERSEE),
    ("GET", "/api/assets/{asset}/calibrations"): Right(Action.OVERSEE),
    ("GET", "/api/assets/{asset}/look-back"): Right(Action.OVERSEE),
    ("GET", "/api/deviations"): Right(Action.OVERSEE),
    ("GET", "/api/deviations/{number}/evidence"): Right(Action.OVERSEE),
    ("GET", "/api/evidence-sets"): Right(Action.OVERSEE),
    ("GET", "/api/evidence-sets/{number}"): Right(Action.OVERSEE),
    ("GET", "/api/evidence-sets/{number}/evidence.zip"): Right(Action.EXPORT),
    ("GET", "/api/checkpoint"): Right(Action.OVERSEE),
    ("GET", "/api/keys"): Right(Action.OVERSEE),
    # What people do: every one of these is signed.
    ("POST", "/api/jobs/{job}/release"): Right(Action.RELEASE, Of.JOB),
    ("POST", "/api/jobs/{job}/concession"): Right(Action.CONCEDE, Of.JOB),
    ("POST", "/api/holds"): Right(Action.HOLD, Of.ANYWHERE),
    ("POST", "/api/holds/{ref}/lift"): Right(Action.LIFT, Of.HOLD),
    ("POST", "/api/holds/{ref}/clear"): Right(Action.LIFT, Of.HOLD),
    ("POST", "/api/shipments"): Right(Action.MOVE),
    ("POST", "/api/returns"): Right(Action.MOVE),
    ("POST", "/api/lots/changes"): Right(Action.MOVE),
    ("POST", "/api/hold-rules"): Right(Action.SET_HOLD_RULES),
    ("POST", "/api/late-uses/{number}/close"): Right(Action.CLOSE_DEVIATION),
    ("POST", "/api/recalls"): Right(Action.RECALL),
    ("POST", "/api/recalls/{case}/holds"): Right(Action.RECALL),
    ("POST", "/api/recalls/{case}/scope"): Right(Action.RECALL),
    ("POST", "/api/recalls/{case}/notices"): Right(Action.RECALL),
    ("POST", "/api/recalls/{case}/sent"): Right(Action.RECALL),
    ("POST", "/api/recalls/{case}/acknowledged"): Right(Action.RECALL),
    ("POST", "/api/recalls/{case}/checks"): Right(Action.RECALL),
    ("POST", "/api/recalls/{case}/counts"): Right(Action.RECALL),
    ("POST", "/api/recalls/{case}/accounted"): Right(Action.RECALL),
    ("POST", "/api/recalls/{case}/terminate"): Right(Action.RECALL),
    ("POST", "/api/drills"): Right(Action.RECALL),
    ("POST", "/api/assets"): Right(Action.DEFINE_ASSET),
    ("POST", "/api/assets/{asset}/calibrations"): Right(Action.CALIBRATE),
    ("POST", "/api/metrology"): Right(Action.ASK_METROLOGY),
    ("POST", "/api/deviations/{number}/holds"): Right(Action.HOLD_TOUCHED),
    ("POST", "/api/deviations/{number}/close"): Right(Action.CLOSE_DEVIATION),
    ("POST", "/api/trail/reviews"): Right(Action.REVIEW_TRAIL),
    ("POST", "/api/site-parameters"): Right(Action.SET_PARAMETERS),
    ("POST", "/api/evidence-sets"): Right(Action.FREEZE),
    ("POST", "/api/lots"): Right(Action.RECEIVE),
    ("POST", "/api/lots/{item}/{lot}/status"): Right(Action.SET_STATUS, Of.LOT),
    ("POST", "/api/jobs"): Right(Action.DISPATCH, Of.MASTER),
    ("POST", "/api/people"): Right(Action.ENROL),
    ("POST", "/api/people/{person}/deactivation"): Right(Action.DEACTIVATE),
    ("POST", "/api/people/{person}/key"): Right(Action.REKEY),
    ("GET", "/api/people/{person}/grants"): Right(Action.OVERSEE),
    ("POST", "/api/people/{person}/grants"): Right(Action.GRANT),
    ("POST", "/api/people/{person}/identity"): Right(Action.LINK),
    ("POST", "/api/work-centers"): Right(Action.DEFINE_PLACE),
    ("POST", "/api/people/{person}/unlocking"): Right(Action.UNLOCK),
    ("POST", "/api/stations/{station}/approvals"): Right(Action.ADMIT_STATION),
    ("POST", "/api/stations/{station}/revocation"): Right(Action.REVOKE_STATION),
    ("POST", "/api/recovery/decision"): Right(Action.GO_ON),
    ("POST", "/api/stations/{station}/{epoch}/branches/{branch}/decision"): Right(
        Action.DECIDE_BRANCH, Of.STATION
    ),
    ("POST", "/api/stations/{station}/{epoch}/marks"): Right(Action.REPORT_MARK, Of.STATION),
    ("POST", "/api/work-masters"): Right(Action.PROPOSE),
    ("POST", "/api/work-masters/{master}/{revision}/check"): Right(Action.CHECK, Of.MASTER),
    ("POST", "/api/work-masters/{master}/{revision}/approve"): Right(Action.APPROVE, Of.MASTER),
    ("POST", "/api/alarms/{alarm}/close"): Right(Action.CLOSE_ALARM),
}
"""(method, path as declared) → what it takes. The console adds its own through ``create_app``."""

ON_FULL_DISK: frozenset[tuple[str, str]] = frozenset(
    {
        ("POST", "/station-sessions"),
        ("POST", "/cosignatures"),
        ("POST", "/checkpoint/seen"),
        ("POST", "/logs/{origin:path}/entries"),  # asked again with what it carries
        ("POST", "/api/sessions"),
        ("DELETE", "/api/sessions"),
        ("POST", "/api/holds"),
        ("POST", "/api/people/{person}/deactivation"),
        ("POST", "/api/people/{person}/unlocking"),
        ("POST", "/api/stations/{station}/revocation"),
        ("POST", "/api/alarms/{alarm}/close"),
        ("POST", "/console/people/{person}/deactivation"),
        ("POST", "/console/people/{person}/unlocking"),
        ("POST", "/console/stations/{station}/revocation"),
        ("POST", "/console/sign-in"),
        ("POST", "/console/sign-in/identity/code"),
        ("POST", "/console/sign-out"),
        ("POST", "/console/lot"),
    }
)
"""What writes and is done all the same while the disk is full: it stops or closes something, and
is small. Reading always is."""

OWN_SECRET: frozenset[tuple[str, str]] = frozenset(
    {
        ("DELETE", "/api/sessions"),
        ("GET", "/api/me"),
        ("POST", "/api/me/secret"),
        ("GET", "/api/me/sessions"),
        ("DELETE", "/api/me/sessions/{name}"),
        ("GET", "/api/me/second-factor"),
        ("POST", "/console/sign-out"),
        ("GET", "/console/account"),
        ("POST", "/console/account"),
        ("POST", "/console/account/sessions"),
    }
)
"""All that is open to a person whose secret is still the one that others chose."""

OWN_FACTOR: frozenset[tuple[str, str]] = OWN_SECRET | {
    ("POST", "/api/me/second-factor"),
    ("POST", "/api/me/second-factor/confirmation"),
    ("GET", "/console/account/second-factor"),
    ("POST", "/console/account/second-factor"),
}
"""All that is open to a person who must have a second factor and has none."""
