"""Command codes: exactly the buttons' wishes, nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.intents import INTENTS, KEYS, Intent, command, is_badge, read_command

VALUES = st.text("ABCabc0123-_. /", max_size=12)


@given(
    name=st.sampled_from(sorted(INTENTS)),
    params=st.dictionaries(st.sampled_from(["answer", "job_order", "reason"]), VALUES, max_size=2),
)
def test_a_command_reads_back_as_the_intent(name: str, params: dict[str, str]) -> None:
    pairs = tuple(params.items())
    assert read_command(command(name, pairs)) == Intent(name, pairs)


@pytest.mark.covers("T17")
@given(st.text(max_size=60))
def test_no_text_is_taken_for_another_intent(text: str) -> None:
    for prefix in ("", "LB:DO:", "LB:KEY:", "LB:ID:"):
        intent = read_command(prefix + text)
        if intent is not None:
            assert intent.name in INTENTS
            assert intent.name != "key" or intent.get("key") in KEYS or prefix == "LB:DO:"


def test_keys_and_badges() -> None:
    assert read_command("LB:KEY:OK") == Intent("key", (("key", "ok"),))
    assert read_command("LB:KEY:F4") is None
    assert read_command("0123") is None
    assert is_badge("LB:ID:X")
    assert not is_badge("LB:ID:")
    assert Intent("confirm").get("answer") == ""
