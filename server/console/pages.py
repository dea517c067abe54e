"""The console's pages and acts. Every one is in the access table; reading is audited."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from forms.terms import PersonnelClass
from server.access import EVERYONE, PUBLIC, READERS
from server.console.picture import picture
from server.console.web import (
    COOKIE,
    LANGUAGE_COOKIE,
    ConsoleRoute,
    acting,
    form_of,
    language_of,
    note,
    page,
    parts_of,
    session_of,
)
from server.evidence.routes import exported
from server.evidence.view import view
from server.quality.office import shown_text
from server.words import Refusal

if TYPE_CHECKING:
    from server.access import Rule

Name = Annotated[str, Path(max_length=200)]
Text = Annotated[str, Query(max_length=64)]
HOME = "/console/jobs"
_STYLE = FilePath(__file__).with_name("static") / "console.css"
_AUDITORS = frozenset(
    {PersonnelClass.QUALITY, PersonnelClass.ADMINISTRATOR, PersonnelClass.AUDITOR}
)
_APPROVERS = frozenset({PersonnelClass.QUALITY, PersonnelClass.ADMINISTRATOR})

CONSOLE_ACCESS: dict[tuple[str, str], Rule] = {
    ("GET", "/console"): PUBLIC,
    ("GET", "/console/style.css"): PUBLIC,
    ("GET", "/console/sign-in"): PUBLIC,
    ("POST", "/console/sign-in"): PUBLIC,
    ("GET", "/console/language/{tag}"): PUBLIC,
    ("POST", "/console/sign-out"): EVERYONE,
    ("GET", "/console/jobs"): EVERYONE,
    ("GET", "/console/jobs/{job}"): READERS,
    ("GET", "/console/jobs/{job}/release"): READERS,
    ("POST", "/console/jobs/{job}/release"): frozenset({PersonnelClass.QUALITY}),
    ("GET", "/console/jobs/{job}/batch-record.pdf"): READERS,
    ("GET", "/console/jobs/{job}/evidence.zip"): READERS,
    ("GET", "/console/attachments/{sha256}"): READERS,
    ("GET", "/console/trace"): READERS,
    ("GET", "/console/stations"): READERS,
    ("POST", "/console/stations/{station}/approvals"): _APPROVERS,
    ("GET", "/console/audit"): _AUDITORS,
}
"""Access entries of the console's routes, for ``create_app``."""

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console")
async def home() -> Response:
    """To the list."""
    return RedirectResponse(HOME, 303)


@router.get("/console/style.css")
async def style() -> Response:
    """The one stylesheet."""
    headers = {"cache-control": "max-age=300", "x-content-type-options": "nosniff"}
    return Response(_STYLE.read_bytes(), 200, headers, media_type="text/css")


@router.get("/console/sign-in")
async def sign_in_page(request: Request) -> Response:
    """Asks for badge and secret."""
    return page(request, "sign_in.html", said=None)


@router.post("/console/sign-in")
async def sign_in(request: Request) -> Response:
    """Opens a session; the cookie cannot be read by scripts nor sent from elsewhere."""
    form = await form_of(request)
    parts = parts_of(request)
    badge, secret = str(form.get("badge", "")).strip(), str(form.get("secret", ""))
    token, who = parts.sessions.sign_in(badge, secret)
    parts.trail.note(who.person.id, "POST /console/sign-in", "sign-in", 1)
    response = RedirectResponse(HOME, 303)
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure)
    return response


