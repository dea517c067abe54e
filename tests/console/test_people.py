"""The page of people: how each stands, what may be done by whom, acts of two on one form."""

from __future__ import annotations

import csv
import io
import re

import httpx
import pytest

from forms.rights import RIGHTS, Action
from forms.terms import PersonnelClass
from server.console.texts_rights import ACTIONS
from tests.console.test_console import csrf, entered
from tests.server.phone import Phone
from tests.server.plant import Plant, badge, credentials

PEOPLE = "/console/people"


def second(person: str) -> dict[str, str]:
    return {f"second_{name}": value for name, value in credentials(person).items()}


def posted(client: httpx.Client, path: str, page: str, **form: object) -> httpx.Response:
    """A form sent from that page."""
    return client.post(path, data={"csrf": csrf(client.get(page).text), **form})


def newcomer(**change: object) -> dict[str, object]:
    said = {"id": "P-NEW", "name": "Nia <b>New", "classes": ["operator", "auditor"],
            "new_badge": "LB:ID:NEW", "new_secret": "new-secret", "document": "passport",
            "checked_by": "P-ADM", "qualified": "SMALL/OP10 SMALL/OP20",
            "qualified_until": "2020-01-01", **credentials("P-ADM"), **second("P-QA")}  # fmt: skip
    return {**said, **change}


@pytest.mark.covers("P11-100a", "P11-100b", "P11-10d")
def test_two_enrol_on_one_form_and_the_page_shows_the_person(plant: Plant) -> None:
    client = entered(plant, "P-ADM")
    alone = posted(client, PEOPLE, PEOPLE, **newcomer(**second("P-ADM")))
    assert alone.status_code == 409
    assert "two different persons" in alone.text
    assert "Nia &lt;b&gt;New" in alone.text, "what was typed is still there"
    assert "new-secret" not in alone.text, "but no secret is"
    wrong = posted(client, PEOPLE, PEOPLE, **newcomer(second_secret="wrong"))
    assert wrong.status_code == 401
    bad = posted(client, PEOPLE, PEOPLE, **newcomer(id="no/id"))
    assert (bad.status_code, "id" in bad.text) == (400, True)
    assert plant.parts.store.one("people", id="P-NEW") is None
    made = posted(client, PEOPLE, PEOPLE, **newcomer())
    assert made.headers["location"] == f"{PEOPLE}/P-NEW?done=1"
    page = client.get(f"{PEOPLE}/P-NEW").text
    for words in ("Nia &lt;b&gt;New", "SMALL/OP10, SMALL/OP20", "expired", "person enrolled"):
        assert words in page
    assert page.count("Ada Admin") >= 1
    assert "钱安" in page, "both who signed are named"
    assert posted(client, PEOPLE, PEOPLE, **newcomer()).status_code == 409, "an id is taken once"


@pytest.mark.covers("P11-100c", "A11-11")
def test_the_list_is_filtered_and_leaves_as_a_file(plant: Plant) -> None:
    client = entered(plant, "P-AUD")
    plant.act("P-ADM", "/api/people/P-OP/deactivation", reason="left the plant")
    for _ in range(5):
        plant.client().post("/api/sessions", json={"badge": badge("P-SUP"), "secret": "no"})

    def shown(**asked: str) -> set[str]:
        text = client.get(PEOPLE, params=asked).text
        return set(re.findall(r'href="/console/people/(P-[A-Z]+)"', text))

    assert shown() == {"P-OP", "P-SUP", "P-QA", "P-ADM", "P-AUD"}
    assert shown(state="inactive") == {"P-OP"}
    assert shown(state="locked") == {"P-SUP"}
    assert shown(state="active", role="quality") == {"P-QA"}
    assert shown(named="ada") == {"P-ADM"}
    assert "There is nothing here yet" in client.get(PEOPLE, params={"named": "nobody"}).text
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"{PEOPLE}.csv").content.decode("utf-8-sig")))
    )
    assert {row["id"]: row["state"] for row in rows} == {
        "P-ADM": "active", "P-AUD": "active", "P-OP": "inactive", "P-QA": "active",
        "P-SUP": "locked",
    }  # fmt: skip
    assert all(row["enrolled"][:2] == "20" and len(row["public key"]) == 64 for row in rows)
    past = client.get(f"{PEOPLE}/P-OP").text
    assert "left the plant" in past
    assert "for good" in past


