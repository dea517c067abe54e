"""The second factor over the API: set up, used once, lost, required; and what it leaves behind."""

from __future__ import annotations

import logging
import re
from typing import Any

import httpx
import pytest

from server.app import folds
from server.fsck import examine
from server.log.leaves import Statement, decode
from tests.server.phone import ME, Phone
from tests.server.plant import BOTH, Plant, credentials

PROOF = {"document": "passport", "checked_by": "P-ADM"}


def code_of(answer: httpx.Response) -> str:
    return str(answer.json().get("code", "")) if answer.status_code >= 400 else ""


def statements(plant: Plant) -> list[Statement]:
    said = [decode(bytes(row["data"])) for row in plant.parts.store.rows("leaves")]
    return [one for one in said if isinstance(one, Statement)]


def require(plant: Plant, *classes: str) -> None:
    answer = plant.act("P-QA", "/api/site-parameters", second_factor_classes=list(classes))
    assert answer.status_code == 200, answer.text


@pytest.mark.covers("P11-200a1", "T33", "T03")
def test_a_code_opens_once_and_no_answer_says_what_was_wrong(plant: Plant) -> None:
    ada = Phone(plant, "P-QA")
    elsewhere = ada.client()
    begun = ada.client().post(ME, json=credentials("P-QA"))
    assert begun.json()["address"].startswith("otpauth://totp/Lotbook%20S1:P-QA?secret=")
    assert begun.json()["qr"].startswith("<svg ")
    assert ada.sign_in().status_code == 200, "begun is not in force"
    ada.set_up(ada.client())
    assert elsewhere.get("/api/me").status_code == 401, "sessions opened without it have ended"
    code = ada.code()
    without, wrong = ada.sign_in(), ada.sign_in("000000")
    bad_secret = plant.client().post(
        "/api/sessions", json=credentials("P-QA") | {"secret": "not it", "code": code}
    )
    assert without.status_code == 401
    assert without.json() == wrong.json() == bad_secret.json()
    assert ada.sign_in(f"{code[:3]} {code[3:]}").status_code == 200, "as phones show it"
    assert ada.sign_in(code).json() == wrong.json(), "good once"
    assert ada.sign_in(ada.code(-1)).status_code == 401, "what came before it neither"
    assert ada.sign_in(ada.code(1)).status_code == 200, "a phone may be a step ahead"
    plant.clock.pass_(120)
    assert ada.sign_in(ada.code(-2)).status_code == 401
    assert ada.sign_in(ada.code(-1)).status_code == 200, "or a step behind"
    assert ada.client(ada.code()).get(ME).json()["on"] is True


@pytest.mark.covers("T33", "P11-300d")
def test_wrong_codes_lock_the_badge_as_wrong_secrets_do(plant: Plant) -> None:
    ada = Phone(plant, "P-QA")
    ada.set_up(ada.client())
    given = credentials("P-QA")
    for turn in range(5):
        what = {"code": "123456"} if turn % 2 else {"secret": "wrong one", "code": ada.code()}
        assert plant.client().post("/api/sessions", json=given | what).status_code == 401
    assert code_of(ada.sign_in(ada.code())) == "locked"
    assert [row["code"] for row in plant.parts.alarms.all()].count("badge-locked") == 1
    plant.clock.pass_(61)
    assert ada.sign_in(ada.code()).status_code == 200


