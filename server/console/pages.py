"""The console's pages for reading: lists, the batch record, what leaves the house, the trail."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from forms.rights import Action
from server.api.identity import client_of, within
from server.console.web import (
    COOKIE,
    HOME,
    LANGUAGE_COOKIE,
    ConsoleRoute,
    allowed,
    field,
    form_of,
    language_of,
    names,
    note,
    opened,
    page,
    parts_of,
)
from server.evidence.routes import exported
from server.evidence.view import view
from server.people.factors import MOST_CODE

Name = Annotated[str, Path(max_length=200)]
_STYLE = FilePath(__file__).with_name("static") / "console.css"
router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/")
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
    """Asks for badge, secret and code."""
    return page(request, "sign_in.html", said=None)


@router.post("/console/sign-in")
async def sign_in(request: Request) -> Response:
    """Opens a session."""
    form = await form_of(request)
    parts = parts_of(request)
    parts.gate.attempt(client_of(request))
    badge, secret = field(form, "badge").strip(), field(form, "secret")
    token, who, news = await parts.sessions.sign_in(
        badge, secret, parts.workers, field(form, "code", MOST_CODE)
    )
    answer: Response = RedirectResponse(HOME, 303)
    if news:  # told now, whatever page comes next
        answer = page(request, "signed_in.html", uses=news)
    return opened(request, token, who.person, answer)


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
    scopes = parts_of(request).scopes
    orders = within(request, reader.list_jobs(), lambda one: scopes.of_job(one.id))
    lots = within(request, reader.list_lots(), lambda one: scopes.of_lot(one.item, one.lot))
    note(request, "jobs", len(orders) + len(lots))
    named = names(parts_of(request), language_of(request))
    reads = allowed(request, Action.READ)
    return page(
        request,
        "jobs.html",
        jobs=orders,
        lots=lots,
        names=named,
        reads=reads,
        today=parts_of(request).clock().date(),
    )


@router.get("/console/jobs/{job}")
async def record(request: Request, job: Name) -> Response:
    """The batch record: every reading, attempt and signature."""
    parts = parts_of(request)
    batch = parts.reader.batch(job)
    note(request, job, len(batch.records))
    shown = view(batch, parts.reader.checkpoint(), parts.verifier.name, language_of(request))
    arrived = [one["sha256"] for one in shown["photos"] if parts.attachments.has(one["sha256"])]
    return page(request, "record.html", d=shown, job=job, arrived=arrived)


@router.get("/console/jobs/{job}/batch-record.pdf")
async def pdf(request: Request, job: Name) -> Response:
    """The batch record in the console's language."""
    return await exported(request, job, "pdf", language_of(request))


@router.get("/console/jobs/{job}/evidence.zip")
async def pack(request: Request, job: Name) -> Response:
    """The evidence pack; its PDF is in the console's language."""
    return await exported(request, job, "zip", language_of(request))


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
