"""Guessing at the server: a growing wait that no clock ends, lifted by a second person."""

from __future__ import annotations

import nacl.utils
import pytest
from nacl.pwhash import argon2id as real

from forms.lockout import MOST_EVER
from server import cli
from server.app import assemble
from server.people.directory import badge_digest
from server.people.lockout import MOST_ROWS
from server.words import Refusal
from sync.keys import TEST_COST
from tests.server.plant import SECRETS, Plant, badge, credentials

kdf = real.kdf
WRONG = {"badge": badge("P-OP"), "secret": "not that one"}
DIGEST = badge_digest(WRONG["badge"])
NOBODY = {"badge": "LB:ID:NOBODY", "secret": "not that one"}


def guess(plant: Plant, given: dict[str, str]) -> tuple[int, str, dict[str, str]]:
    plant.clock.pass_(3)  # not too many a minute for one address
    found = plant.client().post("/api/sessions", json=given)
    body = found.json()
    return found.status_code, body.get("code", ""), body.get("params", {})


@pytest.mark.covers("T33", "P11-300d")
def test_the_wait_grows_and_an_alarm_is_raised(plant: Plant) -> None:
    assert [guess(plant, WRONG)[1] for _ in range(5)] == ["sign-in-failed"] * 5
    for minutes in (1, 2, 4, 8, 15, 15):
        status, code, params = guess(plant, credentials("P-OP"))
        assert (status, code) == (429, "locked")
        assert int(params["seconds"]) == minutes * 60 - 3
        plant.clock.pass_(minutes * 60 - 6)
        assert guess(plant, WRONG)[1] == "sign-in-failed"
    assert [row["code"] for row in plant.parts.alarms.all()].count("badge-locked") == 1
    plant.clock.pass_(15 * 60)
    assert guess(plant, credentials("P-OP"))[0] == 200
    assert guess(plant, WRONG)[1] == "sign-in-failed", "the count began again"


@pytest.mark.covers("T33")
def test_a_try_costs_the_same_whoever_asks(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: which derivations each try pays for, and over how many bytes."""
    work: list[tuple[int, ...]] = []

    def counted(size: int, password: bytes, salt: bytes, opslimit: int, memlimit: int) -> bytes:
        work.append((size, len(salt), opslimit, memlimit))
        return kdf(size, password, salt, opslimit, memlimit)

    gone = {"badge": badge("P-AUD"), "secret": SECRETS["P-AUD"]}
    assert plant.act("P-ADM", "/api/people/P-AUD/deactivation").status_code == 200
    monkeypatch.setattr("sync.keys.nacl.pwhash.argon2id.kdf", counted)
    paid = []
    for given in (WRONG, NOBODY, gone, credentials("P-OP")):
        work.clear()
        guess(plant, given)
        paid.append(list(work))
    assert len(paid[0]) == 1, "one derivation"
    assert paid == [paid[0]] * 4, "whoever asks, with whatever secret"


@pytest.mark.covers("T33")
def test_known_and_unknown_badges_cannot_be_told_apart(plant: Plant) -> None:
    for _ in range(8):
        plant.clock.pass_(30)
        answers = [guess(plant, one) for one in (WRONG, NOBODY)]
        assert answers[0][:2] == answers[1][:2]


@pytest.mark.covers("T33")
def test_ten_thousand_guesses_get_few_tries(plant: Plant) -> None:
    lockout, tried = plant.parts.sessions.lockout, 0
    for _ in range(10_000):
        plant.clock.pass_(10)
        try:
            with lockout.trying(DIGEST):
                lockout.failed(DIGEST)
                tried += 1
        except Refusal as refusal:
            assert refusal.code == "locked"  # noqa: PT017  most of them are
    assert tried < 50, "28 hours of a guess every ten seconds"
    assert tried > MOST_EVER, "and it is never locked for good"
    codes = [row["code"] for row in plant.parts.alarms.all()]
    assert codes.count("badge-locked") == 2


@pytest.mark.covers("T33")
def test_neither_the_clock_nor_a_restart_ends_the_wait(plant: Plant) -> None:
    for _ in range(5):
        guess(plant, WRONG)
    plant.clock.now = plant.clock.now.replace(year=2031)
    assert guess(plant, credentials("P-OP"))[1] == "locked"
    plant.clock.boot_id, plant.clock.mono_ns = "boot-2", 10**16
    parts = plant.parts
    again = assemble(
        folder=plant.folder.path,
        store=parts.store,
        office_database=parts.office._journal._database,
        server_key=parts.signer,
        office_key=parts.office._journal._signer,
        clock=plant.clock,
        random=nacl.utils.random,
        machine_secret=bytes(32),
        cost=TEST_COST,
    )
    with pytest.raises(Refusal, match="locked"), again.sessions.lockout.trying(DIGEST):
        pass
    plant.clock.pass_(61)
    with again.sessions.lockout.trying(DIGEST):
        pass


@pytest.mark.covers("T33")
def test_in_recovery_guessing_is_as_slow_though_nothing_is_signed(plant: Plant) -> None:
    plant.parts.book.recovery = True
    assert [guess(plant, WRONG)[1] for _ in range(5)] == ["sign-in-failed"] * 5
    assert guess(plant, credentials("P-OP"))[1] == "locked"
    plant.clock.pass_(60)
    assert guess(plant, credentials("P-OP"))[0] == 200


@pytest.mark.covers("T33")
def test_another_person_lifts_it_and_that_is_in_the_log(plant: Plant) -> None:
    for _ in range(5):
        guess(plant, WRONG)
    path = "/api/people/P-OP/unlocking"
    assert plant.act("P-SUP", path).json() == {"id": "P-OP", "failures": 5}
    assert guess(plant, credentials("P-OP"))[0] == 200
    newest = plant.parts.store.rows("leaves")
    said = [bytes(row["data"]) for row in newest if row["kind"] == "person.unlocked"]
    assert len(said) == 1
    assert b"P-SUP" in said[0]
    assert plant.act("P-SUP", "/api/people/P-SUP/unlocking").json()["code"] == "two-persons"
    assert plant.act("P-SUP", "/api/people/NOBODY/unlocking").json()["code"] == "not-found"
    assert plant.act("P-OP", path).json()["code"] == "not-allowed"


@pytest.mark.covers("T33")
def test_guesses_at_badges_of_nobody_do_not_fill_the_disk(plant: Plant) -> None:
    lockout, store = plant.parts.sessions.lockout, plant.parts.store
    lockout.failed(DIGEST)
    row = {"failures": 1, "boot": "b", "mono_ns": 0}
    with store.transaction():
        for number in range(MOST_ROWS):
            store.put("attempts", row | {"badge_digest": f"{number:064}"})
    lockout.failed(badge_digest(NOBODY["badge"]))
    left = {one["badge_digest"] for one in store.rows("attempts")}
    assert left == {badge_digest(one["badge"]) for one in (WRONG, NOBODY)}


def test_the_command_line_unlocks(
    plant: Plant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = cli.parser().parse_args(["people", "unlock", "P-OP", "--url", "http://server"])
    acts: list[str] = []

    class Remote:
        def act(self, path: str) -> None:
            acts.append(path)

    monkeypatch.setattr("server.commands.remote", lambda _: Remote())
    assert given.run(given, None) == 0
    assert acts == ["/api/people/P-OP/unlocking"]
    assert "unlocked" in capsys.readouterr().out
