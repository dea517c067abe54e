"""The batch record as a PDF: complete, in both languages, the same twice, and never markup."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from forms.entries import Signed, Unread
from server.evidence.cover import status
from server.evidence.record_pdf import render
from server.evidence.view import view
from server.evidence.words import _WORDS
from tests.evidence.sample import LOG, batch, checkpoint, photos, told
from tests.sync.plant import rows

HISTORY = told()
DATA = batch(HISTORY)


def shown(language: str) -> dict[str, Any]:
    return view(DATA, checkpoint(), LOG, language)


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\u200b", "")


@pytest.mark.covers("P11-50a", "P11-50b", "A11-8", "T25")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_pdf_shows_every_reading_and_signature(language: str) -> None:
    view_ = shown(language)
    pdf = render(view_, photos(DATA))
    assert pdf == render(view_, photos(DATA)), "the same data gives the same bytes"
    text = text_of(pdf)
    for record in DATA.records:
        assert f"ST-01 #{record.index}" in text
        if isinstance(record.entry, Signed):
            assert record.entry.printed_name in text
            assert "2026-11-23 08:00:00 +00:00" in text
    for words in ("0.90", "<b>#x</b> $y$", "LOT-1", "T9", "09506000151007"):
        assert words in text.replace("\n", " ").replace("  ", " ")
    for danger in (b"/JS", b"/Launch", b"/URI", b"/JavaScript"):
        assert danger not in pdf


@pytest.mark.covers("T25", "T17")
def test_payloads_in_any_field_are_printed_as_they_are(shared: Path) -> None:
    """As fields of a component and of a record; every printable sign of them is there."""
    view_, texts = shown("en"), list[str]()
    for name in ("xss", "ssti", "csv", "command"):
        found = rows(shared / f"corpora/trust/payloads/{name}.jsonl")
        texts += [str(case["s"]) for case in found]
    sample = view_["components"][0]
    view_["components"] = [dict.fromkeys(sample, text[:200]) for text in texts]
    pdf = render(view_, {})
    printed = _signs(text_of(pdf))
    plain = [text[:200] for text in texts if text.isascii() and text.isprintable()]
    assert len(plain) > 200
    assert [text for text in plain if _signs(text) not in printed] == []
    for danger in (b"/JS", b"/Launch", b"/URI", b"/JavaScript", b"/EmbeddedFile"):
        assert danger not in pdf


def _signs(text: str) -> str:
    """Without what line breaks change."""
    return "".join(char for char in text if not char.isspace() and char != "-")


def test_marks_are_words_and_shapes() -> None:
    view_ = shown("en")
    rows = [row for op in view_["operations"] for step in op["steps"] for row in step["rows"]]
    marks = {row["mark"] for row in rows}
    assert {"passed", "refused", "superseded"} <= marks
    assert any(row["typed"] for row in rows)
    assert view_["cover"]["typed"].startswith("1,")
    assert view_["cover"]["status"] == "✓ released"
    assert {one["count"] for one in view_["labels"]} == {"0", "2"}


@pytest.mark.covers("A11-8")
def test_a_changed_value_is_marked_and_listed() -> None:
    history = told(released=False)
    view_ = view(batch(history), checkpoint(), LOG, "en")
    assert view_["changes"][0]["was"] == "4.11"
    assert view_["changes"][0]["now"] == "4.12"
    rows = [row for op in view_["operations"] for step in op["steps"] for row in step["rows"]]
    assert [row["now"] for row in rows if row["changed"]] == ["4.12"]
    assert view_["cover"]["changed"].startswith("1,")


def test_what_does_not_verify_and_what_is_unknown_is_said() -> None:
    bad = view(batch(HISTORY, sound=False), checkpoint(), LOG, "en")
    assert all(not one["valid"] for one in bad["signatures"])
    assert bad["operations"][0]["steps"][0]["rows"][0]["verdict"] == "✗ does not verify"
    history = told(released=False).record(Unread(kind="from.the.future", body={}))
    data = batch(history)
    assert status(data) == "running"
    view_ = view(data, checkpoint(), LOG, "zh_CN")
    assert view_["other"][-1]["kind"] == "from.the.future"
    assert render(view_, {}).startswith(b"%PDF")


def test_every_word_is_in_both_languages() -> None:
    assert all(english and chinese for english, chinese in _WORDS.values())
