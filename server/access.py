"""Who may do what over HTTP: one table, route by route; what is not here does not exist.

An application with a route that this table lacks refuses to start. Rights are given to personnel
classes only; ``PUBLIC`` routes need no identity, ``STATION`` routes a station's session.
"""

from __future__ import annotations

from typing import Final

from forms.terms import PersonnelClass

PUBLIC: Final = "public"
STATION: Final = "station"
Rule = str | frozenset[PersonnelClass]

_O, _S, _Q = PersonnelClass.OPERATOR, PersonnelClass.SUPERVISOR, PersonnelClass.QUALITY
_A, _U = PersonnelClass.ADMINISTRATOR, PersonnelClass.AUDITOR


def _by(*classes: PersonnelClass) -> frozenset[PersonnelClass]:
    return frozenset(classes)


EVERYONE = _by(_O, _S, _Q, _A, _U)
READERS = _by(_S, _Q, _A, _U)

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
    ("DELETE", "/api/sessions"): EVERYONE,
    ("GET", "/api/me"): EVERYONE,
    ("POST", "/api/me/secret"): EVERYONE,
    # What people read: every one of these is audited.
    ("GET", "/api/lots"): EVERYONE,
    ("GET", "/api/jobs"): EVERYONE,
    ("GET", "/api/jobs/{job}"): READERS,
    ("GET", "/api/jobs/{job}/readiness"): READERS,
    ("GET", "/api/jobs/{job}/release-text"): READERS,
    ("GET", "/api/jobs/{job}/records"): READERS,
    ("GET", "/api/trace/where-used"): READERS,
    ("GET", "/api/trace/where-from"): READERS,
    ("GET", "/api/attachments/{sha256}"): READERS,
    ("GET", "/api/audit"): _by(_Q, _A, _U),
    ("GET", "/api/alarms"): READERS,
    ("GET", "/api/people"): READERS,
    ("GET", "/api/stations"): READERS,
    ("GET", "/api/recovery"): READERS,
    ("GET", "/api/branches"): READERS,
    ("GET", "/api/breaks"): READERS,
    ("GET", "/api/stations/{station}/{epoch}/branches/{branch}"): READERS,
    ("GET", "/api/work-masters"): READERS,
    ("GET", "/api/holds"): READERS,
    ("GET", "/api/assets"): READERS,
    ("GET", "/api/assets/{asset}/calibrations"): READERS,
    ("GET", "/api/assets/{asset}/look-back"): READERS,
    ("GET", "/api/deviations"): READERS,
    ("GET", "/api/deviations/{number}/evidence"): READERS,
    ("GET", "/api/evidence-sets"): READERS,
    ("GET", "/api/evidence-sets/{number}"): READERS,
    ("GET", "/api/evidence-sets/{number}/evidence.zip"): READERS,
    ("GET", "/api/checkpoint"): READERS,
    ("GET", "/api/keys"): READERS,
    # What people do: every one of these is signed.
    ("POST", "/api/jobs/{job}/release"): _by(_Q),
    ("POST", "/api/jobs/{job}/concession"): _by(_S, _Q),
    ("POST", "/api/holds"): _by(_O, _S, _Q, _A),
    ("POST", "/api/holds/{ref}/lift"): _by(_Q),
    ("POST", "/api/assets"): _by(_Q, _A),
    ("POST", "/api/assets/{asset}/calibrations"): _by(_Q, _A),
    ("POST", "/api/metrology"): _by(_Q),
    ("POST", "/api/deviations/{number}/holds"): _by(_S, _Q, _A),
    ("POST", "/api/deviations/{number}/close"): _by(_Q),
    ("POST", "/api/evidence-sets"): _by(_S, _Q, _A),
    ("POST", "/api/lots"): _by(_S, _Q, _A),
    ("POST", "/api/lots/{item}/{lot}/status"): _by(_Q),
    ("POST", "/api/jobs"): _by(_S, _A),
    ("POST", "/api/people"): _by(_A, _Q),
    ("POST", "/api/people/{person}/deactivation"): _by(_A, _Q),
    ("POST", "/api/people/{person}/key"): _by(_A, _Q),
    ("POST", "/api/people/{person}/unlocking"): _by(_S, _Q, _A),
    ("POST", "/api/stations/{station}/approvals"): _by(_A, _Q),
    ("POST", "/api/stations/{station}/revocation"): _by(_A, _Q),
    ("POST", "/api/recovery/decision"): _by(_A, _Q),
    ("POST", "/api/stations/{station}/{epoch}/branches/{branch}/decision"): _by(_Q),
    ("POST", "/api/stations/{station}/{epoch}/marks"): _by(_S, _Q, _A),
    ("POST", "/api/work-masters"): _by(_S, _Q, _A),
    ("POST", "/api/work-masters/{master}/{revision}/check"): _by(_S, _Q),
    ("POST", "/api/work-masters/{master}/{revision}/approve"): _by(_Q),
    ("POST", "/api/alarms/{alarm}/close"): _by(_S, _Q, _A),
}
"""(method, path as declared) → who. The console adds its own entries through ``create_app``."""

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
        ("POST", "/console/sign-in"),
        ("POST", "/console/sign-out"),
        ("POST", "/console/lot"),
    }
)
"""What writes and is done all the same while the disk is full: it stops or closes something, and
is small. Reading always is."""
