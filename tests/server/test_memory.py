"""The second memory of the newest checkpoint: at once, or after the answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from server.log.memory import Memory
from server.mirrors import FILE, MISSING, read_mirrors, warn
from server.words import Refusal
from tests.server.test_recovery import site_at

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


@pytest.mark.covers("F41", "F11", "A29")
@pytest.mark.parametrize("mirrored", [True, False])
def test_a_mirror_tells_of_what_no_station_saw(tmp_path: Path, *, mirrored: bool) -> None:
    """The whole folder is put back, its own memory too; only the other medium knows more."""
    medium = tmp_path / "second"
    medium.mkdir()
    (tmp_path / "plant").mkdir()
    with site_at(tmp_path / "plant") as site:
        line = f'[[mirror]]\nfile = "{medium / "lotbook.last"}"\n'
        if mirrored:
            (site.path / "data" / FILE).write_text(line, encoding="utf-8")
        site.backup()
        hold = site.plant.act("P-QA", "/api/holds", item="TUB-1", lot="T1", reason="nobody called")
        assert hold.status_code == 201
        signed = site.plant.parts.book.size
        site.restore()
        parts = site.plant.parts
        assert parts.book.size < signed
        assert parts.book.recovery is mirrored, "without a mirror it is lost unnoticed"
        if mirrored:
            assert parts.rescue.target.signed().size == signed


def test_a_medium_that_is_away_is_an_alarm_and_the_others_are_written(tmp_path: Path) -> None:
    (tmp_path / "plant").mkdir()
    with site_at(tmp_path / "plant") as site:
        away, here = tmp_path / "away" / "last", tmp_path / "last"
        lines = "".join(f'[[mirror]]\nfile = "{one}"\n' for one in (away, here))
        (site.path / "data" / FILE).write_text(lines, encoding="utf-8")
        site.stop()
        site.start()
        book = site.plant.parts.book
        warn(book)
        warn(book)
        alarms = site.plant.parts.alarms.all(only_open=True)
        assert [(row["code"], row["about"]) for row in alarms] == [(MISSING, str(away))]
        assert here.read_text("ascii").startswith(f"{book.size} ")


@pytest.mark.parametrize("text", ["mirror = 1", '[[mirror]]\nfile = "here"\n', "[[mirror", "\xff"])
def test_a_file_of_mirrors_that_cannot_be_used_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / FILE
    assert read_mirrors(path) == ()
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(Refusal, match=r"mirror\.toml cannot be used"):
        read_mirrors(path)
