"""People's secrets: changed by who knows the old one; in no answer, statement, log or argument."""

from __future__ import annotations

import logging

import pytest

from server import cli, commands
from sync.keys import TEST_COST, WrongSecret, rewrap_person_key, unwrap_person_key, wrap_person_key
from tests.server.plant import SECRETS, Plant, badge

NEW = "another-1"


def sign_in(plant: Plant, secret: str) -> int:
    plant.clock.pass_(3)
    given = {"badge": badge("P-OP"), "secret": secret}
    return plant.client().post("/api/sessions", json=given).status_code


@pytest.mark.covers("T33", "A21")
def test_a_person_changes_the_secret_and_keeps_the_key(plant: Plant) -> None:
    before = plant.parts.directory.person("P-OP")
    station = plant.station()
    answer = plant.act("P-OP", "/api/me/secret", new_secret=NEW)
    assert answer.status_code == 204, answer.text
    assert sign_in(plant, SECRETS["P-OP"]) == 401
    assert sign_in(plant, NEW) == 200
    assert plant.parts.directory.person("P-OP").public_key == before.public_key
    pack = station.refresh()
    person = next(one for one in pack.people if one.id == "P-OP")
    opened = unwrap_person_key(person.wrapped_key, badge("P-OP"), NEW)
    assert opened.public_key.hex() == before.public_key, "stations get it with the pack"
    kinds = [row["kind"] for row in plant.parts.store.rows("leaves")]
    assert kinds.count("person.changed") == 1
    plant.parts.projections.rebuild()
    assert sign_in(plant, NEW) == 200
    station.close()


@pytest.mark.covers("A21", "T33")
def test_a_stolen_session_changes_no_secret(plant: Plant) -> None:
    client = plant.client("P-OP")
    for given in (
        {"badge": badge("P-OP"), "secret": "not that"},
        {"badge": badge("P-QA"), "secret": SECRETS["P-QA"]},
        {"badge": "", "secret": ""},
    ):
        answer = client.post("/api/me/secret", json=given | {"new_secret": NEW})
        assert answer.status_code in {400, 401, 422}
    for weak in ("12345", SECRETS["P-OP"]):
        answer = plant.act("P-OP", "/api/me/secret", new_secret=weak)
        assert answer.json()["code"] == "secret-weak"
    assert sign_in(plant, SECRETS["P-OP"]) == 200


def test_a_key_is_wrapped_anew_only_with_the_old_secret() -> None:
    wrapped = wrap_person_key(bytes(32), "b", "123456", cost=TEST_COST)
    with pytest.raises(WrongSecret):
        rewrap_person_key(wrapped, "b", ("999999", "654321"), cost=TEST_COST)
    again = rewrap_person_key(wrapped, "b", ("123456", "654321"), cost=TEST_COST)
    same = unwrap_person_key(again, "b", "654321").public_key
    assert same == unwrap_person_key(wrapped, "b", "123456").public_key


@pytest.mark.covers("T36")
def test_no_secret_is_in_what_the_server_keeps_or_logs(
    plant: Plant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    plant.act("P-OP", "/api/me/secret", new_secret=NEW)
    sign_in(plant, "a-wrong-guess-7")
    tokens = list(plant.tokens.values())
    kept = b"".join(one.read_bytes() for one in plant.folder.path.rglob("*") if one.is_file())
    for secret in (*SECRETS.values(), NEW, "a-wrong-guess-7", *tokens):
        assert secret.encode() not in kept
        assert secret not in caplog.text


@pytest.mark.covers("T36")
def test_no_command_takes_a_secret_as_an_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    given = cli.parser().parse_args(["people", "change-secret", "--badge", badge("P-OP")])
    assert not [name for name in vars(given) if "secret" in name and name != "secret_stdin"]
    monkeypatch.setenv("LOTBOOK_SECRET", SECRETS["P-OP"])
    assert commands.components(given) == (badge("P-OP"), SECRETS["P-OP"])
