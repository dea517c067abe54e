"""A mistake of ours: a short code that names the place, for a person to read out."""

from __future__ import annotations

import hashlib
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


def code_of(error: BaseException) -> str:
    """``LB-XXXX-XXXX``: the same for the same mistake at the same place."""
    return code_at(type(error).__name__, error.__traceback__)


def code_at(kind: str, trace: TracebackType | None) -> str:
    """The code of an exception's type and the places it came through."""
    places = [
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.name}:{frame.lineno}"
        for frame in traceback.extract_tb(trace)
    ]
    digest = hashlib.sha256("|".join([kind, *places]).encode()).hexdigest().upper()
    return f"LB-{digest[:4]}-{digest[4:8]}"
