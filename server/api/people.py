"""Routes for people: sessions, reading (each read is audited), and who is enrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request, Response

from server.api.answers import answer, public
from server.api.bodies import Components, Credentials, NewSecret
from server.api.guard import language_of
from server.api.identity import COOKIE, parts_of, session_of, within
from server.api.owing import owed_by
from server.api.sign_in import signed_in
from server.api.strict import StrictRoute
from server.audit.noting import noted
from server.words import Refusal

if TYPE_CHECKING:
    from server.people.directory import Acting
    from server.quality.readiness import Readiness

router = APIRouter(prefix="/api", tags=["people"], route_class=StrictRoute)
Name = Annotated[str, Path(max_length=200)]
Decision = Annotated[str, Query(pattern="^(released|rejected)$")]


def language(request: Request) -> str:
    """The language to answer in."""
    return language_of(request.headers.get("accept-language", ""))


async def acting(request: Request, given: Credentials) -> Acting:
    """The signed-in person with the key unlocked; Refusal if the components are another's."""
    parts = parts_of(request)
    found = await parts.sessions.check_aside(given.badge, given.secret, parts.workers)
    here = session_of(request).person
    if found.person.id != here.id:
        raise Refusal("sign-in-failed")
    return found.at(here)


async def second_of(request: Request, given: Components) -> Acting:
    """The second person of an act by two, who is not signed in here: with everything to show."""
    parts = parts_of(request)
    found, how = await parts.sessions.prove(given.badge, given.secret, given.code, parts.workers)
    if code := owed_by(parts.store, found.person, how):
        raise Refusal(code)
    return found


def note(request: Request, about: str, count: int) -> None:
    """Write the audit leaf of this read or export."""
    noted(request, about, count)


@router.post("/sessions", summary="Sign in with badge, secret and, who has one, a code")
async def sign_in(request: Request, given: Components) -> Response:
    """The token comes in the body and as a cookie that scripts cannot read.

    ``owes``: what the person has to do before anything else, as every other route then says.
    ``recovery_codes_used``: since the sign-in before; told once.
    """
    return await signed_in(request, given.badge, given.secret, given.code)


@router.delete("/sessions", status_code=204, summary="Sign out")
async def sign_out(request: Request) -> Response:
    """Forget the session."""
    header = request.headers.get("authorization", "")
    parts_of(request).sessions.close(header.partition(" ")[2] or request.cookies.get(COOKIE, ""))
    response = Response(status_code=204)
    response.delete_cookie(COOKIE)
    return response


@router.get("/me", summary="Who is signed in")
async def me(request: Request) -> Response:
    """The person of this session."""
    return answer(public(session_of(request).person))


@router.post("/me/secret", status_code=204, summary="Choose a new secret")
async def change_secret(request: Request, body: NewSecret) -> Response:
    """The old one is needed; the key stays the same. Stations know it with the next WorkPack.

    The person's other sessions end.
    """
    parts = parts_of(request)
    person = await acting(request, body)
    claim = parts.directory.claim(body.badge, body.secret)
    wrapped = await parts.workers.derive(lambda: parts.enrolment.rewrapped(claim, body.new_secret))
    parts.enrolment.change_secret(person, wrapped)
    session = session_of(request)
    parts.sessions.end(session.person.id, but=session.token_digest)
    return Response(status_code=204)


@router.get("/lots", summary="All lots with their present status")
async def lots(request: Request) -> Response:
    """Received and made here; open holds laid over their status."""
    parts = parts_of(request)
    place = parts.scopes.of_lot
    found = within(request, parts.reader.list_lots(), lambda one: place(one.item, one.lot))
    note(request, "lots", len(found))
    return answer(found)


@router.get("/jobs", summary="All job orders")
async def jobs(request: Request) -> Response:
    """Where each stands."""
    parts = parts_of(request)
    place = parts.scopes.of_job
    found = within(request, parts.reader.list_jobs(), lambda one: place(one.id))
    note(request, "jobs", len(found))
    return answer(found)