@BOTH
@pytest.mark.covers("P11-200a1", "P11-300c")
def test_a_recovery_code_opens_once_and_the_person_is_told(plant: Plant) -> None:
    ada = Phone(plant, "P-QA")
    ada.set_up(ada.client())
    assert len(set(ada.codes)) == 10
    typed = ada.codes[3].lower().replace("-", " ")
    assert ada.sign_in(typed).json()["recovery_codes_used"] == []
    assert ada.sign_in(ada.codes[3]).status_code == 401, "good once"
    told = ada.sign_in(ada.code()).json()["recovery_codes_used"]
    assert [one["left"] for one in told] == [9]
    plant.clock.pass_(30)
    client = ada.client(ada.code())
    assert client.get(ME).json()["recovery_codes_left"] == 9
    used = [one for one in statements(plant) if one.kind == "factor.code-used"]
    assert [one.body["number"] for one in used] == [3]
    plant.clock.pass_(30)
    fresh = client.post(f"{ME}/recovery-codes", json=credentials("P-QA") | {"code": ada.code()})
    assert len(fresh.json()["recovery_codes"]) == 10
    assert ada.sign_in(ada.codes[4]).status_code == 401, "the old set is worth nothing"
    assert ada.sign_in(fresh.json()["recovery_codes"][0]).status_code == 200
    before = [plant.parts.store.rows(one) for one in ("factors", "factor_uses", "badges")]
    plant.parts.projections.rebuild()
    after = [plant.parts.store.rows(one) for one in ("factors", "factor_uses", "badges")]
    assert before == after
    plant.clock.pass_(30)
    assert ada.sign_in(ada.code()).status_code == 200, "rebuilt, and the seed is still there"
    assert examine(plant.parts) == []


@pytest.mark.covers("T33", "P11-300d")
def test_a_right_recovery_code_locks_nobody_out_while_nothing_is_signed(plant: Plant) -> None:
    ada = Phone(plant, "P-QA")
    ada.set_up(ada.client())
    plant.parts.book.recovery = True
    for code in ada.codes[:5]:
        assert code_of(ada.sign_in(code)) == "server-recovery", "its use could not be stated"
    assert ada.sign_in(ada.code()).status_code == 200, "the phone opens"
    plant.parts.book.recovery = False
    assert ada.sign_in(ada.codes[0]).status_code == 200, "and none of them was used up"


@pytest.mark.covers("P11-300c", "P11-200a2", "T28")
def test_a_lost_phone_is_reset_by_two_others(plant: Plant) -> None:
    sue = Phone(plant, "P-SUP")
    sue.set_up(sue.client())
    session = sue.client(sue.code())
    path = "/api/people/P-SUP/second-factor-reset"
    body: dict[str, Any] = PROOF | {"first": credentials("P-ADM"), "second": credentials("P-QA")}
    adm = plant.client("P-ADM")
    assert code_of(adm.post(path, json=body | {"second": credentials("P-ADM")})) == "two-persons"
    own = adm.post("/api/people/P-ADM/second-factor-reset", json=body)
    assert code_of(own) == "two-persons", "nobody resets their own"
    assert code_of(adm.post("/api/people/P-OP/second-factor-reset", json=body)) == "factor-none"
    assert session.get("/api/me").status_code == 200
    assert adm.post(path, json=body).json() == {"id": "P-SUP", "on": False}
    assert session.get("/api/me").status_code == 401, "the person's sessions have ended"
    assert sue.sign_in(sue.codes[0]).status_code == 200, "who has none needs no code: it is ignored"
    reset = next(one for one in statements(plant) if one.kind == "factor.reset")
    assert {one.person for one in reset.by} == {"P-ADM", "P-QA"}
    assert reset.body == {"id": "P-SUP", "identity": PROOF}


@pytest.mark.covers("P11-200a1", "P11-10d")
def test_who_must_have_one_can_do_nothing_but_set_it_up(plant: Plant) -> None:
    before = plant.client("P-SUP")
    require(plant, "supervisor")
    assert code_of(before.get("/api/jobs")) == "factor-needed", "at once, in open sessions too"
    assert plant.client("P-OP").get("/api/jobs").status_code == 200
    sue = Phone(plant, "P-SUP")
    assert sue.sign_in().json()["owes"] == "factor-needed"
    client = sue.client()
    allowed = {"/api/me", "/api/me/sessions", ME}
    assert {path for path in (*allowed, "/api/jobs", "/api/people", "/api/audit")
            if client.get(path).status_code == 200} == allowed  # fmt: skip
    sue.set_up(client)
    assert client.get("/api/jobs").status_code == 200
    given = credentials("P-SUP") | {"code": sue.code()}
    assert code_of(client.post(f"{ME}/removal", json=given)) == "factor-required"
    require(plant)
    plant.clock.pass_(30)
    given = credentials("P-SUP") | {"code": sue.code()}
    assert client.post(f"{ME}/removal", json=given).status_code == 204
    assert sue.sign_in().json()["owes"] == ""
    assert client.get("/api/jobs").status_code == 200
    require(plant, "supervisor")
    assert code_of(client.get("/api/jobs")) == "factor-needed", "its code proves nothing any more"
    require(plant)
    assert code_of(client.post(f"{ME}/removal", json=credentials("P-SUP"))) == "factor-none"


