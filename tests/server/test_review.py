"""Reviewing the audit trail: filters, old and new word by word, a signature, what still waits."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.audit.diff import changes, words
from server.audit.events import Filter
from server.evidence.trail_export import as_csv, as_json, cell
from sync.checkpoint import open_note
from sync.merkle import leaf_hash, verify_inclusion
from tests.server.plant import Plant

ASSET = {"id": "BAL-9", "equipment_class": "balance", "serial_number": "B-9",
         "calibration_due": "2027-01-01", "place": "Bench 1 left"}  # fmt: skip


@pytest.fixture
def house(plant: Plant) -> Plant:
    for body in (ASSET, ASSET | {"place": "Bench 2 left"}):
        assert plant.act("P-QA", "/api/assets", **body).status_code == 201
    plant.act("P-SUP", "/api/jobs/JO-1/release", decision="released")  # not hers: refused
    return plant


def page(plant: Plant, **query: str) -> dict[str, Any]:
    answer = plant.client("P-QA").get("/api/trail", params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.covers("P11-10e", "A11-9")
def test_a_change_shows_old_and_new_word_by_word(house: Plant) -> None:
    (event, first) = page(house, subject="asset:BAL-9")["events"]
    assert event["changes"] == [{"name": "place", "old": "Bench 1 left", "new": "Bench 2 left"}]
    assert {"serial_number", "place"} <= {one["name"] for one in first["changes"]}
    assert words("Bench 1 left", "Bench 2 left") == [
        ("same", "Bench "), ("gone", "1"), ("new", "2"), ("same", " left"),
    ]  # fmt: skip
    client = house.client("P-QA")
    client.cookies.set("lotbook", house.tokens["P-QA"])
    for language, said in (("en", "instrument defined"), ("zh_CN", "仪器定义")):
        client.cookies.set("lotbook_language", language)
        text = client.get("/console/audit", params={"subject": "asset:BAL-9"}).text
        assert "<del>1</del> <ins>2</ins>" in text
        assert said in text


def test_filters_ask_for_persons_kinds_times_changes_and_failures(house: Plant) -> None:
    failed = page(house, only="failures")["events"]
    assert {one["result"] for one in failed} == {"not-allowed"}
    assert failed[0]["person"] == "P-SUP"
    kinds = {one["kind"] for one in page(house, kind="asset.defined")["events"]}
    assert kinds == {"asset.defined"}
    assert page(house, since="2031-01-01")["events"] == []
    assert page(house, until="2025-12-31")["events"] == []
    people = {one["person"] for one in page(house, person="P-SUP")["events"]}
    assert people == {"P-SUP"}
    first = page(house, most="2")
    second = page(house, most="2", stop=str(first["more"]))
    numbers = [one["index"] for one in (*first["events"], *second["events"])]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 4


@pytest.mark.covers("A11-9")
def test_a_review_is_signed_and_what_comes_later_waits(house: Plant) -> None:
    reviews = house.parts.oversight.reviews
    waiting = reviews.waiting()
    assert waiting.count > 5
    stop = house.parts.book.size
    body = {"stop": stop, "findings": "one look", "exceptions": [{"index": 3, "words": "why?"}]}
    assert house.act("P-ADM", "/api/trail/reviews", **body).status_code == 403
    signed = house.act("P-QA", "/api/trail/reviews", **body)
    assert signed.status_code == 201, signed.text
    assert signed.json()["exceptions"] == [{"index": 3, "words": "why?"}]
    assert reviews.waiting().count == 1, "the refused try of the administrator came after"
    house.act("P-QA", "/api/assets", **(ASSET | {"place": "Bench 3 left"}))
    found = house.client("P-AUD").get("/api/trail/reviews").json()
    assert (found["waiting"]["count"], found["waiting"]["since"]) == (2, stop)
    for wrong in ({"stop": 10**9}, {"stop": stop, "job": "NONE"},
                  {"stop": stop, "exceptions": [{"index": stop, "words": "x"}]}):  # fmt: skip
        assert house.act("P-QA", "/api/trail/reviews", **wrong).status_code >= 400


@pytest.mark.covers("A11-9")
def test_a_site_may_ask_for_the_review_before_release(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    station.sign_off("JO-1")
    station.outbox.drain()

    def against() -> set[str]:
        return {one.code for one in plant.parts.quality.readiness("JO-1").reasons}

    assert "trail-unreviewed" not in against()
    asked = plant.act("P-QA", "/api/site-parameters", review_before_release=True)
    assert asked.json()["review_before_release"]
    assert "trail-unreviewed" in against()
    client = plant.client("P-QA")
    client.cookies.set("lotbook", plant.tokens["P-QA"])
    shown = client.get("/console/jobs/JO-1/release").text
    assert "Audit trail of this batch" in shown
    body = {"stop": plant.parts.book.size, "job": "JO-1"}
    assert plant.act("P-QA", "/api/trail/reviews", **body).status_code == 201
    assert "trail-unreviewed" not in against()
    assert plant.parts.oversight.reviews.waiting("JO-1").count == 0
    assert plant.parts.oversight.reviews.waiting().count > 0, "the whole log was not reviewed"


@pytest.mark.covers("A11-10", "P11-10e")
def test_what_a_change_of_parameters_leaves_out_stays(plant: Plant) -> None:
    path = "/api/site-parameters"
    first = {"second_factor_classes": ["auditor"], "drill_days": 90, "reason": "audit"}
    plant.act("P-QA", path, **first)
    assert plant.act("P-QA", path, drill_days=0).status_code == 400
    assert plant.act("P-QA", path, backup_hours=12, reason="twice a day").status_code == 200
    now = plant.client("P-QA").get(path).json()
    kept = (now["second_factor_classes"], now["drill_days"], now["backup_hours"])
    assert kept == (["auditor"], 90, 12)
    (event,) = plant.client("P-QA").get("/api/trail?kind=site.parameters&most=1").json()["events"]
    told = {(one["name"], one["old"], one["new"]) for one in event["changes"]}
    assert ("backup_hours", "26", "12") in told
    assert {name for name, _, _ in told} <= {"backup_hours", "reason"}
    plant.act("P-QA", path, second_factor_classes=[])
    assert plant.parts.oversight.parameters.now().second_factor_classes == (), "said is said"


@pytest.mark.covers("T24")
def test_exports_are_no_formulas_and_carry_their_proofs(house: Plant) -> None:
    client = house.client("P-AUD")
    house.act("P-QA", "/api/assets", **(ASSET | {"place": "=1+1"}))
    text = client.get("/api/trail/export", params={"subject": "asset:BAL-9"}).content
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert rows[0]["kind"] == "asset.defined"
    assert "-> =1+1" in rows[0]["changes"]
    assert not [one for row in rows for one in row.values() if one.startswith(("=", "+", "@"))]
    data = client.get("/api/trail/export", params={"form": "json"}).content
    body = json.loads(data)
    head = open_note(body["checkpoint"], house.parts.verifier)
    for one in body["events"]:
        path = [bytes.fromhex(part) for part in one["path"]]
        leaf, at = leaf_hash(one["leaf"].encode()), one["event"]["index"]
        assert verify_inclusion(leaf, at, head.size, path, head.root)


@pytest.mark.covers("P11-10e")
def test_an_export_is_made_piece_by_piece_while_others_are_answered(house: Plant) -> None:
    """Between any two events the loop is free, and no more than one of them is held."""
    events, size = house.parts.oversight.reviews.events, house.parts.book.size
    turns: list[str] = []

    async def other() -> None:
        while True:
            turns.append("other")
            await asyncio.sleep(0)

    async def export() -> list[bytes]:
        beside = asyncio.create_task(other())
        found = await events.found(Filter(), 0, size, 10_000)
        pieces = []
        for data in (as_csv(events, found, "en"), as_json(house.parts, found)):
            async for piece in data:
                turns.append("piece")
                pieces.append(piece)
        beside.cancel()
        with suppress(asyncio.CancelledError):
            await beside
        return pieces

    pieces = house.transport.run(export())
    whole = events.page(Filter(), 0, size, 10_000)
    assert len(whole.events) > 20
    assert len(pieces) == 1 + len(whole.events) + 2 + len(whole.events), (
        "a line, and an object, each"
    )
    told = json.loads(b"".join(pieces[1 + len(whole.events) :]))
    assert [one["event"]["index"] for one in told["events"]] == [one.index for one in whole.events]
    row = "".join("o" if turn == "other" else "p" for turn in turns)
    assert "ppp" not in row, "never three in a row: the first and the last have no event"


@pytest.mark.covers("P11-10e")
def test_an_export_that_is_not_all_says_so_and_where_to_go_on(
    house: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = house.client("P-AUD")
    for module in ("server.api.trail", "server.console.trail"):
        monkeypatch.setattr(f"{module}.MOST_EXPORTED", 2)
    for path in ("/api/trail/export", "/console/audit/export"):
        body = client.get(path, params={"form": "json"}).json()
        rest = client.get(path, params={"form": "json", "stop": body["more"]}).json()
        assert rest["events"][0]["event"]["index"] < body["events"][-1]["event"]["index"]
        lines = client.get(path, headers={"accept-language": "zh"}).text.splitlines()
        assert len(lines) == 4
        assert "未完" in lines[-1]
    asked = {"form": "json", "kind": "site.founded"}
    assert client.get("/api/trail/export", params=asked).json()["more"] is None


@given(st.text(max_size=40))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert not cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell(text).endswith(text)


@given(st.text("ab 1.", max_size=30), st.text("ab 1.", max_size=30))
def test_word_by_word_loses_nothing(old: str, new: str) -> None:
    parts = words(old, new)
    assert "".join(text for tag, text in parts if tag != "new") == old
    assert "".join(text for tag, text in parts if tag != "gone") == new


def test_what_appears_and_goes_is_a_change_too() -> None:
    found = changes(
        {"a": 1, "b": {"c": ["x", "y"]}, "e": True}, {"b": {"c": ["x"]}, "d": [{"f": 0}]}
    )
    assert [(one.name, one.old, one.new) for one in found] == [
        ("a", "1", ""), ("b.c", "x, y", "x"), ("d.0.f", "", "0"), ("e", "true", ""),
    ]  # fmt: skip
    assert len(words("a " * 500, "b")) == 2


def test_every_statement_is_found_by_its_kind(house: Plant) -> None:
    station = house.station()
    station.refresh()
    station.sign_in("P-OP")
    station.outbox.drain()  # some leaves may not be folded yet
    leaves = [(row["kind"], row["idx"], row["data"]) for row in house.parts.store.rows("leaves")]
    kinds = {kind for kind, _, _ in leaves} - {"entry"}
    assert {"person.enrolled", "asset.defined", "pack.issued"} <= kinds
    for kind in kinds | {"nobody.said"}:
        found = house.parts.reader.statements(kind)
        assert found == tuple((index, data) for one, index, data in leaves if one == kind)