@router.post("/console/sign-out")
async def sign_out(request: Request) -> Response:
    """Forgets the session."""
    await form_of(request)
    parts_of(request).sessions.close(request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/console/sign-in", 303)
    response.delete_cookie(COOKIE)
    return response


@router.get("/console/language/{tag}")
async def language(request: Request, tag: Name) -> Response:
    """Shows every page in that language from here on, beginning with the one left."""
    came = urlsplit(request.headers.get("referer", ""))
    own = came.netloc == request.headers.get("host", "") and came.path.startswith("/console")
    query = f"?{came.query}" if came.query else ""
    response = RedirectResponse(f"{came.path}{query}" if own else HOME, 303)
    chosen = "zh_CN" if tag == "zh_CN" else "en"
    response.set_cookie(LANGUAGE_COOKIE, chosen, httponly=True, samesite="lax", max_age=31_536_000)
    return response


@router.get("/console/jobs")
async def jobs(request: Request) -> Response:
    """Job orders and material lots with their status."""
    reader = parts_of(request).reader
    orders, lots = reader.list_jobs(), reader.list_lots()
    note(request, "jobs", len(orders) + len(lots))
    return page(request, "jobs.html", jobs=orders, lots=lots)


@router.get("/console/jobs/{job}")
async def record(request: Request, job: Name) -> Response:
    """The batch record: every reading, attempt and signature."""
    parts = parts_of(request)
    batch = parts.reader.batch(job)
    note(request, job, len(batch.records))
    shown = view(batch, parts.reader.checkpoint(), parts.verifier.name, language_of(request))
    arrived = [one["sha256"] for one in shown["photos"] if parts.attachments.has(one["sha256"])]
    return page(request, "record.html", d=shown, job=job, arrived=arrived)


@router.get("/console/jobs/{job}/release")
async def release_page(request: Request, job: Name) -> Response:
    """Readiness with every reason, what would be signed, and the form."""
    return _release_page(request, job, None)


@router.post("/console/jobs/{job}/release")
async def release(request: Request, job: Name) -> Response:
    """The decision, signed; a refusal is shown on the same page."""
    form = await form_of(request)
    decision, reason = str(form.get("decision", "")), str(form.get("reason", ""))[:500]
    try:
        who = acting(request, form)
        parts_of(request).quality.decide(job, decision, reason, who, language_of(request))
    except Refusal as refusal:
        return _release_page(request, job, refusal)
    return RedirectResponse(f"/console/jobs/{job}/release", 303)


def _release_page(request: Request, job: str, refusal: Refusal | None) -> Response:
    parts, words = parts_of(request), language_of(request)
    session = session_of(request)
    person = session.person if session else None
    found = parts.quality.readiness(job, person)
    batch = parts.reader.batch(job)
    note(request, job, len(batch.records))
    said = None
    if refusal is not None:
        said = {"message": refusal.words(words), "hint": refusal.hint(words)}
    reasons = [
        {
            "words": one.words(words),
            "source": one.rule.source,
            "lifted_by": one.rule.lifted_by or "",
            "meanwhile": one.meanwhile(words),
        }
        for one in found.reasons
    ]
    return page(
        request,
        "release.html",
        refusal.status if refusal else 200,
        job=job,
        found=found,
        reasons=reasons,
        said=said,
        text=shown_text(batch.state, "released", "", words),
        text_reject=shown_text(batch.state, "rejected", "…", words),
        may_decide=person is not None and PersonnelClass.QUALITY in person.classes,
        d=view(batch, parts.reader.checkpoint(), parts.verifier.name, words),
    )


@router.get("/console/jobs/{job}/batch-record.pdf")
async def pdf(request: Request, job: Name) -> Response:
    """The batch record in the console's language."""
    return exported(request, job, "pdf", language_of(request))


@router.get("/console/jobs/{job}/evidence.zip")
async def pack(request: Request, job: Name) -> Response:
    """The evidence pack; its PDF is in the console's language."""
    return exported(request, job, "zip", language_of(request))


@router.get("/console/attachments/{sha256}")
async def attachment(request: Request, sha256: Name) -> Response:
    """A photo; shown as an image if it is one, else only to be saved."""
    data = parts_of(request).attachments.get(sha256)
    note(request, sha256, 1)
    kinds = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
    kind = next((one for head, one in kinds.items() if data.startswith(head)), "")
    headers = {"x-content-type-options": "nosniff", "cache-control": "no-store"}
    if not kind:
        headers["content-disposition"] = "attachment"
    return Response(data, 200, headers, media_type=kind or "application/octet-stream")


@router.get("/console/trace")
async def trace(
    request: Request, item: Text = "", lot: Text = "", direction: Text = "used"
) -> Response:
    """Where a lot went, or what went into it: a picture and the same as a table."""
    parts = parts_of(request)
    lots = parts.reader.list_lots()
    found = drawn = None
    if item and lot:
        ask = parts.genealogy.where_from if direction == "from" else parts.genealogy.where_used
        found = ask(item, lot)
        drawn = picture(found) if found.uses else None
    note(request, f"{item}/{lot}", len(found.uses) if found else 0)
    return page(
        request, "trace.html", found=found, drawn=drawn, lots=lots, item=item, lot=lot,
        direction=direction,
    )  # fmt: skip


@router.get("/console/stations")
async def stations(request: Request) -> Response:
    """Every station and epoch: enrolment, log size, last record; approvals where due."""
    return _stations_page(request, None)


@router.post("/console/stations/{station}/approvals")
async def approve(request: Request, station: Name) -> Response:
    """One person's approval of an enrolment, by signature."""
    form = await form_of(request)
    try:
        parts_of(request).stations.approve(station, acting(request, form))
    except Refusal as refusal:
        return _stations_page(request, refusal)
    return RedirectResponse("/console/stations", 303)


def _stations_page(request: Request, refusal: Refusal | None) -> Response:
    parts, words = parts_of(request), language_of(request)
    rows = []
    for one in parts.stations.all():
        head = parts.store.newest("heads", origin=one.origin)
        rows.append({
            "one": one,
            "size": head["size"] if head else 0,
            "seen": str(head["received_at"])[:19].replace("T", " ") if head else "–",
        })  # fmt: skip
    note(request, "stations", len(rows))
    session = session_of(request)
    may = session is not None and bool(set(session.person.classes) & _APPROVERS)
    said = None
    if refusal is not None:
        said = {"message": refusal.words(words), "hint": refusal.hint(words)}
    status = refusal.status if refusal else 200
    return page(request, "stations.html", status, rows=rows, may_approve=may, said=said,
                checkpoint=parts.book.checkpoint(), log=parts.book.origin)  # fmt: skip


@router.get("/console/audit")
async def audit(request: Request) -> Response:
    """Who read or exported what, newest first."""
    rows = parts_of(request).trail.newest()
    note(request, "audit", len(rows))
    return page(request, "audit.html", rows=rows)


def console_router() -> tuple[APIRouter, dict[tuple[str, str], Rule]]:
    """The router and its access entries, as ``create_app(more=…)`` takes them."""
    return router, CONSOLE_ACCESS
