"""What is asked of the decoder process and what it answers: light enough to import anywhere."""

from __future__ import annotations

import msgspec

MOST_BYTES = 24 * 1024 * 1024
"""Largest picture file, bytes."""

MOST_PIXELS = 4096 * 4096
"""Largest picture, pixels: a file of a few bytes may claim to be a thousand times that."""

STEPS = ("plain", "upright", "threshold", "contrast", "sharp", "coarse")
"""The ladder, from cheap and usual to dear and rare: one step a frame (:mod:`devices.ladder`)."""

WEAK = ("]E", "]X", "]I", "]A", "]F")
"""EAN/UPC, ITF, Code 39, Codabar: AIM identifiers whose check is weak or absent."""


class Seen(msgspec.Struct, frozen=True):
    """A code in a picture."""

    raw: bytes
    """Its content; the group separator is 0x1D."""
    symbology: str
    """AIM identifier, such as ``]d2``."""
    text: str = ""
    """The content as text, in the character set the code names."""
    name: str = ""
    """The symbology's name, such as ``Data Matrix``."""
    reader: str = ""
    """Which reader read it: two that agree are two votes."""
    at: tuple[float, float] = (0.0, 0.0)
    """Its middle, in pixels of the picture."""
    size: float = 0.0
    """Its longer side, in pixels of the picture."""

    @property
    def is_weak(self) -> bool:
        """Whether one reader alone was wrong too often in this symbology."""
        return self.symbology.startswith(WEAK)


class Look(msgspec.Struct, frozen=True):
    """What a picture shows. A width of 0: it is not a usable picture."""

    width: int = 0
    height: int = 0
    mean: float = 0.0
    """Brightness 0 to 255."""
    spread: float = 0.0
    """Standard deviation of brightness: near 0 is a uniform (black, covered) picture."""
    codes: tuple[Seen, ...] = ()
    """Every read of every reader of the step, not yet voted on (:class:`devices.votes.Votes`)."""
    step: str = ""
    """The step of the ladder that was taken; empty if no codes were asked for."""
    scene: bytes = b""
    """The picture very small (:mod:`devices.scene`): tells whether the next one shows the same."""
    changed: bool = False
    """The picture shows something else than the scene that was asked with."""
    ms: float = 0.0
    """How long the step took, without decompressing the picture."""


class Ask(msgspec.Struct, frozen=True):
    """A question to the decoder process."""

    image: bytes
    """A picture file, or 8-bit grey pixels when a width is given."""
    width: int = 0
    step: int = 0
    """Step of the ladder (modulo its length); negative: only look whether it is usable."""
    scene: bytes = b""
    """The scene of the picture before: if this one shows another, the ladder starts again."""
