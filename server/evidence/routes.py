"""Routes by which evidence leaves: the batch record as PDF and the evidence pack; both audited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import APIRouter, Path, Query, Request, Response

from forms.terms import LANGUAGES
from server.access import READERS
from server.evidence.gather import batch_record_pdf, evidence_pack

if TYPE_CHECKING:
    from server.access import Rule
    from server.parts import Parts

router = APIRouter(tags=["evidence"])
Name = Annotated[str, Path(max_length=200)]
Language = Annotated[str, Query(pattern="^(en|zh_CN)$")]

EVIDENCE_ACCESS: dict[tuple[str, str], Rule] = {
    ("GET", "/api/jobs/{job}/batch-record.pdf"): READERS,
    ("GET", "/api/jobs/{job}/evidence.zip"): READERS,
}
"""Access entries of these routes, for ``create_app``."""


@router.get("/api/jobs/{job}/batch-record.pdf", summary="The batch record as PDF")
async def record(request: Request, job: Name, language: Language = "en") -> Response:
    """Every reading and signature, in ``language``."""
    return exported(request, job, "pdf", language)


@router.get("/api/jobs/{job}/evidence.zip", summary="The evidence pack")
async def pack(request: Request, job: Name, language: Language = "en") -> Response:
    """What ``lotbook-verify`` checks with public keys alone."""
    return exported(request, job, "zip", language)


def exported(request: Request, job: str, form: str, language: str) -> Response:
    """The document, after the audit leaf that says who took it."""
    parts = cast("Parts", request.app.state.parts)
    session: Any = request.state.session
    count = len(parts.reader.batch(job).records)
    path = request.scope["route"].path
    language = language if language in LANGUAGES else "en"
    parts.trail.note(session.person.id, f"GET {path}", job, count)
    name = "".join(char if char.isalnum() and char.isascii() else "-" for char in job)
    if form == "pdf":
        data, kind = batch_record_pdf(parts, job, language), "application/pdf"
        headers = {"content-disposition": f'inline; filename="batch-record-{name}.pdf"'}
    else:
        data, kind = evidence_pack(parts, job, language), "application/zip"
        headers = {"content-disposition": f'attachment; filename="evidence-{name}.zip"'}
    return Response(data, 200, headers | {"cache-control": "no-store"}, media_type=kind)
