"""Hostile work masters: 200 and more texts, each a master or errors with places."""

from __future__ import annotations

import time

import pytest

from forms.authoring import AuthoringErrors, read_master
from forms.codec import canonical, decode_master
from tests.server.plant import MASTER

LINES = [at for at, line in enumerate(MASTER.splitlines()) if ":" in line]
VALUES = (
    "!!python/object/apply:os.system ['true']", "&a [*a]", "{{7*7}}", "__import__('os')", "*",
    "${7*7}", "(a+)+$", "9" * 5_000, "1e999999999", ".nan", "[" * 60 + "]" * 60, "'\\ud800'",
    "{a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: 1}}}}}}}}}}}}}", "../../../etc/passwd",
    "<script>alert(1)</script>", "=cmd|'/C calc'!A0", '"\\0"', "'x' * 1000000000", "? {x: y}",
)  # fmt: skip
WHOLE = (
    "", "\x00", "---\n---\n", "[" * 20_000, "{" * 20_000, "a: &a [x]\n" * 4_000, "- " * 20_000,
    "x: " + "y" * 600_000, MASTER * 2, MASTER.replace("\n", "\r"), "\ufeff" + MASTER,
    "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n",
    "<<: {id: X}\n" + MASTER, MASTER + "\nhidden: true\n", "%YAML 9.9\n---\n" + MASTER,
)  # fmt: skip
MOST_S = 10.0
"""CPU seconds after which a text counts as one without end; the slowest needs a hundredth."""


def corpus() -> list[str]:
    """Every other line's value replaced by a hostile one, and whole texts that are hostile."""
    lines = MASTER.splitlines()
    made = list(WHOLE)
    for number, at in enumerate(LINES):
        for value in VALUES[number % 3 :: 3]:
            changed = [*lines]
            changed[at] = lines[at].split(":", 1)[0] + ": " + value
            made.append("\n".join(changed))
    return made


def test_the_corpus_is_large_enough() -> None:
    assert len(set(corpus())) >= 200


@pytest.mark.covers("T22")
def test_every_hostile_form_is_a_master_or_errors_with_places() -> None:
    for text in corpus():
        begun = time.thread_time()
        try:
            master = read_master(text, "hostile.yaml")
            assert decode_master(canonical(master)) == master
        except AuthoringErrors as found:
            assert all(one.line >= 1 and one.problem and one.cure for one in found.errors)  # noqa: PT017
        assert time.thread_time() - begun < MOST_S, text[:80]
