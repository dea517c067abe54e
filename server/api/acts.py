"""Routes by which people act: every one signed with badge and secret."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from forms.authoring import AuthoringErrors, read_master
from forms.terms import MaterialLot, Quantity
from forms.workpack import JobOrder
from server.api.answers import answer
from server.api.bodies import (
    Act,
    Concede,
    Dispatch,
    Hold,
    Propose,
    ReasonedAct,
    ReceiveLot,
    Release,
    Revoke,
    SetStatus,
)
from server.api.identity import parts_of
from server.api.people import Name, acting, language, note, shown
from server.api.strict import StrictRoute
from server.quality.concessions import Asked
from server.words import Refusal

router = APIRouter(prefix="/api", tags=["acts"], route_class=StrictRoute)
Number = Annotated[int, Path(ge=0, le=2**53)]


@router.post("/jobs/{job}/release", summary="Release or reject the lot, by signature")
async def release(request: Request, job: Name, body: Release) -> Response:
    """409 ``not-ready`` with every reason while the rule book says no."""
    who, words = await acting(request, body), language(request)
    quality, read = parts_of(request).quality, body.text_digest
    found = quality.decide(job, body.decision, body.reason, who, words, read=read)
    return answer(shown(found, words))


@router.post("/jobs/{job}/concession", summary="Accept a record that failed its signature check")
async def concede(request: Request, job: Name, body: Concede) -> Response:
    """Quality decides with a reason, another person reviews: both sign. Then it is granted."""
    who, quality = await acting(request, body), parts_of(request).quality
    asked = Asked(record=body.record, reason=body.reason, read=body.text_digest)
    return answer(quality.concede(job, asked, who, language(request)))


@router.post("/jobs", status_code=201, summary="Dispatch a job order")
async def dispatch(request: Request, body: Dispatch) -> Response:
    """Pins the newest approved revision of the work master for the whole lot."""
    parts, who = parts_of(request), await acting(request, body)
    order = JobOrder(
        id=body.id,
        lot=body.lot,
        units=body.units,
        work_master=parts.masters.newest_approved(body.work_master),
        serials=tuple(body.serials),
    )
    parts.orders.dispatch(order, who)
    return answer(order, 201)


@router.post("/holds", status_code=201, summary="Hold a lot")
async def hold(request: Request, body: Hold) -> Response:
    """Anybody may stop; ``downstream``: with everything made from it, now and later."""
    who = await acting(request, body)
    holds, far = parts_of(request).holds, body.downstream
    ref = holds.place(body.item, body.lot, body.reason, who, downstream=far)
    return answer({"hold": ref}, 201)


@router.post("/holds/{ref}/lift", summary="Lift a hold")
async def lift(request: Request, ref: Name, body: ReasonedAct) -> Response:
    """Quality only, with a reason."""
    return answer(
        {"lifted": parts_of(request).quality.lift(ref, body.reason, await acting(request, body))}
    )


@router.post("/lots", status_code=201, summary="Receive a lot")
async def receive(request: Request, body: ReceiveLot) -> Response:
    """In quarantine unless quality says otherwise."""
    lot = MaterialLot(
        lot=body.lot,
        item=body.item,
        quantity=Quantity(value=Decimal(body.quantity), unit=body.unit),
        status=body.status,
        expiry=body.expiry,
        supplier=body.supplier,
    )
    parts_of(request).catalogue.receive(lot, await acting(request, body))
    return answer(lot, 201)


@router.post("/lots/{item}/{lot}/status", summary="Decide on a received lot")
async def set_status(request: Request, item: Name, lot: Name, body: SetStatus) -> Response:
    """Release from quarantine, or reject."""
    who = await acting(request, body)
    parts_of(request).holds.set_status(item, lot, body.status, who, body.reason)
    return answer(parts_of(request).catalogue.lot(item, lot))


@router.get("/stations", summary="Stations and their enrolment")
async def stations(request: Request) -> Response:
    """Every epoch, who approved it, until where it is valid."""
    found = parts_of(request).stations.all()
    note(request, "stations", len(found))
    return answer(found)


@router.post("/stations/{station}/approvals", summary="Approve a station's enrolment")
async def approve(request: Request, station: Name, body: Act) -> Response:
    """Two different people, administrator and quality."""
    return answer(parts_of(request).stations.approve(station, await acting(request, body)))


@router.post("/stations/{station}/revocation", summary="Revoke a station by record index")
async def revoke(request: Request, station: Name, body: Revoke) -> Response:
    """What it sent below that index stays valid."""
    who, stations = await acting(request, body), parts_of(request).stations
    return answer(stations.revoke(station, body.valid_to, body.reason, who, body.epoch))


@router.get("/work-masters", summary="Work masters and their approval")
async def masters(request: Request) -> Response:
    """Every revision and where it stands."""
    found = parts_of(request).masters.all()
    note(request, "work-masters", len(found))
    return answer(found)


@router.post("/work-masters", status_code=201, summary="Propose a work master (YAML)")
async def propose(request: Request, body: Propose) -> Response:
    """422 with line and cure when the text is not a work master."""
    try:
        master = read_master(body.text, "work-master.yaml")
    except AuthoringErrors as error:
        raise Refusal("master-unfit", why=str(error)) from error
    digest = parts_of(request).masters.propose(master, await acting(request, body))
    return answer({"id": master.id, "revision": master.revision, "digest": digest}, 201)


@router.post("/work-masters/{master}/{revision}/check", summary="Check a proposed work master")
async def check(request: Request, master: Name, revision: Number, body: Act) -> Response:
    """Supervisor or quality, not its author."""
    parts_of(request).masters.check(master, revision, await acting(request, body))
    return answer(parts_of(request).masters.all())


@router.post("/work-masters/{master}/{revision}/approve", summary="Approve a work master")
async def approve_master(request: Request, master: Name, revision: Number, body: Act) -> Response:
    """Quality, not its author."""
    parts_of(request).masters.approve(master, revision, await acting(request, body))
    return answer(parts_of(request).masters.all())


@router.post("/alarms/{alarm}/close", summary="Close an alarm, with a reason")
async def close(request: Request, alarm: Number, body: ReasonedAct) -> Response:
    """The alarm stays in the log."""
    parts_of(request).alarms.close(alarm, body.reason, await acting(request, body))
    return answer({"closed": alarm})