@pytest.mark.covers("P11-10g", "P11-10e", "T34")
def test_two_give_and_withdraw_and_the_person_is_signed_out(plant: Plant) -> None:
    victim, client = entered(plant, "P-OP"), entered(plant, "P-QA")
    path, form = f"{PEOPLE}/P-OP", {**credentials("P-QA"), **second("P-ADM"), "reason": "holiday"}
    give = {**form, "act": "give", "role": "supervisor", "place": "Room/Center"}
    answers = {
        "no reason": posted(client, f"{path}/grants", path, **{**give, "reason": " "}),
        "no class": posted(client, f"{path}/grants", path, **{**give, "role": "king"}),
        "no place": posted(client, f"{path}/grants", path, **{**give, "place": "Moon/"}),
    }
    assert [one.status_code for one in answers.values()] == [400, 404, 404]
    assert answers["no reason"].text.count(" open>") == 2, "the form that was refused stands open"
    assert victim.get("/console/jobs").status_code == 200
    done = posted(client, f"{path}/grants", path, **give)
    assert "Done and signed" in client.get(done.headers["location"]).text
    assert victim.get("/console/jobs").status_code == 303, "signed out at once"
    page = client.get(path).text
    assert "Room / Center" in page
    chinese = client.get(path, headers={"accept-language": "zh-CN"}).text
    assert "各场所的职责 · 1 · 职责：</span><ins>班组长</ins>" in chinese
    assert "holiday" in page
    held = {**form, "act": "withdraw", "place": "supervisor Room/Center", "reason": "back again"}
    assert posted(client, f"{path}/grants", path, **held).status_code == 303
    assert posted(client, f"{path}/grants", path, **held).status_code == 409
    assert [str(one.role) for one in plant.parts.directory.person("P-OP").grants] == []


@pytest.mark.covers("P11-200a2", "P11-300c", "P11-300d")
def test_a_new_key_an_unlocking_the_end_of_sessions(plant: Plant) -> None:
    client, path = entered(plant, "P-ADM"), f"{PEOPLE}/P-OP"
    assert "Not locked" in client.get(path).text
    for _ in range(5):
        plant.client().post("/api/sessions", json={"badge": badge("P-OP"), "secret": "no"})
    assert "5 wrong secrets in a row" in client.get(path).text
    assert "Olga Operator · P-OP</a>" in client.get("/console/status").text, "whose badge it is"
    assert posted(client, f"{path}/unlocking", path, **credentials("P-ADM")).status_code == 303
    page = client.get(path).text
    assert "badge unlocked" in page
    assert "Not locked" in page
    victim = entered(plant, "P-OP")
    assert "Signed in nowhere" not in client.get(path).text
    assert posted(client, f"{path}/sign-out", path, **credentials("P-ADM")).status_code == 303
    assert victim.get("/console/jobs").status_code == 303
    assert "sessions of a person ended" in client.get(path).text
    key = {"new_badge": "LB:ID:OP2", "new_secret": "another-1", "document": "passport",
           "checked_by": "P-QA", **credentials("P-ADM"), **second("P-QA")}  # fmt: skip
    assert posted(client, f"{path}/key", path, **{**key, "document": ""}).status_code == 400
    assert posted(client, f"{path}/key", path, **key).status_code == 303
    given = {"badge": "LB:ID:OP2", "secret": "another-1"}
    assert plant.client().post("/api/sessions", json=given).status_code == 200
    assert "new key for a person" in client.get(path).text
    end = posted(client, f"{path}/deactivation", path, reason="left", **credentials("P-ADM"))
    assert end.status_code == 303
    assert client.get(f"{PEOPLE}/P-NOBODY").status_code == 404


