"""``lotbook-server trail``: reading, what waits, a review; at a server and on its folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from server import cli
from server.trail_commands import WORDS, TrailCommands
from server.ways import Ways
from server.words import Refusal
from tests.server.plant import Plant, credentials
from tests.server.test_trust_commands import WAYS


class Door:
    """A running server, asked as one person."""

    def __init__(self, plant: Plant, person: str) -> None:
        self._plant, self._person = plant, person

    def act(self, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON
        answer = self._plant.act(self._person, path, **body)
        if answer.status_code >= 400:
            raise Refusal("server-said", message=answer.json()["message"], hint="")
        return answer.json()

    def call(self, method: str, path: str) -> Any:  # noqa: ANN401 - JSON
        answer = self._plant.client(self._person).request(method, path)
        assert answer.status_code == 200, answer.text
        return answer.json()


class Desk:
    """The commands as ``person`` gives them."""

    def __init__(self, plant: Plant, person: str, *, by_url: bool) -> None:
        @contextmanager
        def opened(_folder: object) -> Iterator[Any]:
            yield plant.parts

        given = credentials(person)
        self._url = ["--url", "http://server"] if by_url else []
        ways = Ways(
            lambda _given: Door(plant, person),  # type: ignore[arg-type, return-value]
            opened,
            lambda _given: (given["badge"], given["secret"]),
        )
        self._commands = TrailCommands(ways)

    def __call__(self, *words: str, language: str = "en") -> int:
        given = cli.parser().parse_args(["--language", language, "trail", *words, *self._url])
        return int(getattr(self._commands, words[0])(given, None))


@WAYS
@pytest.mark.covers("A11-9")
def test_the_trail_is_read_and_its_review_signed(
    plant: Plant, capsys: pytest.CaptureFixture[str], *, by_url: bool
) -> None:
    plant.act("P-QA", "/api/lots/TUB-1/T1/status", status="rejected", reason="torn\nbag")
    desk = Desk(plant, "P-QA", by_url=by_url)
    assert desk("waiting") == 0
    assert "were not reviewed" in capsys.readouterr().out
    assert desk("list", "--kind", "lot.status", "--only", "changes", "--most", "1") == 0
    lines = capsys.readouterr().out.splitlines()
    assert "P-QA\tlot's status\tlot:TUB-1/T1" in lines[0]
    assert "torn\ufffdbag" in lines[0], "one event is one line"
    stop = str(int(lines[0].split("\t")[0].removeprefix("#")) + 1)
    assert lines[-1].endswith(f"--stop {stop} …")
    assert desk("list", "--most", "1", "--before", stop, language="zh_CN") == 0
    assert "--before" in capsys.readouterr().out
    signed = (
        "review",
        "--stop",
        stop,
        "--findings",
        "one torn",
        "--except",
        f"#{int(stop) - 1} ask",
    )
    assert desk(*signed) == 0
    assert f"up to leaf {stop}" in capsys.readouterr().out
    assert desk("waiting") == 0
    said = capsys.readouterr().out
    assert "one torn" in said
    (review,) = plant.parts.oversight.reviews.all()
    assert [one.words for one in review.exceptions] == ["ask"]
    with pytest.raises(Refusal):
        Desk(plant, "P-ADM", by_url=by_url)("review", "--stop", stop)
    assert len(plant.parts.oversight.reviews.all()) == 1


@pytest.mark.parametrize("wrong", [("--except", "no number"), ("--except", "12"), ("--most", "0")])
def test_what_is_no_review_is_refused_by_the_parser(wrong: tuple[str, str]) -> None:
    step = ["list"] if wrong[0] == "--most" else ["review", "--stop", "3"]
    with pytest.raises(SystemExit):
        cli.parser().parse_args(["trail", *step, *wrong])


def test_both_languages_say_the_same_facts() -> None:
    for english, chinese in WORDS.values():
        assert english.count("{") == chinese.count("{")
