"""The seeded bugs as `index.toml` lists them, each with its patch beside it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

HERE = Path(__file__).resolve().parent
LEAST = 30
"""Fewer seeded bugs are no proof of teeth."""


class Mutant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A seeded bug."""

    name: str
    """Also the patch's file name, without its ending."""
    bug: str
    """What the code does wrong, in a sentence."""
    harm: str
    """Why that would hurt."""
    stands_for: tuple[str, ...]
    """Requirements that the bug breaks."""
    test: str
    """``tests/x/test_y.py::test_z`` (or ``…test_z[0]``) that kills it."""

    @property
    def patch(self) -> Path:
        """Its unified diff."""
        return HERE / f"{self.name}.patch"


class _Index(msgspec.Struct, forbid_unknown_fields=True):
    mutant: tuple[Mutant, ...]


def mutants() -> tuple[Mutant, ...]:
    """All of them, in the order of the index."""
    found = tomllib.loads((HERE / "index.toml").read_text(encoding="utf-8"))
    return msgspec.convert(found, _Index).mutant
