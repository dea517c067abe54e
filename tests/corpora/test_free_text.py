"""Text corpora as free text through every door that takes any: stored and shown as it is.

A reason for a hold goes in by the interface, into the signed log, out by the interface and onto a
console page; the same text goes into every query of the console. A page must have no element and no
attribute that a harmless word at the same place does not give it.
"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from server.fsck import examine
from tests.console.test_console import entered
from tests.corpora.conftest import Rows
from tests.server.plant import Plant, plant_at

COUNTS = {
    "payloads/xss.jsonl": 88, "payloads/ssti.jsonl": 59, "payloads/csv.jsonl": 9,
    "payloads/command.jsonl": 120, "payloads/redirect.jsonl": 35, "payloads/ssrf.jsonl": 24,
    "text/naughty.jsonl": 293,
}  # fmt: skip
EVERY = [5, pytest.param(1, marks=pytest.mark.campaign)]
"""Each so many of a corpus here; all of it in the campaign."""
HARMLESS = "harmless"
PAGES = (
    "/console/trace?item={}&lot=T1", "/console/trace?item=TUB-1&lot={}",
    "/console/lot?item={}&lot=T1", "/console/lot?item=TUB-1&lot={}",
    "/console/jobs/JO-1/release/confirm?decision=rejected&reason={}",
)  # fmt: skip


class Shape(HTMLParser):
    """What a page is made of, without its words."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.made: list[tuple[str, tuple[str, ...]]] = []
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element and the names of its attributes."""
        self.made.append((tag, tuple(name for name, _ in attrs)))
        self.words += "\n".join(value or "" for _, value in attrs)

    def handle_data(self, data: str) -> None:
        """Text."""
        self.words += data

    def handle_comment(self, data: str) -> None:
        """A comment counts as an element."""
        self.made.append(("!--", ()))


def text_of(case: dict[str, Any]) -> str:
    return str(case["s"]) if "s" in case else base64.b64decode(case["utf8_b64"]).decode()


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    with plant_at(tmp_path_factory.mktemp("free-text")) as one:
        yield one


@pytest.fixture(scope="module")
def client(plant: Plant) -> httpx.Client:
    return entered(plant, "P-QA")


@pytest.mark.timeout(900)
@pytest.mark.covers("T17", "T29")
@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("name", sorted(COUNTS))
def test_free_text_is_stored_and_shown_as_it_is(
    plant: Plant, client: httpx.Client, corpus: Rows, name: str, every: int
) -> None:
    found = [text_of(case) for case in corpus(name)]
    assert len(found) == COUNTS[name]
    kept = [text for text in found[::every] if _held(plant, text)]
    refused = set(found[::every]) - set(kept)
    assert all(_may_be_refused(text) for text in refused), refused
    listed = [one["reason"] for one in plant.client("P-QA").get("/api/holds").json()]
    assert set(kept) <= set(listed)
    page = Shape(client.get("/console/lot?item=TUB-1&lot=T1").text)
    words = _plain(page.words)
    assert [text for text in kept if _plain(text) not in words] == []
    assert examine(plant.parts) == []


def _held(plant: Plant, text: str) -> bool:
    """Hold a lot for that reason; False if it was refused with words."""
    answer = plant.act("P-OP", "/api/holds", item="TUB-1", lot="T1", reason=text)
    if answer.status_code != 201:
        assert answer.status_code in {400, 413, 422}, answer.text
        assert answer.json()["hint"]
    return answer.status_code == 201


def _plain(text: str) -> str:
    """Without what HTML does not keep: line ends, and what stands for NUL."""
    return "".join(char for char in text if char not in "\r\n\x00\ufffd")


def _may_be_refused(text: str) -> bool:
    """Empty, too long, or not in the one Unicode form: each is told so."""
    return not text.strip() or len(text) > 1_000 or not unicodedata.is_normalized("NFC", text)


@pytest.mark.timeout(900)
@pytest.mark.covers("T29")
@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("name", sorted(COUNTS))
def test_no_text_in_a_query_makes_an_element(
    client: httpx.Client, corpus: Rows, name: str, every: int
) -> None:
    for page in PAGES:
        shape, refused = _asked(client, page, HARMLESS), _asked(client, page, "x" * 2_000)
        assert shape
        for case in corpus(name)[::every]:
            assert _asked(client, page, text_of(case)) in (None, shape, refused), (page, case)


def _asked(client: httpx.Client, page: str, text: str) -> list[tuple[str, tuple[str, ...]]] | None:
    """The shape of the page; None if the text was refused with words (too long, not NFC)."""
    answer = client.get(page.format(quote(text, safe="")))
    if answer.headers["content-type"] == "application/json":
        assert answer.status_code == 400
        assert answer.json()["hint"]
        assert len(text) > 64 or not unicodedata.is_normalized("NFC", text), text
        return None
    assert answer.status_code in {200, 400, 404}, answer.text
    return Shape(answer.text).made if text.strip() else None
