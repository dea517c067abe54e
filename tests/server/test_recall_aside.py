"""A plant-size scope keeps no station waiting: it is read and written aside, a piece at a time."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Callable, Coroutine
from contextlib import closing, suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.recall import exports
from server.recall.asked import asked_of
from server.recall.case import Cause, Check
from server.recall.desk import Recalls
from server.recall.documents import FEW
from server.recall.frozen import PIECE, PIECE_BYTES, document, opened
from server.recall.office import Desks, RecallOffice
from server.recall.points import open_points
from server.recall.scope import FORMAT, Kept
from server.trace.not_known import NotKnown
from server.trace.reach import LotId, ReachedLot, ShipmentLine
from server.words import Refusal
from tests.server.engines import spoil
from tests.server.plant import BOTH, Plant
from tests.server.test_holds import acting
from tests.server.test_recall import Aside, made, ship
from tests.server.test_recall import opened as case_of

HOSTILE = ['],"lines":[', '},{"', "},{", '"lots":[', "\\", '\\"', "", "批次", '],"returned":[']
TEXTS = st.sampled_from(HOSTILE) | st.text(max_size=5)


def kept(lots: list[str], lines: list[str]) -> Kept:
    return Kept(
        format=FORMAT, case="R-0001", revision=1, cause=Cause(suspect="lot", item="I", lot="L"),
        roots=tuple(LotId(one, one) for one in lots[:3]),
        lots=tuple(ReachedLot(item=one, lot=one, depth=1, serials=(one, one)) for one in lots),
        lines=tuple(line(one, number) for number, one in enumerate(lines)),
        returned=tuple(line(one, number) for number, one in enumerate(lines[:2])),
        not_known=(NotKnown(code="unread", about="".join(lots[:2])),), known_at=7,
    )  # fmt: skip


def line(text: str, number: int) -> ShipmentLine:
    return ShipmentLine(
        line=str(number), shipment=text, consignee=text, item=text, lot=text, quantity="1",
        unit="ea", at="2026-03-02T08:00:00+00:00", serials=(text,),
    )  # fmt: skip


def holds(scope: Kept) -> None:
    data = document(scope)
    assert data == msgspec.json.encode(scope), "the bytes that one call would have written"
    again = opened(data)
    assert tuple(again.lots()) == scope.lots
    assert again.kept == msgspec.structs.replace(scope, lots=())
    assert again.consignees == scope.consignees
    assert sum(map(len, again.by_consignee.values())) == len(scope.lines)


@given(st.lists(TEXTS, max_size=6), st.lists(TEXTS, max_size=6))
def test_a_scope_is_the_same_bytes_in_pieces_whatever_is_in_its_texts(
    lots: list[str], lines: list[str]
) -> None:
    holds(kept(lots, lines))


def test_a_scope_of_many_pieces_is_the_same_bytes() -> None:
    many = (HOSTILE * PIECE)[: 2 * PIECE + 3]
    scope = kept(many, many)
    assert len(document(scope)) > 3 * PIECE_BYTES
    holds(scope)


@BOTH
@pytest.mark.covers("REC-806/7")
def test_every_act_and_list_of_a_case_reads_its_scope_aside(plant: Plant) -> None:
    """Asked of an office that has read nothing yet, as after a start."""
    with closing(plant.station()) as station:
        made(plant, station)
        ship(plant, "Clinic East", "L1", "1", "1")
        case = case_of(plant)["case"]["id"]
        who, check = acting(plant), _check("Clinic East")
        acts: dict[str, Callable[[Recalls, Any], Coroutine[Any, Any, Any]]] = {
            "hold": lambda to, by: to.hold(case, who, by),
            "freeze": lambda to, by: to.freeze(case, who, by),
            "notices": lambda to, by: to.notices(case, "en", [], who, by),
            "check": lambda to, by: to.check(case, check, who, by),
            "terminate": lambda to, by: to.terminate(case, "done", who, by),
            "watch": lambda to, by: to.watch(by),
            "facts": lambda to, by: to.facts.of(to.steps.of(case), by),
            "consignees": lambda to, by: exports.consignees(to, case, by),
            "lines": lambda to, by: exports.lines(to, case, by),
        }
        for name, act in acts.items():
            aside = Aside()
            with suppress(Refusal):  # much is open
                plant.transport.run(act(office(plant).recalls, aside))
            assert aside.given, name
        text, count = plant.transport.run(acts["consignees"](office(plant).recalls, Aside()))
        (row,) = csv.DictReader(io.StringIO(text))
        assert (count, row["consignee"], row["reached"]) == (1, "Clinic East", "True")


@BOTH
@pytest.mark.covers("REC-806/7")
def test_many_notices_leave_room_for_others(plant: Plant) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
        for number in range(3 * FEW):
            ship(plant, f"Clinic {number:02}", "L1", "1", str(number + 1))
        case, turns = case_of(plant)["case"]["id"], 0

        async def others() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        async def both() -> None:
            task = asyncio.get_running_loop().create_task(others())
            await recalls.notices(case, "en", [], who, AtOnce())  # type: ignore[arg-type]
            task.cancel()

        recalls, who = plant.parts.recall.recalls, acting(plant)
        plant.transport.run(both())
        assert turns >= 3, "somebody else was served after every few"
        assert len(recalls.steps.of(case).notices) == 3 * FEW


@pytest.mark.covers("REC-806/7")
def test_two_who_write_notices_at_once_write_each_once(plant: Plant) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
        names = ["Clinic East", "Clinic West"]
        for number, name in enumerate(names, 1):
            ship(plant, name, "L1", "1", str(number))
        case = case_of(plant, hold=False)["case"]["id"]
        recalls, aside, who = plant.parts.recall.recalls, Aside(), acting(plant)

        async def another() -> None:
            await recalls.notices(case, "en", [], who, AtOnce())  # type: ignore[arg-type]
            recalls.sent(case, "letter", [*names, *names], who)

        def write(*some: str) -> None:
            plant.transport.run(recalls.notices(case, "en", some, who, aside))  # type: ignore[arg-type]

        def steps(kind: str) -> list[Any]:
            return [one.body for one in recalls.steps.all_of(case) if one.kind == f"recall.{kind}"]

        aside.meanwhile = [another]
        write()
        assert [one["consignees"] for one in steps("sent")] == [names]
        assert len(steps("noticed")) == 1
        assert all(one.sent_at for one in recalls.steps.of(case).notices.values())
        write(*[names[0]] * 3)
        assert [name for name, _ in steps("noticed")[1]["notices"]] == names[:1], "it was named"

        async def later() -> None:
            await recalls.freeze(case, who, AtOnce())  # type: ignore[arg-type]
            await another()

        aside.meanwhile = [later]
        write(names[1])
        newest = recalls.steps.of(case)
        assert {one.revision for one in newest.notices.values()} == {2}, "of the newest scope"


class AtOnce:
    """Workers that work here and now: every turn of others is the desk's own doing."""

    async def read(self, work: Callable[[], Any]) -> Any:  # noqa: ANN401
        return work()

    render = read


