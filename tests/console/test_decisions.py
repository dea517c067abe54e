"""What is signed is what was read; a lot's status; the trace is a click away from every lot."""

from __future__ import annotations

import html as markup
import re

import pytest

from forms.codec import text_digest
from forms.entries import Signed
from tests.console.test_console import confirmed, csrf, entered
from tests.server.plant import Plant, credentials
from tests.server.test_shift import played

RELEASE = "/console/jobs/JO-1/release"


def shown(page: str) -> str:
    """The text in the confirm page's quotation, as a reader sees it."""
    found = re.search(r'<blockquote id="text">(.*?)</blockquote>', page, re.DOTALL)
    assert found
    return markup.unescape(found[1])


@pytest.mark.covers("P11-50a")
@pytest.mark.parametrize(
    ("decision", "reason", "language"),
    [("released", "", "en"), ("rejected", "cracked & <b>dirty</b>", "zh-CN")],
)
def test_the_text_read_is_the_text_signed(
    plant: Plant, decision: str, reason: str, language: str
) -> None:
    played(plant)
    client = entered(plant, "P-QA", language)
    query = {"decision": decision, "reason": reason}
    page = client.get(f"{RELEASE}/confirm", params=query).text
    form = confirmed(client, decision, reason) | credentials("P-QA")
    assert text_digest(shown(page)) == form["text_digest"]
    assert client.post(RELEASE, data=form).status_code == 303
    records = plant.parts.reader.batch("JO-1").records
    signed = [one.entry for one in records if isinstance(one.entry, Signed)]
    assert signed[-1].text_digest == text_digest(shown(page))
    assert signed[-1].meaning == decision


def test_nothing_is_signed_when_the_text_changed_meanwhile(plant: Plant) -> None:
    station = played(plant)
    client = entered(plant, "P-QA")
    form = confirmed(client, "rejected", "scratched") | credentials("P-QA")
    for change in ({"reason": "another"}, {"text_digest": "0" * 64}, {"text_digest": ""}):
        answer = client.post(RELEASE, data=form | change)
        assert answer.status_code == 409
        assert "has changed since you read it" in answer.text
    form = confirmed(client, "released") | credentials("P-QA")
    station.sign_in("P-OP")
    station.scan("JO-1", "T1", plant.clock.wall().date())
    station.outbox.drain()
    assert client.post(RELEASE, data=form).status_code == 409
    assert plant.parts.quality.readiness("JO-1").status == "complete"
    digest = {"text_digest": "0" * 64, "decision": "rejected", "reason": "x"}
    assert plant.act("P-QA", "/api/jobs/JO-1/release", **digest).json()["code"] == "text-changed"


def test_the_api_shows_the_text_too(plant: Plant) -> None:
    played(plant)
    client = plant.client("P-QA")
    path = "/api/jobs/JO-1/release"
    text = client.get(f"{path}-text").json()
    assert text["text"].startswith("I release lot L1")
    assert client.get(f"{path}-text", params={"decision": "rejected"}).status_code == 400
    digest = text["text_digest"]
    assert plant.act("P-QA", path, decision="released", text_digest=digest).status_code == 200


def test_the_confirm_page_leads_back_where_a_decision_is_not_possible(plant: Plant) -> None:
    client = entered(plant, "P-QA")
    open_ = client.get(f"{RELEASE}/confirm", params={"decision": "released"})
    assert open_.status_code == 409
    assert "Not ready" in open_.text
    for decision in ("rejected", "nonsense"):
        answer = client.get(f"{RELEASE}/confirm", params={"decision": decision})
        assert answer.status_code == 400
    other = entered(plant, "P-SUP")
    refused = other.get(f"{RELEASE}/confirm", params={"decision": "rejected", "reason": "x"})
    assert refused.status_code == 403


def test_quality_leads_a_lot_through_its_statuses(plant: Plant) -> None:
    body = {"item": "TUB-1", "lot": "T/9", "quantity": "12.5", "unit": "m"}
    assert plant.act("P-SUP", "/api/lots", **body).status_code == 201
    client = entered(plant, "P-QA")
    path = "/console/lot?item=TUB-1&lot=T%2F9"

    def act(what: str, reason: str = "inspected") -> int:
        form = {"csrf": csrf(client.get(path).text), "act": what, "reason": reason}
        return client.post(path, data=form | credentials("P-QA")).status_code

    def status() -> str:
        return plant.parts.catalogue.lot("TUB-1", "T/9").status.value

    page = client.get(path).text
    assert "Release from quarantine" in page
    assert "direction=used" in page
    assert act("released", "  ") == 400
    assert (act("released"), status()) == (303, "released")
    assert (act("hold"), status()) == (303, "hold")
    ref = plant.parts.store.rows("holds", lot="T/9")[0]["ref"]
    assert ref in client.get(path).text
    assert (act(f"lift {ref}"), status()) == (303, "released")
    assert act(f"lift {ref}") == 404
    assert (act("quarantine"), status()) == (303, "quarantine")
    assert (act("rejected"), status()) == (303, "rejected")
    assert act("released") == 409, "a rejection is final"


@pytest.mark.covers("P11-10g")
def test_others_stop_a_lot_and_no_more(plant: Plant) -> None:
    client = entered(plant, "P-SUP")
    path = "/console/lot?item=TUB-1&lot=T1"
    page = client.get(path).text
    assert "Only quality releases" in page
    form = {"csrf": csrf(page), "reason": "smells odd", **credentials("P-SUP")}
    assert client.post(path, data=form | {"act": "rejected"}).status_code == 403
    assert client.post(path, data=form | {"act": "hold"}).status_code == 303
    ref = plant.parts.store.rows("holds", lot="T1")[0]["ref"]
    assert client.post(path, data=form | {"act": f"lift {ref}"}).status_code == 403
    auditor = entered(plant, "P-AUD")
    assert 'name="act"' not in auditor.get(path).text
    assert auditor.post(path, data=form).status_code == 403


def test_a_lot_made_here_is_released_by_its_job_order_only(plant: Plant) -> None:
    played(plant)
    client = entered(plant, "P-QA")
    path = "/console/lot?item=SET-1&lot=L1"
    page = client.get(path).text
    assert "made here" in page
    assert "direction=from" in page
    form = {"csrf": csrf(page), "act": "released", "reason": "x", **credentials("P-QA")}
    assert client.post(path, data=form).status_code == 409
    answer = plant.act("P-QA", "/api/lots/SET-1/L1/status", status="released")
    assert answer.json()["code"] == "wrong-state"


def test_the_trace_is_reachable_from_every_lot(plant: Plant) -> None:
    played(plant)
    client = entered(plant, "P-AUD")
    listed = client.get("/console/jobs").text
    for one in plant.parts.reader.list_lots():
        assert f"/console/lot?item={one.item}&amp;lot={one.lot}" in listed
        page = client.get(f"/console/lot?item={one.item}&lot={one.lot}").text
        assert f"/console/trace?item={one.item}&amp;lot={one.lot}&amp;direction=used" in page
    drawn = client.get("/console/trace?item=TUB-1&lot=T1").text
    assert drawn.count("<a href=") > 3
    assert "OFFICE" not in drawn, "the office is never silent"
