"""Another key for the same person: by two others, by index, with its history visible."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.fsck import examine
from server.words import Refusal
from sync.keyring import read_keys
from sync.keys import Verifier
from tests.server.plant import SECRETS, Plant, TestPerson, badge, credentials
from tests.server.test_keys_in_evidence import exported
from tests.server.test_secrets import NEW

PATH = "/api/people/P-SUP/key"


def asked(**changes: object) -> dict[str, object]:
    body: dict[str, object] = {
        "badge": badge("P-SUP"), "secret": NEW, "document": "passport", "checked_by": "P-OP",
        "first": credentials("P-ADM"), "second": credentials("P-QA"),
    }  # fmt: skip
    return body | changes


def rekeyed(plant: Plant, by: str = "P-ADM", **changes: object) -> tuple[int, str]:
    answer = plant.client(by).post(PATH, json=asked(**changes))
    return answer.status_code, str(answer.json().get("code", ""))


def sign_in(plant: Plant, secret: str) -> int:
    plant.clock.pass_(3)
    given = {"badge": badge("P-SUP"), "secret": secret}
    return plant.client().post("/api/sessions", json=given).status_code


@pytest.mark.covers("A17", "T33")
def test_a_change_of_secret_under_way_does_not_bring_the_old_key_back(plant: Plant) -> None:
    given, enrolment = credentials("P-SUP"), plant.parts.enrolment
    old = plant.parts.directory.unlock(**given)
    claim = plant.parts.directory.claim(**given)
    wrapped = enrolment.rewrapped(claim, "known to who has the old one")
    assert rekeyed(plant) == (200, "")
    with pytest.raises(Refusal, match="do not belong together"):
        enrolment.change_secret(old, wrapped)
    assert sign_in(plant, "known to who has the old one") == 401
    assert plant.parts.directory.person("P-SUP").initial_secret
    assert sign_in(plant, NEW) == 200


@pytest.mark.covers("A17", "T33")
def test_a_forgotten_secret_is_a_new_key_for_the_same_person(
    plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = plant.station()
    before = plant.parts.directory.person("P-SUP")
    old = TestPerson(plant, "P-SUP").signer
    sound = station.accept("P-SUP")
    station.outbox.drain()
    assert rekeyed(plant) == (200, "")
    after = plant.parts.directory.person("P-SUP")
    assert (after.name, after.classes) == (before.name, before.classes)
    assert after.public_key != before.public_key
    assert sign_in(plant, SECRETS["P-SUP"]) == 401
    assert sign_in(plant, NEW) == 200
    station.refresh()
    monkeypatch.setitem(SECRETS, "P-SUP", NEW)
    fresh = plant.parts.directory.unlock(badge("P-SUP"), NEW).signer
    good = station.accept("P-SUP", signer=fresh)
    late = station.accept("P-SUP", signer=old)
    station.outbox.drain()
    found = {ref: plant.parts.store.one("records", ref=ref) for ref in (sound, good, late)}
    assert [row["sound"] for row in found.values() if row] == [1, 1, 0]
    ring = read_keys("\n".join(plant.parts.reader.key_lines()))
    history = [key.public_key.hex() for key in ring.get("person", "P-SUP")]
    assert history == [before.public_key, after.public_key], "both, oldest first"
    verdict = exported(plant, tmp_path / "export")
    assert {one.code for one in verdict.findings} == {"esign-key"}
    assert {one.who for one in verdict.findings} == {"P-SUP"}
    plant.parts.projections.rebuild()
    assert plant.parts.directory.person("P-SUP") == after
    assert examine(plant.parts) == [
        one for one in examine(plant.parts) if "esign-key" in str(one)
    ], "and nothing else is wrong"  # fmt: skip


@pytest.mark.covers("A17")
def test_two_others_are_needed_and_the_badge_must_be_nobody_elses(plant: Plant) -> None:
    cases: list[tuple[dict[str, object], str]] = [
        ({"second": credentials("P-SUP")}, "two-persons"),
        ({"second": credentials("P-ADM")}, "two-persons"),
        ({"badge": badge("P-OP")}, "badge-used"),
        ({"second": {"badge": badge("P-QA"), "secret": "wrong-one"}}, "sign-in-failed"),
    ]
    for changes, code in cases:
        assert rekeyed(plant, "P-ADM", **changes)[1] == code
    own = plant.client("P-ADM").post("/api/people/P-ADM/key", json=asked(badge="LB:ID:NEW"))
    assert own.json()["code"] == "two-persons", "nobody gives themselves a key"
    none = plant.client("P-ADM").post("/api/people/P-NO/key", json=asked(badge="LB:ID:NEW"))
    assert none.json()["code"] == "not-found"
    assert rekeyed(plant, "P-OP", first=credentials("P-OP"))[0] == 403
    plant.act("P-ADM", "/api/people/P-SUP/deactivation")
    assert rekeyed(plant)[1] == "wrong-state"
    assert sign_in(plant, SECRETS["P-SUP"]) == 401


def test_a_new_badge_takes_the_place_of_a_lost_one(plant: Plant) -> None:
    assert rekeyed(plant, badge="LB:ID:SUP-SECOND") == (200, "")
    assert plant.parts.directory.by_badge(badge("P-SUP")) is None
    person = plant.parts.directory.by_badge("LB:ID:SUP-SECOND")
    assert person is not None
    assert person.id == "P-SUP"
    key = Verifier("P-SUP", bytes.fromhex(person.public_key))
    signer = plant.parts.directory.unlock("LB:ID:SUP-SECOND", NEW).signer
    assert Verifier.of(signer) == key
