"""For every route what it is asked about, and a body with which it does what it is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from server.access import Of, Right, Rule
from server.quality.parameters import Parameters
from tests.server.authorization import CALIBRATION, CENTER, NEEDLES, SITE, Matrix, Object
from tests.server.authorization_recall import RECALL_BODIES
from tests.server.gauged import BALANCE
from tests.server.plant import MASTER, PREFIX, credentials

Body = dict[str, Any]
Route = tuple[str, str]

OBJECTS: dict[Of, Callable[[Matrix], list[Object]]] = {
    Of.SITE: lambda _: [("site", SITE, {})],
    Of.ANYWHERE: lambda _: [("any", "anywhere", {})],
    Of.JOB: lambda _: [
        ("own", CENTER, {"job": "JO-OWN"}),
        ("foreign", NEEDLES, {"job": "JO-FAR"}),
        ("held", CENTER, {"job": "JO-HELD"}),
        ("decided", CENTER, {"job": "JO-DONE"}),
    ],
    Of.LOT: lambda _: [
        ("own", CENTER, {"item": "SET-1", "lot": "L-OWN"}),
        ("foreign", NEEDLES, {"item": "SET-1", "lot": "L-FAR"}),
        ("held", CENTER, {"item": "SET-1", "lot": "L-HELD"}),
        ("decided", CENTER, {"item": "SET-1", "lot": "L-DONE"}),
        ("received", SITE, {"item": "TUB-1", "lot": "T1"}),
    ],
    Of.HOLD: lambda m: [
        ("own", CENTER, {"ref": m.named["hold-OWN"]}),
        ("foreign", NEEDLES, {"ref": m.named["hold-FAR"]}),
    ],
    Of.MASTER: lambda _: [
        ("own", CENTER, {"master": "OWN"}),
        ("foreign", NEEDLES, {"master": "FAR"}),
    ],
    Of.STATION: lambda _: [
        ("own", CENTER, {"station": "ST-03"}),
        ("foreign", NEEDLES, {"station": "ST-02"}),
    ],
}
"""By what a route is about: one's own, another's, a held and a decided one."""


def path_of(matrix: Matrix, route: Route, about: dict[str, str]) -> str:
    """The address asked, with what stands in it."""
    named = matrix.named
    usual = {
        "{origin:path}": f"{PREFIX}/ST-03/1", "{job}": "JO-OWN", "{sha256}": named["photo"],
        "{station}": "ST-51", "{person}": "P-OTHER", "{revision}": "2",
        "{alarm}": named["alarm"], "{epoch}": "1", "{branch}": "2", "{asset}": "BAL-1",
        "{number}": named["deviation"], "{index}": "0", "{tag}": "en", "{master}": "OWN",
        "{ref}": "0", "{case}": named["case"], "{name}": "none", "{item}": "TUB-1", "{lot}": "T1",
    }  # fmt: skip
    own = {f"{{{name}}}": value for name, value in about.items()}
    if "evidence-sets" in route[1]:
        own["{number}"] = named["set"]
    own |= {"{person}": "P-VIC"} if "deactivation" in route[1] else {}
    own |= {"{station}": "ST-52"} if route[1] == "/console/stations/{station}/approvals" else {}
    own |= {"{job}": "JO-CON"} if route == CONSOLE_RELEASE and about.get("job") == "JO-OWN" else {}
    path = route[1]
    for name, value in (usual | own).items():
        path = path.replace(name, value)
    return path


def query_of(matrix: Matrix, route: Route, about: dict[str, str]) -> dict[str, str]:
    """What the address asks beside its path."""
    given = {name: value for name, value in about.items() if f"{{{name}}}" not in route[1]}
    if route[1].endswith("/release/confirm"):
        given |= {"decision": "rejected", "reason": "scrap"}
    if route[1] == "/api/consistency":
        given |= dict.fromkeys(("first", "second"), matrix.named["size"])
    if route[1].endswith("/notice.pdf"):
        given |= {"consignee": "Clinic"}
    return {name: value for name, value in given.items() if name != "master"}


CONSOLE_RELEASE = ("POST", "/console/jobs/{job}/release")
REASON = {"reason": "seen"}
PERSON = {"document": "passport", "checked_by": "P-ADM"}


def _order(m: Matrix, about: dict[str, str]) -> Body:
    own = {"id": f"JO-{m.turn}", "lot": f"L{m.turn}", "units": 1, "serials": [f"N{m.turn}"]}
    return {**own, "work_master": about.get("master", "OWN")}


def _new_person(m: Matrix, _about: dict[str, str]) -> Body:
    own = {"id": f"P-{m.turn}", "name": "New", "badge": f"LB:ID:{m.turn}", "secret": "secret-1"}
    return {**own, **PERSON, "classes": ["operator"]}


def _console_release(m: Matrix, about: dict[str, str]) -> Body:
    job = "JO-CON" if about["job"] == "JO-OWN" else about["job"]
    text = m.plant.parts.quality.text(job, "rejected", "scrap", "en")[1]
    return {"decision": "rejected", "reason": "scrap", "text_digest": text}


def _calibration(m: Matrix, _about: dict[str, str]) -> Body:
    return {**CALIBRATION, "certificate": f"C-{m.turn}"}


def _console_person(m: Matrix, about: dict[str, str]) -> Body:
    said = _new_person(m, about)
    return {**said, "new_badge": said["badge"], "new_secret": said["secret"]}


def _plain(body: Body) -> Callable[[Matrix, dict[str, str]], Body]:
    return lambda _m, _about: body


_FORM = {name: str(CALIBRATION[name]) for name in CALIBRATION if name != "points"}
BODIES: dict[str, Callable[[Matrix, dict[str, str]], Body]] = {
    "POST /api/me/secret": lambda m, _: {"new_secret": f"another secret {m.turn}"},
    "POST /api/jobs/{job}/release": _plain({"decision": "rejected", "reason": "scrap"}),
    "POST /api/jobs/{job}/concession": _plain({"record": "0" * 64, **REASON}),
    "POST /api/holds": _plain({"item": "TUB-1", "lot": "T2", **REASON}),
    "POST /api/holds/{ref}/lift": _plain(REASON),
    "POST /api/assets": lambda m, _: {**BALANCE, "id": f"BAL-{m.turn}"},
    "POST /api/assets/{asset}/calibrations": _calibration,
    "POST /api/metrology": _plain({"warn_days": 20}),
    "POST /api/deviations/{number}/holds": _plain({}),
    "POST /api/deviations/{number}/close": _plain({"conclusion": "no effect"}),
    "POST /api/evidence-sets": lambda m, _: {
        "cause": "change",
        "about": str(m.turn),
        "jobs": ["JO-OWN"],
    },
    "POST /api/lots": lambda m, _: {
        "item": "TUB-1",
        "lot": f"T{m.turn}",
        "quantity": "1",
        "unit": "m",
    },
    "POST /api/lots/{item}/{lot}/status": _plain({"status": "quarantine", **REASON}),
    "POST /api/jobs": _order,
    "POST /api/people": _new_person,
    "POST /api/people/{person}/deactivation": _plain({}),
    "POST /api/people/{person}/key": _plain(
        {"badge": "LB:ID:OTHER", "secret": "secret-2", **PERSON}
    ),
    "POST /api/people/{person}/grants": _plain({"role": "auditor", **REASON}),
    "POST /api/work-centers": _plain(
        {"area": "Room", "work_center": "Needles", "work_units": ["WU-10"]}
    ),
    "POST /api/me/second-factor": _plain({}),
    "POST /api/me/second-factor/confirmation": _plain({"code": "000000"}),
    "POST /api/me/second-factor/recovery-codes": _plain({}),
    "POST /api/me/second-factor/removal": _plain({}),
    "POST /api/people/{person}/second-factor-reset": _plain(PERSON),
    "POST /api/people/{person}/unlocking": _plain({}),
    "POST /api/people/{person}/sign-out": _plain({}),
    "POST /api/stations/{station}/approvals": _plain({}),
    "POST /api/stations/{station}/revocation": _plain({"valid_to": 9, **REASON}),
    "POST /api/recovery/decision": _plain(REASON),
    "POST /api/stations/{station}/{epoch}/branches/{branch}/decision": _plain(
        {"decision": "log", **REASON}
    ),
    "POST /api/stations/{station}/{epoch}/marks": lambda m, _: {
        "mark": m.named["mark"],
        "place": "label",
    },
    "POST /api/work-masters": lambda m, _: {
        "text": MASTER.replace("revision: 1", f"revision: {m.turn}")
    },
    "POST /api/work-masters/{master}/{revision}/check": _plain({}),
    "POST /api/work-masters/{master}/{revision}/approve": _plain({}),
    "POST /api/alarms/{alarm}/close": _plain(REASON),
    "POST /console/sign-out": _plain({}),
    "POST /console/account": _plain({"new_secret": "short", "again": "short"}),
    "POST /console/account/sessions": _plain({"name": "none"}),
    "POST /console/account/second-factor": _plain({"act": "begin"}),
    "POST /console/jobs/{job}/release": _console_release,
    "POST /console/jobs/{job}/concession": _plain({"record": "0" * 64, "text_digest": "0" * 64}),
    "POST /console/lot": _plain({"act": "hold", **REASON}),
    "POST /console/assets/{asset}": lambda m, _: {
        **_FORM,
        "certificate": f"D-{m.turn}",
        "points": "100 100 1 100",
        "as_found": "in-tolerance",
    },
    "POST /console/asset-form": lambda m, _: {
        **{name: str(BALANCE.get(name) or "") for name in ("equipment_class", "serial_number")},
        "id": f"BALF-{m.turn}",
        "status": "in_service",
        "no_calibration": "yes",
    },
    "POST /console/assets/{asset}/look-back": lambda m, _: {
        "act": "hold",
        "number": m.named["deviation"],
    },
    "POST /console/stations/{station}/{epoch}/branches/{branch}/decision": _plain(
        {"decision": "log", **REASON}
    ),
    "POST /console/alarms/{alarm}/close": _plain(REASON),
    "POST /console/status/decision": _plain(REASON),
    "POST /console/stations/{station}/{epoch}/marks": lambda m, _: {
        "mark": m.named["mark"],
        "place": "label",
    },
    "POST /console/stations/{station}/approvals": _plain({}),
    "POST /console/stations/{station}/revocation": _plain({"valid_to": "9", **REASON}),
    "POST /console/places": _plain(
        {"area": "Room", "work_center": "Needles", "work_units": ["WU-10"], **REASON}
    ),
    "POST /console/parameters": lambda _m, _: {
        **{
            name: str(value).lower()
            for name, value in msgspec.to_builtins(Parameters()).items()
            if isinstance(value, int)  # of a list nothing is sent: no box is ticked
        },
        **REASON,
    },
    "POST /console/evidence-sets": lambda m, _: {
        "cause": "change",
        "about": str(m.turn),
        "jobs": "JO-OWN",
        "why": "look",
    },
    "POST /api/people/{person}/identity": lambda m, _: {
        "issuer": "https://id.example",
        "subject": f"subject {m.turn}",
        **REASON,
    },
    "POST /console/people/{person}/identity": lambda m, _: {
        "issuer": "https://id.example",
        "subject": f"subject {m.turn}",
        **REASON,
    },
    "POST /console/people": _console_person,
    "POST /console/people/{person}/grants": _plain({"role": "supervisor", "place": "/", **REASON}),
    "POST /console/people/{person}/key": _plain(
        {"new_badge": "LB:ID:OTHER", "new_secret": "secret-2", **PERSON}
    ),
    "POST /console/people/{person}/second-factor-reset": _plain(PERSON),
    "POST /console/people/{person}/deactivation": _plain(REASON),
    "POST /console/people/{person}/unlocking": _plain({}),
    "POST /console/people/{person}/sign-out": _plain({}),
    **RECALL_BODIES,
}
"""A body for every route of people that writes; one that is missing fails the build."""

SIGN_INS = frozenset({"POST /api/sessions", "POST /console/sign-in"})
BY_TWO = frozenset(
    {
        "POST /api/people",
        "POST /api/people/{person}/key",
        "POST /api/people/{person}/grants",
        "POST /api/people/{person}/second-factor-reset",
        "POST /api/people/{person}/identity",
    }
)
"""Their bodies carry two persons; the others the one signed in."""
CONSOLE_BY_TWO = frozenset({one.replace("/api/", "/console/") for one in BY_TWO})
"""So do these forms, beside each other."""
ENDS = frozenset({"DELETE /api/sessions", "POST /console/sign-out"})
"""After these the caller signs in again."""
NEVER: dict[str, str] = {
    "POST /api/recovery/decision": "only in recovery: tests/server/test_recovery.py",
    "POST /console/status/decision": "only in recovery: tests/console",
    "POST /api/jobs/{job}/concession": "a record unsound: tests/server/test_concession.py",
    "GET /console/jobs/{job}/concession": "a record unsound: tests/console",
    "POST /console/jobs/{job}/concession": "a record unsound: tests/console",
    "GET /api/stations/{station}/{epoch}/branches/{branch}": "a fork: test_branches.py",
    "POST /api/stations/{station}/{epoch}/branches/{branch}/decision": "a fork: test_branches.py",
    "POST /console/stations/{station}/{epoch}/branches/{branch}/decision": "a fork: tests/console",
    "GET /api/recalls/{case}/notice.pdf": "a notice written: tests/server/test_recall.py",
    "POST /api/holds/{ref}/clear": "lifted by then: tests/server/test_holds.py",
    "POST /api/late-uses/{number}/close": "a late use: tests/server/test_holds.py",
    "POST /api/recalls/{case}/terminate": "nothing open: tests/server/test_recall.py",
    "POST /api/me/second-factor/confirmation": "a phone's code: test_second_factor.py",
    "POST /api/me/second-factor/recovery-codes": "a factor: test_second_factor.py",
    "POST /api/me/second-factor/removal": "a factor: test_second_factor.py",
    "POST /api/people/{person}/second-factor-reset": "a lost factor: test_second_factor.py",
    "POST /console/people/{person}/second-factor-reset": "a lost factor: tests/console",
    "POST /console/account": "the API changed it: tests/console",
    "POST /console/alarms/{alarm}/close": "the API closed it: tests/console",
}
"""Routes of which no cell succeeds here, and where one does."""


def objects(matrix: Matrix, rule: Rule) -> list[Object]:
    """What a route is asked about."""
    return OBJECTS[rule.of](matrix) if isinstance(rule, Right) else OBJECTS[Of.SITE](matrix)


def variants(route: Route, rule: Rule) -> tuple[str, ...]:
    """How the fields are sent: as they should be, and as nobody may send them."""
    if not isinstance(rule, Right) or route[0] != "POST":
        return ("plain",)
    if route[1] in {"/console/sign-out", "/console/account/sessions"}:  # nobody is named in them
        return ("plain", "no-token")
    if route[1].startswith("/console"):
        return ("plain", "no-token", "as-another")
    return ("plain", "unknown", "as-another")


def body_of(
    matrix: Matrix, route: Route, caller: str, about: dict[str, str], variant: str
) -> Body | None:
    """The body of a cell; None for a route that takes none."""
    name, console = " ".join(route), route[1].startswith("/console")
    if name in SIGN_INS:
        return matrix.known["P-IN"] | ({"csrf": matrix.csrf(caller)} if console else {})
    if name == "POST /console/sign-in/identity/code":
        return {"csrf": matrix.csrf(caller), "code": "000000"}
    if route[0] != "POST" or name not in BODIES:
        return None
    matrix.turn += 1
    body = dict(BODIES[name](matrix, about))
    own = matrix.known.get(caller, credentials("P-QA"))
    if variant == "as-another":
        own = matrix.known["P-IN"]
    second = matrix.known["P-ADM" if caller.endswith("QA") else "P-QA"]
    body |= {"first": own, "second": second} if name in BY_TWO else own
    if name in CONSOLE_BY_TWO:
        body |= {f"second_{part}": value for part, value in second.items()}
    if console:
        body |= {} if variant == "no-token" else {"csrf": matrix.csrf(caller)}
    elif variant == "unknown":
        body["person"] = "P-QA"
    return body
