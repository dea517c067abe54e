"""Add the vectors that are missing: ``python -m tests.vectors.make``. Never changes one.

A file holds the canonical bytes of one entry and nothing else. ``KIND.least.json`` has only what
the kind requires, ``KIND.full.json`` everything. When a kind gets a new field, its fullest form
so far is added as ``KIND.full-2.json`` and so on; the old files stay and must still hold.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from forms.codec import KINDS, canonical
from tests.vectors.samples import full, least

FOLDER = Path(__file__).parent / "forms"


def missing() -> dict[str, bytes]:
    """The files that should be there and are not, with their bytes."""
    found: dict[str, bytes] = {}
    for kind, struct in sorted(KINDS.items()):
        if not (FOLDER / f"{kind}.least.json").exists():
            found[f"{kind}.least.json"] = canonical(least(struct))  # type: ignore[arg-type]
        held = fulls(kind)
        newest = canonical(full(struct))  # type: ignore[arg-type]
        if not any(fields(newest) <= fields(file.read_bytes()) for file in held):
            suffix = f"-{len(held) + 1}" if held else ""
            found[f"{kind}.full{suffix}.json"] = newest
    return found


def fulls(kind: str) -> list[Path]:
    """The fullest forms of a kind so far."""
    return sorted(FOLDER.glob(f"{kind}.full*.json"))


def fields(data: bytes) -> frozenset[str]:
    """Every member name in the bytes, with its path."""
    return frozenset(_paths(msgspec.json.decode(data), ""))


def _paths(value: object, at: str) -> list[str]:
    if isinstance(value, dict):
        return [
            p for key, one in value.items() for p in (f"{at}.{key}", *_paths(one, f"{at}.{key}"))
        ]
    if isinstance(value, list):
        return [path for one in value for path in _paths(one, f"{at}[]")]
    return []


def main() -> int:
    """Write what is missing and say so."""
    FOLDER.mkdir(exist_ok=True)
    for name, data in missing().items():
        (FOLDER / name).write_bytes(data)
        print(f"added {name}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
