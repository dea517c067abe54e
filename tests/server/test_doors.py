"""Every door: who may pass, what garbage gets, and that every read leaves a trace."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from hashlib import sha256
from typing import Any

import pytest
from fastapi import APIRouter

from forms.rights import RIGHTS
from forms.terms import PersonnelClass
from server.access import ACCESS, PUBLIC, STATION, Action, Right
from server.api.application import create_app
from server.api.guard import Guard, language_of
from server.words import SAYINGS, Refusal
from tests.server.gauged import BALANCE
from tests.server.plant import MASTER, Plant

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PEOPLE = {
    "P-OP": PersonnelClass.OPERATOR,
    "P-SUP": PersonnelClass.SUPERVISOR,
    "P-QA": PersonnelClass.QUALITY,
    "P-ADM": PersonnelClass.ADMINISTRATOR,
    "P-AUD": PersonnelClass.AUDITOR,
}
GARBAGE = (b"", b"{", b"\xff\xfe\x00", b"[[[[[[[[", b'{"a":NaN}', b'"x"', b"null", b"9" * 5000)


def url_of(path: str) -> str:
    for name, value in (
        ("{origin:path}", "lotbook.test/S1/ST-01/1"), ("{job}", "JO-1"), ("{sha256}", "0" * 64),
        ("{item}", "TUB-1"), ("{lot}", "T1"), ("{station}", "ST-01"), ("{person}", "P-OP"),
        ("{master}", "SMALL"), ("{revision}", "1"), ("{alarm}", "1"), ("{ref}", "0" * 64),
        ("{epoch}", "1"), ("{branch}", "2"), ("{asset}", "BAL-1"), ("{number}", "1"),
    ):  # fmt: skip
        path = path.replace(name, value)
    return path


@pytest.mark.covers("T28", "P11-10d")
def test_the_access_table_holds_for_every_route_and_class(plant: Plant) -> None:
    clients = {person: plant.client(person) for person in PEOPLE}
    nobody = plant.client()
    for (method, path), rule in ACCESS.items():
        url = url_of(path)
        if rule == PUBLIC or method == "DELETE":
            continue
        assert nobody.request(method, url).status_code == 401, url
        for person, one in PEOPLE.items():
            status = clients[person].request(method, url).status_code
            allowed = isinstance(rule, Right) and one in RIGHTS[rule.action]
            if rule == STATION:
                assert status == 401, url
            elif allowed:
                assert status not in {401, 403}, (url, person, status)
            else:
                assert status == 403, (url, person, status)


def test_garbage_on_every_route_is_a_clear_answer(plant: Plant) -> None:
    client = plant.client("P-QA")
    for method, path in ACCESS:
        if method == "DELETE":
            continue
        for body in GARBAGE:
            headers = {"content-type": "application/json"}
            answer = client.request(method, url_of(path), content=body, headers=headers)
            assert answer.status_code < 500, (path, body)
            if answer.status_code >= 400:
                assert set(answer.json()) >= {"code", "message", "hint"}
            assert answer.headers["x-content-type-options"] == "nosniff"


def test_garbage_from_a_station_is_refused_and_stored_nowhere(plant: Plant) -> None:
    station = plant.station()
    station.service.head(station.origin)
    token = station.service._token
    client = plant.client()
    client.headers["authorization"] = f"Bearer {token}"
    for path in (
        f"/logs/{station.origin}/entries?from=0",
        "/cosignatures",
        "/attachments/zz?from=0&size=99",
    ):
        for body in GARBAGE:
            method = "PUT" if "attach" in path else "POST"
            answer = client.request(method, path, content=body)
            assert 400 <= answer.status_code < 500, (path, body)
    assert plant.parts.store.count("entries", origin=station.origin) == 0


@pytest.mark.covers("T32")
def test_every_read_of_records_leaves_an_audit_leaf(plant: Plant) -> None:
    client = plant.client("P-AUD")
    quiet = {"/api/me", "/api/attachments/{sha256}", "/healthz"}
    quiet |= {"/api/stations/{station}/{epoch}/branches/{branch}"}  # tests/server/test_branches.py
    quiet |= {"/api/deviations/{number}/evidence"}  # tests/server/test_look_back.py
    quiet |= {path for _, path in ACCESS if "{number}" in path}  # tests/server/test_freeze.py
    quiet |= {path for _, path in ACCESS if "{case}" in path}  # tests/server/test_inventory.py
    assert plant.act("P-QA", "/api/assets", **BALANCE).status_code == 201
    for (method, path), rule in ACCESS.items():
        if method != "GET" or rule in {PUBLIC, STATION} or path in quiet:
            continue
        before = len(plant.parts.trail.newest(1000))
        query = {"item": "TUB-1", "lot": "T1"} if "trace" in path else {}
        answer = client.get(url_of(path), params=query)
        assert answer.status_code == 200, (path, answer.text)
        newest = plant.parts.trail.newest(1000)
        assert len(newest) == before + 1, path
        assert (newest[0]["person"], newest[0]["route"]) == ("P-AUD", f"GET {path}")
        if path == "/api/lots":  # said by the handler: the recorder knows no count
            assert (newest[0]["about"], newest[0]["count"]) == ("lots", len(answer.json()))


def test_a_route_without_an_entry_in_the_table_stops_the_start(plant: Plant) -> None:
    router = APIRouter()

    @router.get("/api/forgotten")
    async def forgotten() -> str:
        return "open to all"

    with pytest.raises(ValueError, match="/api/forgotten"):
        create_app(plant.parts, [(router, {})])
    with pytest.raises(ValueError, match="/api/nowhere"):
        create_app(plant.parts, [(APIRouter(), {("GET", "/api/nowhere"): Right(Action.OWN)})])


def test_errors_speak_the_callers_language(plant: Plant) -> None:
    client = plant.client()
    answer = client.get("/api/lots", headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert answer.json()["message"] == "您尚未登录。"
    assert client.get("/nowhere").json()["code"] == "not-found"
    assert client.put("/healthz").status_code == 405
    assert language_of("fr, zh;q=0.5") == "zh_CN"


def test_the_openapi_document_lists_every_route(plant: Plant) -> None:
    paths = plant.client().get("/openapi.json").json()["paths"]
    for method, path in ACCESS:
        plain = path.replace(":path", "")
        assert method.lower() in paths[plain], path
        assert paths[plain][method.lower()]["summary"]


def test_every_route_has_a_summary_and_the_documented_shape_of_errors(plant: Plant) -> None:
    document = plant.client().get("/openapi.json").json()
    shape = document["components"]["schemas"]["Problem"]
    assert set(shape["required"]) >= {"code", "message", "hint"}
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            assert route["summary"], (method, path)
            assert route["description"], (method, path)
            for code in ("400", "401", "403", "409", "422", "429", "503", "507"):
                schema = route["responses"][code]["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, (method, path, code)
    answer = plant.client().get("/api/lots").json()
    assert set(answer) == set(shape["properties"])


def test_every_saying_is_in_both_languages() -> None:
    for code, saying in SAYINGS.items():
        assert saying.message.en, code
        assert saying.message.zh_CN, code
        assert saying.hint.en != saying.hint.zh_CN


async def asked(headers: list[tuple[bytes, bytes]], *parts: bytes) -> int:
    """The status the guard answers with."""
    statuses: list[int] = []

    async def inner(_scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    pieces = [*parts]

    async def receive() -> dict[str, Any]:
        if not pieces:
            await asyncio.sleep(5)
        return {"type": "http.request", "body": pieces.pop(0), "more_body": True}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {"type": "http", "path": "/api/lots", "headers": headers, "method": "POST"}
    await Guard(inner, body_seconds=0.05)(scope, receive, send)
    return statuses[0]


HOST = (b"host", b"server")


@pytest.mark.covers("T16")
@pytest.mark.parametrize(
    ("headers", "parts", "status"),
    [
        ([], (), 400),
        ([HOST, HOST], (), 400),
        ([HOST, (b"x", b"y" * 20_000)], (), 400),
        ([HOST, *[(b"x", b"y")] * 70], (), 400),
        ([HOST, (b"transfer-encoding", b"chunked"), (b"content-length", b"1")], (), 400),
        ([HOST, (b"content-length", b"1"), (b"content-length", b"2")], (), 400),
        ([HOST, (b"content-length", b"-1")], (), 400),
        ([HOST, (b"content-length", b"99999999")], (), 413),
        ([HOST, (b"content-length", b"9" * 5_000)], (), 413),
        ([HOST, (b"content-encoding", b"gzip")], (), 415),
        ([HOST], (b"x" * 100_000, b"x" * 100_000), 413),
        ([HOST], (b"slow",), 408),
    ],
)
def test_the_guard_refuses_what_parsers_let_through(
    headers: list[tuple[bytes, bytes]], parts: tuple[bytes, ...], status: int
) -> None:
    assert asyncio.run(asked(headers, *parts)) == status


def test_the_guard_closes_websockets() -> None:
    sent: list[Any] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def never(*_: object) -> Any:  # noqa: ANN401
        raise AssertionError

    asyncio.run(Guard(never)({"type": "websocket"}, never, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_attachments_are_named_by_their_bytes(plant: Plant) -> None:
    station = plant.station()
    data = b"\xff\xd8 a photo"
    name = sha256(data).hexdigest()
    station.service.put_piece(name, len(data), 0, data)
    station.service.put_piece(name, len(data), 0, data)
    got = plant.client("P-QA").get(f"/api/attachments/{name}")
    assert got.content == data
    assert "attachment" in got.headers["content-disposition"]
    with pytest.raises(Exception, match="batch-refused"):
        station.service.put_piece("0" * 64, len(data), 0, data)
    with pytest.raises(Refusal):
        plant.parts.attachments.get("../../etc/passwd")


def test_a_lot_is_received_once_and_released_by_quality(plant: Plant) -> None:
    body = {"item": "TUB-1", "lot": "T9", "quantity": "12.5", "unit": "m", "supplier": "SUP-1"}
    assert plant.act("P-SUP", "/api/lots", **body).status_code == 201
    assert plant.act("P-SUP", "/api/lots", **body).json()["code"] == "exists"
    assert plant.act("P-SUP", "/api/lots", **{**body, "item": "NO"}).status_code == 404
    done = plant.act("P-QA", "/api/lots/TUB-1/T9/status", status="released")
    assert done.json()["status"] == "released"


def test_an_order_pins_an_approved_master_and_new_serials(plant: Plant) -> None:
    body = {"id": "JO-9", "lot": "L9", "units": 1, "work_master": "SMALL", "serials": ["N1"]}
    assert plant.act("P-SUP", "/api/jobs", **body).status_code == 201
    assert plant.act("P-SUP", "/api/jobs", **body).json()["code"] == "exists"
    taken = plant.act("P-SUP", "/api/jobs", **{**body, "id": "JO-8", "lot": "L8"})
    assert taken.json()["code"] == "exists"
    for odd in ({"lot": "L#7"}, {"lot": "L(21)7"}, {"serials": ["N(10)2"]}):
        unfit = plant.act("P-SUP", "/api/jobs", **{**body, "id": "JO-6", "lot": "L6", **odd})
        assert "no label can carry" in unfit.json()["message"]
    few = plant.act("P-SUP", "/api/jobs", **{**body, "id": "JO-7", "lot": "L7", "units": 3})
    assert few.json()["code"] == "bad-request"


@pytest.mark.covers("T22")
def test_a_master_needs_three_signatures_and_two_people(plant: Plant) -> None:
    second = MASTER.replace("revision: 1", "revision: 2")
    bad = plant.act("P-SUP", "/api/work-masters", text="id: [")
    assert bad.json()["code"] == "master-unfit"
    assert plant.act("P-QA", "/api/work-masters", text=second).status_code == 201
    assert plant.act("P-QA", "/api/work-masters", text=second).json()["code"] == "exists"
    base = "/api/work-masters/SMALL/2"
    assert plant.act("P-QA", f"{base}/approve").json()["code"] == "wrong-state"
    assert plant.act("P-QA", f"{base}/check").json()["code"] == "two-persons"
    assert plant.act("P-SUP", f"{base}/check").status_code == 200
    assert plant.act("P-QA", f"{base}/approve").json()["code"] == "two-persons"


def test_an_alarm_is_closed_once_with_a_reason(plant: Plant) -> None:
    alarm = plant.parts.book.alarm("fork", "somewhere")
    assert plant.act("P-QA", f"/api/alarms/{alarm}/close").json()["code"] == "bad-request"
    assert plant.act("P-QA", f"/api/alarms/{alarm}/close", reason="seen").status_code == 200
    again = plant.act("P-QA", f"/api/alarms/{alarm}/close", reason="x")
    assert again.json()["code"] == "bad-request"
    assert plant.act("P-QA", "/api/alarms/99999/close", reason="x").status_code == 404


def test_a_pack_counts_up_only_when_something_changed(plant: Plant) -> None:
    station = plant.station()
    first = station.refresh()
    assert station.service.work_pack(station.sha256) is None
    plant.act("P-OP", "/api/holds", item="TUB-1", lot="T1", reason="leaks")
    second = station.refresh()
    assert second.number == first.number + 1
    assert [one.status for one in second.lots if one.lot == "T1"] == ["hold"]
    assert (second.expires_at - second.issued_at).days == 14


@pytest.mark.covers("A41")
@pytest.mark.parametrize(
    "body",
    [
        b'{"badge":"a","badge":"b","secret":"x"}',
        b'{"badge":"\\ud800","secret":"x"}',
        b'{"badge":NaN,"secret":"x"}',
        b'{"badge":"a","secret":1.0}',
        b'{"badge":9007199254740992,"secret":"x"}',
        '{"badge":"e\u0301","secret":"x"}'.encode(),
        b'\xef\xbb\xbf{"badge":"a","secret":"x"}',
        b'{"badge":' + b"[" * 40 + b"]" * 40 + b',"secret":"x"}',
    ],
)
def test_bodies_of_people_pass_the_strict_loader(plant: Plant, body: bytes) -> None:
    for kind in ("application/json", "text/plain", "application/vnd.x+json"):
        answer = plant.client().post("/api/sessions", content=body, headers={"content-type": kind})
        assert answer.status_code == 400
        assert answer.json()["code"] == "bad-request"
        assert "the body: " in answer.json()["detail"]


@pytest.mark.covers("A41")
def test_text_in_a_second_spelling_is_told_so_and_forms_put_it_right(plant: Plant) -> None:
    client = plant.client("P-QA")
    for url in ("/api/trace/where-used?item=e%CC%81&lot=T1", "/api/jobs/e%CC%81"):
        answer = client.get(url)
        assert answer.status_code == 400
        assert "NFC" in answer.json()["message"]