@pytest.mark.covers("P11-200a3", "P11-200a1")
def test_the_second_of_two_shows_a_code_as_well(plant: Plant) -> None:
    ada = Phone(plant, "P-QA")
    ada.set_up(ada.client())
    path, body = "/api/people/P-OP/grants", {"role": "auditor", "reason": "helps"}
    both: dict[str, Any] = body | {"first": credentials("P-ADM"), "second": credentials("P-QA")}
    adm = plant.client("P-ADM")
    assert code_of(adm.post(path, json=both)) == "sign-in-failed"
    both["second"] = credentials("P-QA") | {"code": ada.code()}
    assert adm.post(path, json=both).status_code == 200


@pytest.mark.covers("P11-200a3", "P11-300d")
def test_who_fails_of_two_is_counted_and_nothing_is_used_of_the_other(plant: Plant) -> None:
    ada = Phone(plant, "P-QA")
    ada.set_up(ada.client())
    before, adm = plant.parts.book.size, plant.client("P-ADM")
    path, body = "/api/people/P-OP/grants", {"role": "auditor", "reason": "helps"}
    code = ada.codes[0]
    qa = credentials("P-QA") | {"code": code}
    first = {"first": credentials("P-ADM") | {"secret": "no"}, "second": qa}
    assert code_of(adm.post(path, json=body | first)) == "sign-in-failed"
    second = {"first": credentials("P-ADM"), "second": qa | {"secret": "no"}}
    assert code_of(adm.post(path, json=body | second)) == "sign-in-failed"

    def failures(person: str) -> int:
        row = plant.parts.store.one("people", id=person)
        assert row is not None
        return plant.parts.sessions.lockout.of(row["badge_digest"]).failures

    assert (failures("P-ADM"), failures("P-QA")) == (0, 1), "the first was right the second time"
    assert {one.kind for one in statements(plant)[before:]} <= {"audit"}, "nobody signed anything"
    both = {"first": credentials("P-ADM"), "second": qa}
    assert adm.post(path, json=body | both).status_code == 200, "the recovery code is unused"
    assert failures("P-QA") == 0


@pytest.mark.covers("P11-200a2", "P11-300a")
def test_a_secret_chosen_by_others_opens_nothing_but_its_change(plant: Plant) -> None:
    given = {"badge": "LB:ID:NEW", "secret": "chosen by two"}
    body = {"id": "P-NEW", "name": "Nia", "classes": ["quality"], **given, **PROOF,
            "first": credentials("P-ADM"), "second": credentials("P-QA")}  # fmt: skip
    station = plant.station()
    assert plant.client("P-ADM").post("/api/people", json=body).status_code == 201
    packed = {one.id: one.initial_secret for one in station.refresh().people}
    assert packed["P-NEW"], "stations can say so"
    assert not packed["P-OP"], "founders chose their own"
    answer = plant.client().post("/api/sessions", json=given).json()
    assert answer["owes"] == "secret-initial"
    client = plant.client()
    client.headers["authorization"] = f"Bearer {answer['token']}"
    assert code_of(client.get("/api/lots")) == "secret-initial"
    assert code_of(client.post(ME, json=given)) == "secret-initial", "nor a factor under it"
    second = {"role": "auditor", "reason": "", "first": credentials("P-ADM"), "second": given}
    refused = plant.client("P-ADM").post("/api/people/P-OP/grants", json=second)
    assert code_of(refused) == "secret-initial", "nobody signs with it"
    own = given | {"new_secret": "known to me alone"}
    assert client.post("/api/me/secret", json=own).status_code == 204
    assert client.get("/api/lots").status_code == 200
    assert not plant.parts.directory.person("P-NEW").initial_secret
    again = PROOF | {"badge": "LB:ID:NEW", "secret": "chosen again",
                     "first": credentials("P-ADM"), "second": credentials("P-QA")}  # fmt: skip
    plant.client("P-ADM").post("/api/people/P-NEW/key", json=again)
    answer = plant.client().post("/api/sessions", json=given | {"secret": "chosen again"}).json()
    assert answer["owes"] == "secret-initial", "a new key begins anew"
    station.close()


