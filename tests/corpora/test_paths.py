"""payloads/traversal.jsonl and command.jsonl: no file outside, no program, no address.

An audit hook of the interpreter sees every file that is opened, every program that is started and
every address that is connected to, whoever does it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from server.store.attachments import Attachments
from server.words import Refusal
from tests.corpora.conftest import Rows
from tests.server.plant import Plant, plant_at

TRAVERSALS, COMMANDS, ADDRESSES, REDIRECTS = 115, 120, 24, 35
PLACES = (
    "/{}", "/console/{}", "/console/style.css/{}", "/api/attachments/{}", "/attachments/{}",
    "/console/attachments/{}", "/api/jobs/{}", "/console/jobs/{}/evidence.zip",
    "/console/jobs/{}/batch-record.pdf", "/console/language/{}", "/logs/{}/head",
)  # fmt: skip
PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "pty.spawn")


class Watch:
    """Collects audit events while ``on``."""

    def __init__(self) -> None:
        self.on = False
        self.opened: list[str] = []
        self.ran: list[str] = []
        self.connected: list[str] = []
        sys.addaudithook(self._see)  # a hook stays until the process ends; it is quiet when off

    def _see(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.on:
            return
        if event == "open" and isinstance(arguments[0], (str, bytes)):
            self.opened.append(str(arguments[0]))
        elif event in PROGRAMS:
            self.ran.append(f"{event} {arguments!r:.200}")
        elif event == "socket.connect":
            self.connected.append(repr(arguments[1]))


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    with plant_at(tmp_path_factory.mktemp("paths")) as one:
        yield one


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch()


def _ask_all(plant: Plant, watch: Watch, text: str) -> None:
    client = plant.client("P-QA")
    for place in PLACES:
        for spelled in {quote(text, safe=""), quote(text, safe="/%.;\\")}:
            url = "http://server" + place.format(spelled)
            watch.on = True
            answer = client.get(url)
            watch.on = False
            assert answer.status_code < 500, (place, text)
            assert "root:" not in answer.text
            location = answer.headers.get("location", "/")
            assert location.startswith("/"), location
            assert not location.startswith(("//", "/\\")), location


def _outside(plant: Plant, opened: list[str]) -> list[str]:
    """Files opened that are neither the plant's nor the interpreter's and the product's own."""
    own = (str(plant.folder.path), sys.prefix, sys.base_prefix, str(Path(__file__).parents[2]))
    return [one for one in opened if not one.startswith((*own, "/dev/null"))]


@pytest.mark.covers("T31")
def test_no_path_leads_out(plant: Plant, watch: Watch, corpus: Rows) -> None:
    found = [str(case["s"]) for case in corpus("payloads/traversal.jsonl")]
    assert len(found) == TRAVERSALS
    files = plant.parts.attachments
    assert isinstance(files, Attachments)
    for text in found:
        _ask_all(plant, watch, text)
        with pytest.raises(Refusal):
            files.put(text, b"x", "origin")
        with pytest.raises(Refusal):
            files.get(text)
    assert _outside(plant, watch.opened) == []


@pytest.mark.covers("T26", "T31")
@pytest.mark.parametrize(
    ("name", "count"),
    [("command", COMMANDS), ("ssrf", ADDRESSES), ("redirect", REDIRECTS)],
)
def test_no_text_starts_a_program_or_reaches_an_address(
    plant: Plant, watch: Watch, corpus: Rows, name: str, count: int
) -> None:
    found = [str(case["s"]) for case in corpus(f"payloads/{name}.jsonl")]
    assert len(found) == count
    for text in found:
        _ask_all(plant, watch, text)
    assert watch.ran == []
    assert watch.connected == []
