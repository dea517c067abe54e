"""What is asked of the decoder process and what it answers: light enough to import anywhere."""

from __future__ import annotations

import msgspec

MOST_BYTES = 24 * 1024 * 1024
"""Largest picture, bytes."""


class Seen(msgspec.Struct, frozen=True):
    """A code in a picture: its bytes and AIM identifier."""

    raw: bytes
    symbology: str


class Look(msgspec.Struct, frozen=True):
    """What a picture shows. A width of 0: it is not a usable picture."""

    width: int = 0
    height: int = 0
    mean: float = 0.0
    """Brightness 0 to 255."""
    spread: float = 0.0
    """Standard deviation of brightness: near 0 is a uniform (black, covered) picture."""
    codes: tuple[Seen, ...] = ()


class Ask(msgspec.Struct, frozen=True):
    """A question to the decoder process."""

    image: bytes
    """PNG or JPEG, or 8-bit grey pixels when a width is given."""
    width: int = 0
    codes: bool = True
    """False: only look whether the picture is usable."""
