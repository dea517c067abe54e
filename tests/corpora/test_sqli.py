"""payloads/sqli.jsonl in every parameter: nothing but what a chance word of that length gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from server.ingest.projector import dump
from tests.corpora.conftest import Rows
from tests.server.plant import Plant, plant_at

CASES = 239
PLACES = (
    "/api/trace/where-used?item={}&lot=T1", "/api/trace/where-used?item=TUB-1&lot={}",
    "/api/trace/where-from?item=TUB-1&lot={}", "/api/jobs/{}", "/api/jobs/{}/readiness",
    "/api/jobs/{}/records", "/api/attachments/{}",
)  # fmt: skip
EVERY = [6, pytest.param(1, marks=pytest.mark.campaign)]
WORDS = ("syntax error", "sqlite", "unrecognized token", "traceback")


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    with plant_at(tmp_path) as one:
        yield one


@pytest.mark.timeout(900)
@pytest.mark.covers("T27")
@pytest.mark.parametrize("every", EVERY)
def test_sql_in_every_parameter_is_a_word_like_any_other(
    plant: Plant, corpus: Rows, every: int
) -> None:
    found = [str(case["s"]) for case in corpus("payloads/sqli.jsonl")]
    assert len(found) == CASES
    client = plant.client("P-QA")
    before = _untold(plant)
    for text in found[::every]:
        for place in PLACES:
            answer = client.get(place.format(quote(text, safe="")))
            plain = client.get(place.format("x" * len(text)))
            if "/" in text or not text.strip() or text.startswith((".", "?", "#")):
                assert answer.status_code < 500, (place, text)  # another route, or none
                continue
            assert answer.status_code == plain.status_code, (place, text)
            assert _values(answer.json()) == _values(plain.json()), (place, text)
            assert not any(word in answer.text.lower().replace(text.lower(), "") for word in WORDS)
    assert _untold(plant) == before


def _values(document: object) -> int:
    """How many values a document holds: as many rows, as many values."""
    if isinstance(document, dict):
        return sum(map(_values, document.values()))
    return sum(map(_values, document)) if isinstance(document, list) else 1


@pytest.mark.timeout(900)
@pytest.mark.covers("T27", "T33")
@pytest.mark.parametrize("every", EVERY)
def test_sql_as_badge_or_secret_opens_nothing(plant: Plant, corpus: Rows, every: int) -> None:
    client = plant.client()
    before = _untold(plant)
    for case in corpus("payloads/sqli.jsonl")[::every]:
        plant.clock.pass_(61)
        text = str(case["s"])
        for body in ({"badge": text, "secret": "x"}, {"badge": "LB:ID:QA", "secret": text}):
            answer = client.post("/api/sessions", json=body)
            assert answer.status_code in {400, 401, 422, 423, 429}, answer.text
            assert not any(word in answer.text.lower() for word in WORDS), answer.text
    assert _untold(plant) == before


def _untold(plant: Plant) -> dict[str, object]:
    """What the server holds, but for who asked (audit) and the alarms about locked badges."""
    told = {"audit", "trail", "alarms", "open_alarms", "cursor"}
    return {name: held for name, held in dump(plant.parts.store).items() if name not in told}