@pytest.mark.covers("P11-300a", "P11-300c")
def test_a_badge_that_was_once_a_persons_is_never_anothers(plant: Plant) -> None:
    both = {"first": credentials("P-ADM"), "second": credentials("P-QA")}
    old = credentials("P-SUP")["badge"]
    key = PROOF | both | {"badge": "LB:ID:SECOND", "secret": "another"}
    adm = plant.client("P-ADM")
    assert adm.post("/api/people/P-SUP/key", json=key).status_code == 200
    new = PROOF | both | {"id": "P-NEW", "name": "Nia", "classes": ["operator"],
                          "badge": old, "secret": "another"}  # fmt: skip
    assert code_of(adm.post("/api/people", json=new)) == "badge-used"
    assert code_of(adm.post("/api/people/P-OP/key", json=key | {"badge": old})) == "badge-used"
    plant.parts.projections.rebuild()
    assert code_of(adm.post("/api/people", json=new)) == "badge-used"
    assert adm.post("/api/people/P-SUP/key", json=key | {"badge": old}).status_code == 200


@pytest.mark.covers("T36", "A21")
def test_seed_and_codes_are_nowhere_but_closed(
    plant: Plant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ada = Phone(plant, "P-QA")
    ada.set_up(ada.client())
    ada.sign_in(ada.codes[0])
    kept = b"".join(one.read_bytes() for one in plant.folder.path.rglob("*") if one.is_file())
    for hidden in (ada.seed, *ada.codes, *(one.replace("-", "") for one in ada.codes)):
        assert hidden.encode() not in kept
        assert hidden not in caplog.text
    assert b"lotbook-recovery-codes" not in kept, "not even their hashes lie open"
    plant.parts.factors.now._vault._secret = bytes(32)
    refused = ada.sign_in("000000")
    assert code_of(refused) == "factor-unreadable", "another machine's secret opens nothing"


@pytest.mark.covers("P11-10e", "T32")
def test_every_change_is_a_leaf_signed_by_who_made_it(plant: Plant) -> None:
    ada = Phone(plant, "P-QA")
    client = ada.client()
    ada.set_up(client)
    given = credentials("P-QA") | {"code": ada.code()}
    assert client.post(f"{ME}/removal", json=given).status_code == 204
    said = [one for one in statements(plant) if one.kind.startswith("factor.")]
    assert [one.kind for one in said] == ["factor.enrolled", "factor.codes", "factor.removed"]
    assert [[by.person for by in one.by] for one in said] == [["P-QA"], [], ["P-QA"]]
    assert all(re.fullmatch(r"[0-9a-f]{64}", one.body["sealed_sha256"]) for one in said[:1])
    trail = plant.client("P-ADM").get("/api/trail", params={"subject": "factor:P-QA"}).json()
    assert [one["kind"] for one in trail["events"]] == [one.kind for one in reversed(said)]
    assert "sha256" not in str([one["changes"] for one in trail["events"]])


def test_what_was_begun_belongs_to_one_session_for_ten_minutes(plant: Plant) -> None:
    ada = Phone(plant, "P-QA")
    here, there = ada.client(), ada.client()
    ada.seed = here.post(ME, json=credentials("P-QA")).json()["seed"]
    confirm = f"{ME}/confirmation"
    assert code_of(there.post(confirm, json={"code": ada.code()})) == "factor-none"
    assert code_of(here.post(confirm, json={"code": "000000"})) == "code-wrong"
    assert code_of(here.post(confirm, json={"code": "no code"})) == "code-wrong"
    for _ in range(5):
        plant.clock.pass_(121)
        assert here.get("/api/me").status_code == 200
    assert code_of(here.post(confirm, json={"code": ada.code()})) == "factor-none"
    other = credentials("P-SUP")
    assert code_of(here.post(ME, json=other)) == "sign-in-failed", "nobody sets another's up"
    assert folds(plant.parts.store)[1].cursor == plant.parts.book.size
