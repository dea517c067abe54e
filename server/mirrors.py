"""``mirror.toml`` in the data folder: where the second memory is kept once more.

.. code-block:: toml

    [[mirror]]
    file = "/media/second/lotbook.last"   # on another medium than the data folder

What the office signs is in nobody's hands until a station calls. If the disk is lost before, and a
backup put back, only a memory that was not on that disk shows that something is missing.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec

from server.words import Refusal

if TYPE_CHECKING:
    from server.log.book import Book

FILE = "mirror.toml"
MISSING = "mirror-missing"
"""Code of the alarm."""


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    file: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    mirror: Annotated[tuple[_Line, ...], msgspec.Meta(max_length=4)]


def read_mirrors(path: Path) -> tuple[Path, ...]:
    """The files named; none if there is no such file. Refusal ``bad-mirrors``."""
    try:
        text = path.read_text(encoding="utf-8")
        lines = msgspec.convert(tomllib.loads(text), _File).mirror
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, RecursionError) as error:  # others are ValueErrors
        raise Refusal("bad-mirrors", path=path, why=error) from error
    found = tuple(Path(line.file) for line in lines)
    if not all(one.is_absolute() for one in found):
        raise Refusal("bad-mirrors", path=path, why="a whole path from the root is needed")
    return found


def warn(book: Book) -> None:
    """Raise the alarm for a medium that is not there. In recovery nothing can be signed."""
    for path in () if book.recovery else book.memory.away():
        book.alarm_unless_open(MISSING, str(path))
