r"""``lotbook-terminal read-code``: the codes in picture files, one JSON line a file.

``{"file", "codes": [{"text", "symbology", "aim", "step"}], "unsure", "ms", "steps"}``: *codes* are
read (see :mod:`devices.votes`), *unsure* were read once and not agreed on. A group separator in a
text is ``\u001d``. *ms* is the time of all steps, without unpacking the file. A file that is not
readable has ``error`` with code, kind and hint, and the exit code is then 1.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from devices.climb import Climb, Looks
from devices.faults import DeviceFault
from devices.looks import MOST_BYTES, STEPS, Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DEADLINE_S = 10.0
"""Longest a look may take, seconds: a file may be much larger than a camera's frame."""


def read_files(
    files: Sequence[Path], frames: int, decoder: Looks, write: Callable[[str], object]
) -> int:
    """Read each file with ``frames`` looks (all steps of the ladder if less than 1); exit code."""
    failed = False
    for file in files:
        try:
            said = _read(_bytes(file), frames if frames > 0 else len(STEPS), decoder)
        except DeviceFault as fault:
            failed = True
            error = {"code": fault.code, "kind": fault.kind, "hint": fault.hint}
            said = {"codes": [], "error": {**error, "detail": fault.detail}}
        write(msgspec.json.encode({"file": str(file), **said}).decode() + "\n")
    return 1 if failed else 0


def _bytes(file: Path) -> bytes:
    """The file; DeviceFault ``file-unreadable``, ``picture-unusable``."""
    try:
        with file.open("rb") as source:
            data = source.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise DeviceFault("file-unreadable", str(error)) from error
    if len(data) > MOST_BYTES:
        raise DeviceFault("picture-unusable", f"more than {MOST_BYTES} bytes")
    return data


def _read(image: bytes, frames: int, decoder: Looks) -> dict[str, object]:
    climb = Climb(decoder)
    looks = [climb.feed(image) for _ in range(frames)]
    return {
        "codes": [{**_said(each.seen), "step": each.step} for each in climb.accepted],
        "unsure": [_said(each) for each in climb.unsure],
        "ms": round(sum(look.ms for look in looks), 2),
        "steps": [{"step": look.step, "ms": round(look.ms, 2)} for look in looks],
    }


def _said(seen: Seen) -> dict[str, str]:
    return {"text": seen.text, "symbology": seen.name, "aim": seen.symbology}
