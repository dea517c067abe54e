"""Recalls, drills and holds in the console: from one press to the end, in both languages."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import httpx
import pytest

from server.console.texts import texts
from tests.console.test_console import csrf, entered
from tests.server.plant import Plant, credentials
from tests.server.test_history import bring, folder_with
from tests.server.test_recall import made, ship


def pressed(client: httpx.Client, page: str, **fields: str | list[str]) -> httpx.Response:
    form = credentials("P-QA") | {"csrf": csrf(client.get(page).text)} | fields
    return client.post(page, data=form)


@pytest.fixture
def shipped(plant: Plant) -> Plant:
    with closing(plant.station()) as station:
        made(plant, station)
    ship(plant, "Clinic <East>", "L1", "1", "1")
    ship(plant, "诊所西", "L1", "1", "2")
    return plant


@pytest.mark.covers("REC-806/7", "VAL-PQ")
def test_a_recall_is_led_to_its_end_in_the_console(shipped: Plant) -> None:
    client = entered(shipped, "P-QA")
    page = "/console/recalls"
    open_it = {"act": "open", "suspect": "lot", "item": "TUB-1", "depth": "consumer"}
    missing = pressed(client, page, **open_it, reason="leaks")
    assert missing.status_code == 400
    assert "cause/lot" in missing.text
    answer = pressed(client, page, **open_it, lot="T1", reason="leaks <here>")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page}/R-0001?done=1")
    case = f"{page}/R-0001"
    html = client.get(case).text
    assert "leaks &lt;here&gt;" in html
    assert "Clinic &lt;East&gt;" in html
    assert "without a notice of the newest scope (2)" in html
    assert html.index("Open questions") < html.index("Mass balance")
    early = pressed(client, case, act="acknowledged", consignee="诊所西", by="Dr. W")
    assert early.status_code == 409, "it was not sent"
    for fields in (
        {"act": "notices", "language": "zh_CN"},
        {"act": "sent", "how": "registered letter"},
        *({"act": "acknowledged", "consignee": one, "by": "W"} for one in CONSIGNEES),
        *({"act": "check", "consignee": one, "how": "visit", "reached": "yes",
           "returned": "1", "destroyed": "0"} for one in CONSIGNEES),
        {"act": "count", "of": T1, "in_stock": "96.5", "scrapped": "0", "explained": ""},
        {"act": "freeze"},
    ):  # fmt: skip
        step = pressed(client, case, **fields)
        assert step.status_code == 303, step.text
    html = client.get(case).text
    assert "without a notice of the newest scope (2)" in html, "the scope is a newer one"
    for fields in (
        {"act": "notices", "language": "en"},
        {"act": "sent", "how": "letter"},
        *({"act": "acknowledged", "consignee": one, "by": "W"} for one in CONSIGNEES),
        *({"act": "check", "consignee": one, "how": "telephone", "reached": "yes",
           "returned": "1", "destroyed": "0"} for one in CONSIGNEES),
        {"act": "count", "of": T1, "in_stock": "96.5", "scrapped": "0",
         "explained": "a sample of 0.5 m was used up"},
    ):  # fmt: skip
        assert pressed(client, case, **fields).status_code == 303
    html = client.get(case, headers={"accept-language": "zh"}).text
    assert "无未决事项" in html
    assert pressed(client, case, act="nothing").status_code == 400
    assert pressed(client, case, act="terminate", conclusion="done").status_code == 303
    html = client.get(case).text
    assert "✓ terminated" in html
    assert "Next steps" not in html


T1 = "item=TUB-1&lot=T1&unit=m"
CONSIGNEES = ("Clinic <East>", "诊所西")


@pytest.mark.covers("REC-806/7", "VAL-PQ")
def test_a_drill_is_one_press_and_says_how_long_each_phase_took(shipped: Plant) -> None:
    client = entered(shipped, "P-QA")
    answer = pressed(client, "/console/recalls", act="drill", suspect="lot", reason="drill")
    assert answer.headers["location"] == "/console/recalls/D-0001?done=1"
    html = client.get("/console/recalls/D-0001").text
    for words in ("build and sign every online station", "goal 5 s", "not judged", "<rect"):
        assert words in html
    assert "D-0001" in client.get("/console/recalls").text
    assert not shipped.parts.holds.open()
    auditor = entered(shipped, "P-AUD")
    assert "Start the drill" not in auditor.get("/console/recalls").text


@pytest.mark.covers("F54")
def test_holds_rules_and_late_work_stand_on_one_page(shipped: Plant) -> None:
    client = entered(shipped, "P-QA")
    page = "/console/holds"
    rules = {"deviation-opened": "off", "lot-suspect": "alone", "late-use": "downstream"}
    assert pressed(client, page, act="rules", **rules).status_code == 303
    lot = "/console/lot?item=TUB-1&lot=T1"
    assert pressed(client, lot, act="hold-downstream", reason="smells").status_code == 303
    html = client.get(page).text
    assert "with everything made from it" in html
    assert "hold them and everything made from them" in html
    made_here = "/console/lot?item=SET-1&lot=L1"
    html = client.get(made_here).text
    assert "held with a lot inside it" in html
    ref = shipped.parts.holds.open()[0].ref
    assert pressed(client, made_here, act=f"clear {ref}", reason="tested").status_code == 303
    assert not shipped.parts.catalogue.held("SET-1", "L1")
    with closing(shipped.station("ST-02")) as away:
        away.sign_in("P-OP")
        away.outbox.drain()
        away.away = True
        shipped.clock.pass_(60)
        away.kit("JO-2", "T1")
        away.outbox.drain()
    html = client.get(page).text
    assert "the lot cannot be released" not in html, "the pack it has knows of the hold"
    assert pressed(client, page, number="x", conclusion="none").status_code == 404


def test_every_word_of_recalls_is_there_in_both_languages() -> None:
    folder = Path("server/console/templates")
    used = "".join((folder / f"{one}.html").read_text() for one in ("recall", "recalls", "holds"))
    for language in ("en", "zh_CN"):
        words = texts(language)
        assert all(words[key] for key in words if f"w.{key}" in used)


@pytest.mark.covers("F54")
def test_a_lot_of_imported_history_is_held_and_recalled(plant: Plant, tmp_path: Path) -> None:
    bring(plant, folder_with(tmp_path / "in"))
    client = entered(plant, "P-QA")
    lot = "/console/lot?item=RESIN&lot=R1"
    assert "Known from imported history" in client.get(lot).text
    assert pressed(client, lot, act="hold", reason="smells").status_code == 303
    html = client.get(lot).text
    assert "✗ on hold" in html
    assert pressed(client, lot, act="quarantine", reason="x").status_code == 404, "not received"
    ref = plant.parts.holds.open()[0].ref
    assert pressed(client, lot, act=f"lift {ref}", reason="tested").status_code == 303
    ask = {"act": "open", "suspect": "lot", "item": "RESIN", "lot": "R1", "depth": "consumer"}
    answer = pressed(client, "/console/recalls", **ask, reason="wrong resin")
    assert answer.status_code == 303, "the case is opened and its lots are held"
    assert [one.downstream for one in plant.parts.holds.open()] == [True]
    case = answer.headers["location"].partition("?")[0]
    assert "nobody can say how much was made" in client.get(case).text
    fields = {"act": "account", "origin": "imported-history", "reason": "the ERP had no amounts"}
    assert '<option value="imported-history">' in client.get(case).text
    assert pressed(client, case, **fields).status_code == 303
    assert "nobody can say how much was made" not in client.get(case).text
    html = client.get("/console/lot?item=BODY&lot=C1").text
    assert "held with a lot inside it" in html
    assert client.get("/console/lot?item=RESIN&lot=NONE").status_code == 404


@pytest.mark.parametrize("act", ["lot", "recall", "asset"])
def test_after_an_act_the_page_says_that_it_is_done(shipped: Plant, act: str) -> None:
    page, fields = {
        "lot": ("/console/lot?item=TUB-1&lot=T1", {"act": "hold", "reason": "smells"}),
        "recall": ("/console/recalls", {"act": "drill", "suspect": "lot", "reason": "x"}),
        "asset": ("/console/asset-form", {
            "id": "CAL-9", "equipment_class": "caliper", "serial_number": "9",
            "no_calibration": "yes", "status": "in_service",
        }),
    }[act]  # fmt: skip
    person = "P-ADM" if act == "asset" else "P-QA"
    client = entered(shipped, person)
    form = credentials(person) | {"csrf": csrf(client.get(page).text)} | fields
    assert "Done and signed" not in client.get(page).text
    answer = client.post(page, data=form)
    assert answer.status_code == 303, answer.text
    after = answer.headers["location"]
    assert "✓ Done and signed." in client.get(after).text
    assert "✓ 已完成并签名。" in client.get(after, headers={"accept-language": "zh"}).text
    wrong = client.post(page, data=form | {"secret": "no"})
    assert "Done and signed" not in wrong.text


@pytest.mark.covers("REC-806/7")
def test_the_page_offers_who_is_waited_for_and_takes_many_at_once(shipped: Plant) -> None:
    client = entered(shipped, "P-QA")
    opening = {"act": "open", "suspect": "lot", "item": "TUB-1", "lot": "T1", "reason": "leaks <x>"}
    wrong = pressed(client, "/console/recalls", **opening, depth="retail", secret="wrong")
    assert wrong.status_code == 401
    for kept in ('value="T1"', "leaks &lt;x&gt;</textarea>", '<option value="retail" selected>'):
        assert kept in wrong.text, "what was typed stays"
    assert "wrong" not in wrong.text.split("<main", 1)[1], "but no secret"
    pressed(client, "/console/recalls", **opening, depth="retail")
    case = "/console/recalls/R-0001"
    assert 'href="#notices"' in client.get(case).text
    assert pressed(client, case, act="notices", language="en").status_code == 303
    assert pressed(client, case, act="sent", how="letter").status_code == 303
    both = pressed(client, case, act="acknowledged", consignee=list(CONSIGNEES), by="letters")
    assert both.status_code == 303
    html = client.get(case).text
    for gone in ('id="notices"', 'id="sent"', 'id="acknowledged"'):
        assert gone not in html, "nobody waits for that"
    again = pressed(client, case, act="notices", language="en")
    assert again.status_code == 409, "pressed once more, nothing is begun anew"
    found = shipped.parts.recall.recalls.steps.of("R-0001")
    assert all(one.acknowledged_at for one in found.notices.values())
    checked = {"act": "check", "how": "visit", "reached": "yes", "returned": "0", "destroyed": "0"}
    assert pressed(client, case, consignee=CONSIGNEES[0], **checked).status_code == 303
    html = client.get(case).text
    rows = html.split("<h2>Consignees", 1)[1]
    assert rows.index("诊所西") < rows.index("Clinic &lt;East&gt;"), "who waits stands first"
    assert "<option>Clinic &lt;East&gt;</option>" not in html
    typed = pressed(client, case, act="count", of=T1, in_stock="7", secret="wrong")
    assert 'name="in_stock" value="7"' in typed.text
    for other in ("item=TUB-1", T1 + "&more=1", "&" * 500):
        assert pressed(client, case, act="count", of=other, in_stock="7").status_code == 400
