"""``witnesses.toml`` in the data folder: whom this server submits its checkpoints to.

.. code-block:: toml

    [[witness]]
    url = "http://witness.example:8090"
    vkey = "witness.example/lotbook+a1b2c3d4+BF0…"     # from `lotbook-witness vkey`
    silent_after_minutes = 15                          # then an alarm is raised
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec

from server.words import Refusal
from sync.cosigner import parse_cosigner
from sync.keys import BadKey

if TYPE_CHECKING:
    from pathlib import Path

    from sync.keys import Verifier

FILE = "witnesses.toml"
MOST = 16


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s/]+(/[^\s?#]*)?$")]
    vkey: str
    silent_after_minutes: Annotated[int, msgspec.Meta(ge=1, le=10_080)] = 15


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    witness: Annotated[tuple[_Line, ...], msgspec.Meta(max_length=MOST)] = ()


@dataclass(frozen=True)
class Outsider:
    """A witness under another administrator: where it answers, its key, how long it may be silent.

    ``url`` has no slash at its end.
    """

    url: str
    verifier: Verifier
    silent_after: timedelta

    @property
    def name(self) -> str:
        """The name in its cosignatures."""
        return self.verifier.name


def read_witnesses(path: Path) -> tuple[Outsider, ...]:
    """The witnesses of a file; none if there is no file. Refusal ``bad-witnesses``."""
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File).witness
        outsiders = tuple(_outsider(one) for one in found)
    except FileNotFoundError:
        return ()
    except (
        OSError,
        ValueError,
        BadKey,
        RecursionError,
    ) as error:  # others are ValueErrors
        raise Refusal("bad-witnesses", path=path, why=error) from error
    if len({one.name for one in outsiders}) != len(outsiders):
        raise Refusal("bad-witnesses", path=path, why="a witness is named twice")
    return outsiders


def _outsider(line: _Line) -> Outsider:
    silent = timedelta(minutes=line.silent_after_minutes)
    return Outsider(line.url.rstrip("/"), parse_cosigner(line.vkey), silent)