@router.get("/jobs/{job}", summary="A job order with its readings, signatures and verdicts")
async def job(request: Request, job: Name) -> Response:
    """What the rule book made of its records."""
    data = parts_of(request).reader.batch(job)
    note(request, job, len(data.records))
    row = next(one for one in parts_of(request).reader.list_jobs() if one.id == job)
    tables = {
        table: parts_of(request).store.rows(table, job=job)
        for table in ("consumption", "production", "signatures", "nonconformities")
    }
    head = {"job": row, "order": data.order, "work_master": data.master.digest}
    return answer(head | tables | {"lots": data.lots})


@router.get("/jobs/{job}/records", summary="Every record of a job order, verbatim")
async def records(request: Request, job: Name) -> Response:
    """The signed text, the verdict with its reasons, and where it lies in both logs."""
    data = parts_of(request).reader.batch(job)
    note(request, job, len(data.records))
    words = language(request)
    return answer(
        [
            {
                "origin": one.origin,
                "index": one.index,
                "ref": one.ref,
                "text": one.data.decode(),
                "passed": one.verdict.passed if one.verdict else None,
                "effective": one.verdict.effective if one.verdict else None,
                "reasons": list(one.verdict.words(words)) if one.verdict else [],
                "sound": one.sound,
                "global_index": one.global_index,
                "received_at": one.received_at,
                "not_before": one.made.not_before,
                "contradiction": one.contradiction,
            }
            for one in data.records
        ]
    )


@router.get("/jobs/{job}/readiness", summary="May this lot be released, and if not, why")
async def readiness(request: Request, job: Name) -> Response:
    """The same rule book as at the station, over all records."""
    found = parts_of(request).quality.readiness(job)
    note(request, job, found.records)
    return answer(shown(found, language(request)))


@router.get("/jobs/{job}/release-text", summary="The exact text that a decision would sign")
async def release_text(
    request: Request,
    job: Name,
    decision: Decision = "released",
    reason: Annotated[str, Query(max_length=1000)] = "",
) -> Response:
    """Show it before signing, and send its digest with the decision."""
    words = language(request)
    text, digest = parts_of(request).quality.text(job, decision, reason, words)
    note(request, job, 1)
    return answer({"text": text, "text_digest": digest, "language": words})


def shown(found: Readiness, words: str) -> dict[str, Any]:
    """Readiness with its reasons in words."""
    body: dict[str, Any] = {
        name: getattr(found, name)
        for name in ("job", "lot", "ready", "status", "records", "produced")
    }
    body["reasons"] = [
        {
            "code": one.code,
            "message": one.words(words),
            "meanwhile": one.meanwhile(words),
            "source": one.rule.source,
        }
        for one in found.reasons
    ]
    return body


@router.get("/attachments/{sha256}", summary="A photo or file that a record names")
async def attachment(request: Request, sha256: str) -> Response:
    """The bytes; never shown by a browser in place."""
    data = parts_of(request).attachments.get(sha256)
    note(request, sha256, 1)
    headers = {"content-disposition": f'attachment; filename="{sha256}"'}
    return Response(data, media_type="application/octet-stream", headers=headers)


@router.get("/audit", summary="Who read and exported what")
async def audit(request: Request, limit: Annotated[int, Query(ge=1, le=1000)] = 200) -> Response:
    """Newest first; reading this is noted too."""
    found = parts_of(request).trail.newest(limit)
    note(request, "audit", len(found))
    return answer(found)


@router.get("/alarms", summary="Alarms")
async def alarms(request: Request, only_open: Annotated[bool, Query()] = False) -> Response:  # noqa: FBT002
    """Raised by the server, closed by people."""
    found = parts_of(request).alarms.all(only_open=only_open)
    note(request, "alarms", len(found))
    return answer([row | {"params": orjson.loads(row["params"])} for row in found])


@router.get("/keys", summary="The public keys, as lines of a keys file")
async def keys(request: Request) -> Response:
    """For ``lotbook-verify``; compare them with what you got by another way."""
    lines = parts_of(request).reader.key_lines()
    note(request, "keys", len(lines))
    return Response("\n".join(lines) + "\n", media_type="text/plain")


@router.get("/checkpoint", summary="The newest checkpoint and its cosignatures")
async def checkpoint(request: Request) -> Response:
    """What the server last signed about its whole log."""
    found = parts_of(request).reader.newest_checkpoint()
    note(request, "checkpoint", 1)
    return answer(found)
