"""Routes by which evidence leaves: the batch record as PDF and the evidence pack; both audited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

from fastapi import APIRouter, Path, Query, Request, Response

from forms.rights import Action
from forms.terms import LANGUAGES
from server.access import Of, Right
from server.audit.noting import noted
from server.evidence.gather import pack_data, record_data
from server.evidence.proof import consistency

if TYPE_CHECKING:
    from server.access import Rule
    from server.parts import Parts

router = APIRouter(tags=["evidence"])
Name = Annotated[str, Path(max_length=200)]
Size = Annotated[int, Query(ge=0, le=2**53)]
Language = Annotated[str, Query(pattern="^(en|zh_CN)$")]

EVIDENCE_ACCESS: dict[tuple[str, str], Rule] = {
    ("GET", "/api/jobs/{job}/batch-record.pdf"): Right(Action.EXPORT, Of.JOB),
    ("GET", "/api/jobs/{job}/evidence.zip"): Right(Action.EXPORT, Of.JOB),
    ("GET", "/api/consistency"): Right(Action.OVERSEE),
}
"""Access entries of these routes, for ``create_app``."""


@router.get("/api/jobs/{job}/batch-record.pdf", summary="The batch record as PDF")
async def record(request: Request, job: Name, language: Language = "en") -> Response:
    """Every reading and signature, in ``language``."""
    return await exported(request, job, "pdf", language)


@router.get("/api/jobs/{job}/evidence.zip", summary="The evidence pack")
async def pack(request: Request, job: Name, language: Language = "en") -> Response:
    """What ``lotbook-verify`` checks with public keys alone."""
    return await exported(request, job, "zip", language)


@router.get("/api/consistency", summary="That one checkpoint of the log continues another")
async def proof(request: Request, first: Size, second: Size) -> Response:
    """What ``lotbook-verify compare --proof`` takes; between two sizes signed here."""
    parts = cast("Parts", request.app.state.parts)
    text = consistency(parts.book, first, second)
    noted(request, f"{first} {second}", 1)
    return Response(text, media_type="text/plain")


async def exported(request: Request, job: str, form: str, language: str) -> Response:
    """The document, after the audit leaf that says who took it; made beside the event loop."""
    parts = cast("Parts", request.app.state.parts)
    language = language if language in LANGUAGES else "en"
    record = record_data(parts, job, language)
    noted(request, job, record.records)
    name = "".join(char if char.isalnum() and char.isascii() else "-" for char in job)
    if form == "pdf":
        data, kind = await parts.workers.render(record.pdf), "application/pdf"
        headers = {"content-disposition": f'inline; filename="batch-record-{name}.pdf"'}
    else:
        pack, signer = pack_data(parts, job, language), parts.signer
        data, kind = await parts.workers.render(lambda: pack.pack(signer)), "application/zip"
        headers = {"content-disposition": f'attachment; filename="evidence-{name}.zip"'}
    return Response(data, 200, headers | {"cache-control": "no-store"}, media_type=kind)