@pytest.mark.covers("P11-300c", "P11-200a2", "T28")
@pytest.mark.parametrize(
    ("language", "named", "alone"),
    [("en", "Reset the second factor", "two different persons"),
     ("zh-CN", "重置第二因素", "两名不同人员")],
)  # fmt: skip
def test_two_reset_a_lost_second_factor_on_the_persons_page(
    plant: Plant, language: str, named: str, alone: str
) -> None:
    client, path = entered(plant, "P-ADM", language), f"{PEOPLE}/P-SUP"
    assert named not in client.get(path).text, "there is none to reset"
    form = {"document": "passport 7", "checked_by": "P-QA",
            **credentials("P-ADM"), **second("P-QA")}  # fmt: skip
    none = posted(client, f"{path}/second-factor-reset", path, **form)
    assert (none.status_code, 'role="alert"' in none.text) == (409, True)
    sue = Phone(plant, "P-SUP")
    sue.set_up(sue.client())
    session = sue.client(sue.code())
    assert named in client.get(path).text
    assert f"{path}/second-factor-reset" not in entered(plant, "P-AUD").get(path).text

    def told(**change: str) -> tuple[int, str]:
        answer = posted(client, f"{path}/second-factor-reset", path, **{**form, **change})
        return answer.status_code, answer.text

    status, page = told(**second("P-ADM"))
    assert (status, alone in page) == (409, True)
    assert told(**second("P-SUP"))[0] == 401, "whose factor it is shows its code, and may not"
    assert told(document=" ")[0] == 400
    assert told(second_secret="wrong")[0] == 401
    assert session.get("/api/me").status_code == 200, "nothing is done yet"
    assert told()[0] == 303
    assert session.get("/api/me").status_code == 401, "signed out at once"
    page = client.get(path).text
    assert f"{path}/second-factor-reset" not in page
    assert "passport 7" in page, "the history says how identity was proved"
    assert sue.sign_in().status_code == 200


@pytest.mark.covers("P11-10g", "P11-200a2")
def test_only_what_the_viewer_may_do_is_offered(plant: Plant) -> None:
    auditor, supervisor = entered(plant, "P-AUD"), entered(plant, "P-SUP")
    assert "<form" not in auditor.get(f"{PEOPLE}/P-OP").text.split("<main", 1)[1]
    assert "change nothing on it" in auditor.get(f"{PEOPLE}/P-OP").text
    assert "Enrol a person" not in auditor.get(PEOPLE).text
    assert "/grants" not in supervisor.get(f"{PEOPLE}/P-OP").text
    own = entered(plant, "P-QA").get(f"{PEOPLE}/P-QA").text
    assert "This is you" in own
    assert "/grants" not in own
    assert "/key" not in own
    assert entered(plant, "P-OP").get(PEOPLE).status_code == 403
    token = csrf(supervisor.get("/console/jobs").text)
    sent = {"csrf": token, "reason": "x", **credentials("P-SUP")}
    assert supervisor.post(f"{PEOPLE}/P-OP/deactivation", data=sent).status_code == 403
    last = entered(plant, "P-ADM")
    sent = {"reason": "coup", **credentials("P-ADM")}
    answer = posted(last, f"{PEOPLE}/P-QA/deactivation", f"{PEOPLE}/P-QA", **sent)
    assert answer.status_code == 409
    assert "nobody could enrol" in answer.text


@pytest.mark.covers("P11-10g")
@pytest.mark.parametrize(("language", "yes"), [("en", "✓ yes"), ("zh-CN", "✓ 可")])
def test_the_table_of_rights_is_shown_as_the_code_has_it(
    plant: Plant, language: str, yes: str
) -> None:
    assert set(ACTIONS) == set(Action), "every action has words"
    page = entered(plant, "P-OP", language).get("/console/rights").text
    column = language == "zh-CN"
    for action, allowed in RIGHTS.items():
        found = re.search(rf"<tr><td>[^<]*<br><code>{action}</code></td>(.*?)</tr>", page)
        assert found, action
        cells = re.findall(r"<td[^>]*>(.*?)</td>", found[1])
        marks = [yes in one for one in cells[: len(PersonnelClass)]]
        assert marks == [one in allowed for one in PersonnelClass]
        assert ACTIONS[action][column].replace("'", "&#39;") in page