@pytest.mark.covers("REC-806/7")
def test_what_comes_while_a_scope_is_made_is_told_apart(plant: Plant) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
        case = case_of(plant, hold=False)["case"]["id"]
        recalls, aside, who = plant.parts.recall.recalls, Aside(), acting(plant)
        aside.meanwhile = [lambda: recalls.freeze(case, who, Aside())]  # type: ignore[arg-type]
        plant.transport.run(recalls.freeze(case, who, aside))  # type: ignore[arg-type]
        numbers = [one.number for one in recalls.steps.of(case).revisions]
        assert numbers == [1, 2, 3], "each its own number, in the document and in the step"
        asked = msgspec.structs.replace(asked_of(recalls.steps.of(case)), reason="other")
        aside.meanwhile = [lambda: recalls.open(asked, who, Aside())]  # type: ignore[arg-type]
        second = plant.transport.run(recalls.open(asked, who, aside))  # type: ignore[arg-type]
        assert [one.id for one in recalls.steps.cases()].count(second.id) == 1
        assert len(recalls.steps.cases()) == 2, "asked twice at once, opened once"


@BOTH
@pytest.mark.covers("REC-806/7", "T13")
@pytest.mark.parametrize("left", [b"", b"changed", None], ids=["nothing", "other", "no row"])
def test_a_scope_that_the_disk_spoilt_closes_no_case_and_ends_no_server(
    plant: Plant, left: bytes | None
) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
        ship(plant, "Clinic East", "L1", "1", "1")
        case, workers = case_of(plant)["case"]["id"], plant.parts.workers
        data = exports.scope(plant.parts.recall.recalls, case, 1)
        spoil(plant.parts.store, "documents", *_spoilt(data, left))
        recalls, run = office(plant).recalls, plant.transport.run

        def codes() -> list[str]:
            found = recalls.steps.of(case)
            return [one.code for one in open_points(found, run(recalls.facts.of(found, workers)))]

        assert "scope-missing" in codes()
        with pytest.raises(Refusal) as refused:
            run(recalls.terminate(case, "done", acting(plant), workers))
        assert refused.value.code == "recall-open"
        assert run(recalls.watch(workers)) == (case,), "the server freezes it anew"
        assert "scope-missing" not in codes()
        assert "notice-missing" in codes()


def _spoilt(data: bytes, left: bytes | None) -> tuple[str, *tuple[object, ...]]:
    if left is None:
        return "DELETE FROM documents WHERE kind = ?", "recall-scope"
    hurt = data.replace(b"Clinic East", b"Clinic West") if left else left
    return "UPDATE documents SET data = ? WHERE kind = ?", hurt, "recall-scope"


def _check(consignee: str) -> Check:
    return Check(
        consignee=consignee, reached=True, how="visit", returned="0", destroyed="0", note="",
        at="", person="",
    )  # fmt: skip


def office(plant: Plant) -> RecallOffice:
    """Another one over the same log, with nothing read."""
    parts = plant.parts
    desks = Desks(parts.stations, parts.packs)
    return RecallOffice.over(parts.book, parts.jobs, parts.instruments, desks, plant.clock, bytes)
