"""Routes about recall cases and drills; every step is signed, every read audited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from server.api.answers import answer
from server.api.bodies import Act
from server.api.bodies_recall import (
    AccountFor,
    CheckConsignee,
    CountLot,
    MarkAcknowledged,
    MarkSent,
    OpenRecall,
    RunDrill,
    Terminate,
    WriteNotices,
)
from server.api.identity import parts_of
from server.api.people import acting, language, note
from server.api.strict import StrictRoute
from server.recall import exports
from server.recall.drill import Truth
from server.recall.points import open_points

if TYPE_CHECKING:
    from server.recall.case import RecallCase
    from server.recall.desk import Recalls

router = APIRouter(prefix="/api", tags=["recalls"], route_class=StrictRoute)
Case = Annotated[str, Path(pattern=r"^[RD]-[0-9]{4,8}$")]
Consignee = Annotated[str, Query(min_length=1, max_length=200)]
Language = Annotated[str, Query(pattern="^(en|zh_CN)$")]
Revision = Annotated[int, Query(ge=0, le=2**31)]
CSV = "text/csv; charset=utf-8"


@router.get("/recalls", summary="Recall cases and drills, newest first")
async def recalls(request: Request) -> Response:
    """Where each stands."""
    found = parts_of(request).recall.recalls.steps.cases()
    note(request, "recalls", len(found))
    return answer(found)


@router.post("/recalls", status_code=201, summary="Open a recall case")
async def open_case(request: Request, body: OpenRecall) -> Response:
    """Holds the suspect with everything downstream and freezes the scope; a drill holds nothing.

    Once: the same words again find the case they opened (200). What could not be held is open.
    """
    who = await acting(request, body)
    asked = body.asked()
    before = _desk(request).again(asked)
    case = await _desk(request).open(asked, who, parts_of(request).workers)
    return answer(await _told(request, case), 200 if before else 201)


@router.get("/recalls/{case}", summary="One case: what is open, the mass balance, its steps")
async def case_of(request: Request, case: Case) -> Response:
    """As of now."""
    found = _desk(request).steps.of(case)
    note(request, case, 1)
    return answer(await _told(request, found))


@router.get("/recalls/{case}/scope", summary="A frozen scope, as its digest in the log names it")
async def scope(request: Request, case: Case, revision: Revision = 0) -> Response:
    """Its bytes; the newest unless a revision is named."""
    data = exports.scope(_desk(request), case, revision)
    note(request, f"{case} scope", 1)
    return Response(data, media_type="application/json")


@router.get("/recalls/{case}/consignees.csv", summary="Every consignee and where it stands")
async def consignees(request: Request, case: Case) -> Response:
    """One line each."""
    text, count = await exports.consignees(_desk(request), case, parts_of(request).workers)
    note(request, case, count)
    return _csv(text, f"{case}-consignees.csv")


@router.get("/recalls/{case}/lines.csv", summary="Every shipment line of the frozen scope")
async def lines(request: Request, case: Case) -> Response:
    """One line each."""
    text, count = await exports.lines(_desk(request), case, parts_of(request).workers)
    note(request, case, count)
    return _csv(text, f"{case}-lines.csv")


@router.get("/recalls/{case}/notice.pdf", summary="The notice to a consignee")
async def notice(
    request: Request, case: Case, consignee: Consignee, language: Language = "en"
) -> Response:
    """Printed from the data kept, in either language."""
    parts = parts_of(request)
    printed = exports.notice(parts.recall.recalls, parts.catalogue, case, consignee, language)
    note(request, f"{case} {consignee}", 1)
    return Response(await parts.workers.render(printed), media_type="application/pdf")


@router.get("/recalls/{case}/evidence.zip", summary="The case as an evidence pack")
async def evidence(request: Request, case: Case, language: Language = "en") -> Response:
    """Its steps with their proofs, and every frozen document; ``lotbook-verify`` checks it."""
    parts = parts_of(request)
    sources = exports.Sources(parts.reader, parts.signer, parts.workers)
    packed = await exports.pack(parts.recall.recalls, sources, case, language)
    note(request, f"{case} evidence", 1)
    headers = {"content-disposition": f'attachment; filename="evidence-{case}.zip"'}
    data = await parts.workers.render(packed)
    return Response(data, 200, headers, media_type="application/zip")


@router.post("/recalls/{case}/holds", summary="Hold the suspect lots and all downstream")
async def hold(request: Request, case: Case, body: Act) -> Response:
    """Those held already are left."""
    who = await acting(request, body)
    return answer({"holds": await _desk(request).hold(case, who, parts_of(request).workers)})


@router.post("/recalls/{case}/scope", summary="Freeze the scope as it is known now")
async def freeze(request: Request, case: Case, body: Act) -> Response:
    """The earlier ones are kept."""
    await _desk(request).freeze(case, await acting(request, body), parts_of(request).workers)
    return answer(await _told(request, _desk(request).steps.of(case)))


@router.post("/recalls/{case}/notices", summary="Write notices to consignees")
async def notices(request: Request, case: Case, body: WriteNotices) -> Response:
    """Of the newest scope."""
    who = await acting(request, body)
    workers = parts_of(request).workers
    found = await _desk(request).notices(case, body.language, body.consignees, who, workers)
    return answer(await _told(request, found))


@router.post("/recalls/{case}/sent", summary="These notices were sent")
async def sent(request: Request, case: Case, body: MarkSent) -> Response:
    """Never in a drill."""
    who = await acting(request, body)
    return answer(await _told(request, _desk(request).sent(case, body.how, body.consignees, who)))


@router.post("/recalls/{case}/acknowledged", summary="These consignees acknowledged")
async def acknowledged(request: Request, case: Case, body: MarkAcknowledged) -> Response:
    """Only what was sent can be acknowledged."""
    who = await acting(request, body)
    return answer(
        await _told(request, _desk(request).acknowledged(case, body.by, body.consignees, who))
    )


@router.post("/recalls/{case}/checks", summary="An effectiveness check of a consignee")
async def check(request: Request, case: Case, body: CheckConsignee) -> Response:
    """The newest of a consignee counts."""
    who = await acting(request, body)
    found = await _desk(request).check(case, body.term(), who, parts_of(request).workers)
    return answer(await _told(request, found))


@router.post("/recalls/{case}/counts", summary="What was counted of a lot")
async def count(request: Request, case: Case, body: CountLot) -> Response:
    """Stock and scrap, and why what is unknown may stay so."""
    who = await acting(request, body)
    return answer(await _told(request, _desk(request).count(case, body.term(), who)))


@router.post("/recalls/{case}/accounted", summary="Nobody waits for that station any more")
async def account(request: Request, case: Case, body: AccountFor) -> Response:
    """With a reason."""
    who = await acting(request, body)
    return answer(await _told(request, _desk(request).account(case, body.origin, body.reason, who)))


@router.post("/recalls/{case}/terminate", summary="Terminate a case")
async def terminate(request: Request, case: Case, body: Terminate) -> Response:
    """409 ``recall-open`` with every reason while anything is open."""
    who = await acting(request, body)
    workers = parts_of(request).workers
    found = await _desk(request).terminate(case, body.conclusion, who, workers)
    return answer(await _told(request, found))


@router.post("/drills", status_code=201, summary="Run a recall drill")
async def drill(request: Request, body: RunDrill) -> Response:
    """With a stopwatch, of the lot named or of one at random; holds and sends nothing."""
    who, cause = await acting(request, body), body.cause
    truth = Truth(
        lots=None if body.truth_lots is None else frozenset(body.truth_lots),
        lines=None if body.truth_lines is None else frozenset(body.truth_lines),
    )
    parts, chosen = parts_of(request), cause.term() if cause else None
    case = await parts.recall.drills.run(chosen, body.reason, who, parts.workers, truth)
    return answer({"case": case}, 201)


def _desk(request: Request) -> Recalls:
    return parts_of(request).recall.recalls


async def _told(request: Request, case: RecallCase) -> dict[str, Any]:
    """The case with what is open in words, and its mass balances."""
    facts = await _desk(request).facts.of(case, parts_of(request).workers)
    words = language(request)
    points = open_points(case, facts)
    return {
        "case": case,
        "open": [
            {"code": one.code, "params": one.params, "message": one.words(words)} for one in points
        ],
        "balances": facts.balances,
        "consignees": len(facts.consignees),
    }


def _csv(text: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text.encode("utf-8-sig"), 200, headers, media_type=CSV)
