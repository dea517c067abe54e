"""``timestamps.toml`` in the data folder: the authority that stamps this server's checkpoints.

.. code-block:: toml

    [authority]
    url = "https://tsa.example/tsr"
    certificate = "tsa.pem"        # its root, PEM, in the data folder
    every_minutes = 60
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from server.words import Refusal
from sync import timestamp

if TYPE_CHECKING:
    from pathlib import Path

FILE = "timestamps.toml"


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s/]+(/[^\s#]*)?$")]
    certificate: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    every_minutes: Annotated[int, msgspec.Meta(ge=1, le=10_080)] = 60


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    authority: _Line


@dataclass(frozen=True)
class Authority:
    """Where it answers, the certificates its stamps must lead to, how often it is asked."""

    url: str
    roots: tuple[Any, ...]
    every: timedelta


def read_authority(path: Path) -> Authority | None:
    """The authority of a file; None if there is no file. Refusal ``bad-timestamps``."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal("bad-timestamps", path=path, why=error) from error
    try:
        line = msgspec.convert(tomllib.loads(text), _File).authority
        roots = timestamp.authorities((path.parent / line.certificate).read_bytes())
    except timestamp.NoLibrary as error:
        why = "install lotbook[timestamps]"
        raise Refusal("bad-timestamps", path=path, why=why) from error
    except (OSError, ValueError, RecursionError) as error:  # others are ValueErrors
        raise Refusal("bad-timestamps", path=path, why=error) from error
    return Authority(line.url, roots, timedelta(minutes=line.every_minutes))
