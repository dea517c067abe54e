"""The second memory of the newest checkpoint: at once, or after the answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from server.log.memory import Memory

if TYPE_CHECKING:
    from pathlib import Path

ROOTS = ["0" * 64, "1" * 64, "2" * 64]


@pytest.mark.covers("A10")
def test_it_is_written_at_once_or_later_and_never_denied(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.last"
    memory, asked = Memory(path), list[Callable[[], None]]()
    memory.remember(1, ROOTS[0])
    assert Memory(path).recall() == (1, ROOTS[0])
    memory.later = asked.append
    memory.remember(2, ROOTS[1])
    memory.remember(3, ROOTS[2])
    assert (Memory(path).recall(), memory.recall()) == ((1, ROOTS[0]), (3, ROOTS[2]))
    assert len(asked) == 1, "one writing takes both"
    asked.pop()()
    memory.write()
    assert Memory(path).recall() == memory.recall() == (3, ROOTS[2])
    memory.remember(4, ROOTS[0])
    assert len(asked) == 1
