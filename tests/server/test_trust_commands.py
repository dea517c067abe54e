"""Revocation, second histories, marks on labels and people's keys by command, in two languages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from server import cli
from server.trust_commands import WORDS, TrustCommands
from tests.server.phone import Phone
from tests.server.plant import SECRETS, Plant, Station, badge, credentials
from tests.server.test_branches import station, twin_of
from tests.server.test_secrets import NEW, sign_in

__all__ = ["station"]


class Door:
    """A running server, asked as one person."""

    def __init__(self, plant: Plant, person: str) -> None:
        self._plant, self._person = plant, person
        self.credentials = credentials(person)

    def act(self, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON
        return self._json(self._plant.act(self._person, path, **body))

    def call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        return self._json(self._plant.client(self._person).request(method, path, json=body))

    @staticmethod
    def _json(answer: Any) -> Any:  # noqa: ANN401 - a response
        assert answer.status_code == 200, answer.text
        return answer.json()


class Desk:
    """The commands as ``person`` gives them, at the running server or on its folder."""

    def __init__(self, plant: Plant, person: str, *, by_url: bool) -> None:
        @contextmanager
        def opened(_folder: object) -> Iterator[Any]:
            yield plant.parts

        given = credentials(person)
        self._url = ["--url", "http://server"] if by_url else []
        self._commands = TrustCommands(
            lambda _given: Door(plant, person),  # type: ignore[arg-type, return-value]
            opened,
            lambda _given: (given["badge"], given["secret"]),
        )

    def __call__(self, *words: str, language: str = "en") -> int:
        given = cli.parser().parse_args(["--language", language, *words, *self._url])
        return int(getattr(self._commands, words[1].replace("-", "_"))(given, None))


WAYS = pytest.mark.parametrize("by_url", [True, False], ids=["url", "folder"])


@WAYS
@pytest.mark.covers("A23", "T07")
def test_a_station_is_revoked_by_number(
    plant: Plant, capsys: pytest.CaptureFixture[str], *, by_url: bool
) -> None:
    made = plant.station()
    made.sign_in("P-OP")
    made.outbox.drain()
    desk = Desk(plant, "P-QA", by_url=by_url)
    assert desk("stations", "revoke", "ST-01", "--reason", "stolen", "--valid-to", "2") == 0
    assert "Valid up to record 2; nothing from #2 on counts" in capsys.readouterr().out
    again = ["stations", "revoke", "ST-01", "--reason", "all of it"]
    assert desk(*again, language="zh_CN") == 0
    assert "有效至第 0 条" in capsys.readouterr().out
    assert plant.parts.stations.by_origin(made.origin).valid_to == 0


@WAYS
@pytest.mark.covers("A13", "T08")
def test_quality_sees_and_decides_a_second_history(
    plant: Plant,
    station: Station,
    capsys: pytest.CaptureFixture[str],
    *,
    by_url: bool,
) -> None:
    desk = Desk(plant, "P-QA", by_url=by_url)
    assert desk("stations", "branches") == 0
    assert capsys.readouterr().out == "None.\n"
    twin = twin_of(station)
    station.sign_in("P-SUP")
    station.outbox.drain()
    with pytest.raises(Exception, match="journal-forked"):
        twin.outbox.drain()
    row = plant.parts.forks.all()[0]
    assert desk("stations", "branches") == 0
    assert f"{station.origin} branch {row['branch']}" in capsys.readouterr().out
    reason = ["--reason", "the clone was in the laboratory"]
    assert desk("stations", "decide", "ST-01", "1", str(row["branch"]), "log", *reason) == 0
    assert "log. Lots stay frozen" in capsys.readouterr().out
    assert plant.parts.forks.all()[0]["decided_by"] == "P-QA"


@WAYS
@pytest.mark.covers("A30")
def test_a_mark_on_a_label_is_entered_and_says_what_it_means(
    plant: Plant, capsys: pytest.CaptureFixture[str], *, by_url: bool
) -> None:
    made = plant.station()
    made.sign_in("P-OP")
    made.outbox.drain()
    good = made.journal.head().checkpoint.short_mark()
    size = int(good.partition(":")[0])
    good = f"{size - 1}:{made.journal.root_at(size - 1).hex()[:8]}"
    desk = Desk(plant, "P-QA", by_url=by_url)
    for mark, code, says in (
        (good, 0, "agrees"),
        (f"{size - 1}:00000000", 1, "two histories"),
        (f"{size + 50}:0a0b0c0d", 0, "are not here"),
    ):
        assert desk("stations", "mark", "ST-01", "1", mark, "--place", "shelf 4") == code
        assert says in capsys.readouterr().out
    fresh = plant.station(epoch=2)
    fresh.sign_in("P-OP")
    fresh.outbox.drain()
    assert desk("stations", "breaks") == 0
    said = capsys.readouterr().out
    assert f"{made.origin} -> {fresh.origin}" in said
    assert "missing: #" in said


@WAYS
def test_nothing_is_said_as_nothing(
    plant: Plant, capsys: pytest.CaptureFixture[str], *, by_url: bool
) -> None:
    assert Desk(plant, "P-QA", by_url=by_url)("stations", "breaks", language="zh_CN") == 0
    assert capsys.readouterr().out == "无。\n"


@WAYS
@pytest.mark.covers("A17")
def test_people_get_new_keys_and_lose_the_right_to_act(
    plant: Plant,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    by_url: bool,
) -> None:
    for name, value in {
        "NEW_BADGE": badge("P-OP"), "NEW_SECRET": NEW,
        "SECOND_BADGE": badge("P-QA"), "SECOND_SECRET": SECRETS["P-QA"],
    }.items():  # fmt: skip
        monkeypatch.setenv(f"LOTBOOK_{name}", value)
    desk = Desk(plant, "P-ADM", by_url=by_url)
    checked = ["--document", "passport", "--checked-by", "P-SUP"]
    assert desk("people", "rekey", "P-OP", *checked) == 0
    assert "has a new key" in capsys.readouterr().out
    assert (sign_in(plant, SECRETS["P-OP"]), sign_in(plant, NEW)) == (401, 200)
    assert desk("people", "deactivate", "P-OP") == 0
    assert "Records and signatures stay" in capsys.readouterr().out
    assert sign_in(plant, NEW) == 401


@WAYS
@pytest.mark.covers("P11-300c")
def test_two_reset_a_lost_second_factor(
    plant: Plant,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    by_url: bool,
) -> None:
    phone = Phone(plant, "P-OP")
    phone.set_up(phone.client())
    for name, value in {"BADGE": badge("P-QA"), "SECRET": SECRETS["P-QA"]}.items():
        monkeypatch.setenv(f"LOTBOOK_SECOND_{name}", value)
    checked = ["--document", "passport", "--checked-by", "P-SUP"]
    desk = Desk(plant, "P-ADM", by_url=by_url)
    assert desk("people", "reset-factor", "P-OP", *checked) == 0
    assert "no second factor any more" in capsys.readouterr().out
    assert not plant.parts.factors.now.standing("P-OP").on
    assert sign_in(plant, SECRETS["P-OP"]) == 200


def test_everything_is_said_in_both_languages() -> None:
    for english, chinese in WORDS.values():
        assert english != chinese
        names = {one.partition("}")[0] for one in english.split("{")[1:]}
        assert names == {one.partition("}")[0] for one in chinese.split("{")[1:]}
