"""What is logged: one line an event, whatever is in it, and never a secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from server import cli
from server.log_lines import MOST, log_to, shown
from tests.corpora.test_free_text import text_of
from tests.server.plant import SECRETS, Plant, badge
from tests.server.test_shift import played
from tests.sync.plant import rows


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The process's log, as ``run`` sets it up; put back afterwards."""
    root, stream = logging.getLogger(), io.StringIO()
    before, level = list(root.handlers), root.level
    for handler in before:
        root.removeHandler(handler)
    log_to(stream)
    yield stream
    for handler in list(root.handlers):
        root.removeHandler(handler)
    for handler in before:
        root.addHandler(handler)
    root.setLevel(level)


@pytest.mark.covers("T36")
def test_every_hostile_text_is_one_line_and_comes_back(log: io.StringIO, shared: Path) -> None:
    texts = [text_of(case) for case in rows(shared / "corpora/trust/text/naughty.jsonl")]
    texts += ['one\r\n{"level": "INFO"}', "\x1b[2J\x9b31m", "\u2028\u202e", "x" * 3 * MOST]
    logger = logging.getLogger("lotbook.server")
    for text in texts:
        logger.warning("record %s", text)
    lines = log.getvalue().split("\n")[:-1]
    assert len(lines) == len(texts)
    for line, text in zip(lines, texts, strict=True):
        assert line.isascii()
        assert line.isprintable()
        event = json.loads(line)
        assert event["message"] == f"record {text}"[:MOST]
        assert (event["level"], event["logger"]) == ("WARNING", "lotbook.server")


@pytest.mark.covers("T36")
def test_a_failure_is_one_line_too_with_the_end_of_its_traceback(log: io.StringIO) -> None:
    try:
        int("first\nsecond " + "y" * 2 * MOST)
    except ValueError:
        logging.getLogger("lotbook.server").exception("failed")
    (line,) = log.getvalue().splitlines()
    event = json.loads(line)
    assert event["message"] == "failed"
    assert event["trace"].startswith(("Traceback", "y"))
    assert len(event["trace"]) <= MOST


@pytest.mark.covers("T36")
def test_what_a_command_complains_of_speaks_to_no_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown("a\x1b]0;title\x07b\n") == "a\ufffd]0;title\ufffdb\ufffd"
    odd = tmp_path / "\x1b[31mred\n"
    assert cli.main(["people", "list", "--data", str(odd)]) == 1
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.covers("T36")
def test_a_shift_logs_no_secret_badge_or_token(
    plant: Plant, log: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    """From the first badge to the release, with wrong guesses and a record nobody can read."""
    logging.getLogger().setLevel(logging.DEBUG)
    played(plant)
    assert plant.act("P-QA", "/api/jobs/JO-1/release", decision="released").status_code == 200
    client = plant.client()
    for secret in ("a-wrong-guess", SECRETS["P-OP"][:-1]):
        client.post("/api/sessions", json={"badge": badge("P-OP"), "secret": secret})
    client.get("/api/jobs", headers={"authorization": "Bearer made-up-token"})
    said = log.getvalue() + "".join(capfd.readouterr())
    assert said.count("\n") >= 5, "nothing was logged at all: the test proves nothing"
    badges = [badge(person) for person in SECRETS]
    keys = [max(line.split("+"), key=len) for line in _private(plant)]  # it may end with one
    for kept in (*SECRETS.values(), *badges, *plant.tokens.values(), *keys, "a-wrong-guess",
                 "made-up-token"):  # fmt: skip
        assert kept not in said


def _private(plant: Plant) -> list[str]:
    """What is closed in the server's key files."""
    return [
        line
        for path in plant.folder.path.glob("*.key")
        for line in path.read_text(encoding="utf-8").splitlines()[2:3]
    ]
