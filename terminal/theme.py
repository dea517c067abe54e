"""The one place of colours, sizes, radii and type; widgets ask a :class:`Look` for all of them.

Greys are normal; only a :class:`~terminal.views.Mark` has a hue (ISA-101). Sizes are pixels at
1280 × 800; a larger window zooms everything, the text scale enlarges text and its bars only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont, QFontDatabase

from terminal.views import Mark

if TYPE_CHECKING:
    from collections.abc import Mapping

FAMILIES = ("Noto Sans", "Noto Sans CJK SC")
"""Latin first, so that figures look the same in both languages."""

BASE_WIDTH, BASE_HEIGHT = 1280, 800
TOP_BAR, RAIL, ACTION_BAR, STRIP = 72, 240, 104, 40
TARGET, GAP, MARGIN, RADIUS = 72, 12, 16, 8
TEXT_SCALES = (1.0, 1.25, 1.5)
SETTLE_MS = 150
"""The only animation: the live value's marker settles."""
DEBOUNCE_MS = 300
"""A second tap on the same target, or on a new screen, within this time is a slip."""


@dataclass(frozen=True, slots=True)
class MarkColours:
    """How a state looks: a solid shape with a glyph, and a tinted band with text."""

    strong: str
    on: str
    edge: str
    soft: str
    text: str


@dataclass(frozen=True, slots=True)
class Theme:
    """All colours, as ``#rrggbb``."""

    name: str
    ground: str
    """Behind everything."""
    surface: str
    """Bars and panels."""
    raised: str
    """What can be touched, and what is read."""
    pressed: str
    line: str
    """Edges that must be seen (3:1)."""
    hair: str
    """Lines that only order; nothing depends on them."""
    text: str
    muted: str
    usual: str
    """The usual action: the strongest neutral."""
    on_usual: str
    paper: str
    """Behind pictures and codes, light in both themes so that they keep their greys."""
    ink: str
    marks: Mapping[Mark, MarkColours]


LIGHT = Theme(
    name="light",
    ground="#dfe2e5",
    surface="#eef0f2",
    raised="#ffffff",
    pressed="#c3c9cf",
    line="#6d757d",
    hair="#c2c8cd",
    text="#14181c",
    muted="#474f56",
    usual="#22303c",
    on_usual="#ffffff",
    paper="#ffffff",
    ink="#14181c",
    marks=MappingProxyType(
        {
            Mark.PASS: MarkColours("#1a7439", "#ffffff", "#1a7439", "#d3ecda", "#0d4722"),
            Mark.FAIL: MarkColours("#b3201b", "#ffffff", "#b3201b", "#f8dad7", "#740f0c"),
            Mark.WARN: MarkColours("#f2a900", "#14181c", "#6e4a00", "#fbe8bd", "#553800"),
            Mark.INFO: MarkColours("#1f5fa8", "#ffffff", "#1f5fa8", "#d7e5f4", "#10396a"),
            Mark.NONE: MarkColours("#5a626a", "#ffffff", "#5a626a", "#d6dade", "#363d44"),
        }
    ),
)
"""For bright floors."""

DARK = Theme(
    name="dark",
    ground="#121619",
    surface="#1c2226",
    raised="#2a3137",
    pressed="#48525a",
    line="#8d979f",
    hair="#3a4249",
    text="#f0f2f4",
    muted="#b9c2c9",
    usual="#dde3e8",
    on_usual="#14181c",
    paper="#e9ecee",
    ink="#14181c",
    marks=MappingProxyType(
        {
            Mark.PASS: MarkColours("#43b96f", "#06130b", "#43b96f", "#163321", "#93e3b0"),
            Mark.FAIL: MarkColours("#f2716a", "#1a0403", "#f2716a", "#47191a", "#ffbab4"),
            Mark.WARN: MarkColours("#f2b01e", "#1a1200", "#f2b01e", "#3d2d07", "#ffdb88"),
            Mark.INFO: MarkColours("#62a8f0", "#03101c", "#62a8f0", "#16304a", "#b0d4f9"),
            Mark.NONE: MarkColours("#9aa4ad", "#101417", "#9aa4ad", "#333b42", "#d3d9de"),
        }
    ),
)
"""For clean rooms with dimmed light."""

THEMES: Mapping[str, Theme] = MappingProxyType({"light": LIGHT, "dark": DARK})


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of text: its size, the least it may shrink to, and its weight."""

    size: int
    least: int
    bold: bool = False


ROLES: Mapping[str, Role] = MappingProxyType(
    {
        "caption": Role(16, 16),
        "caption-bold": Role(16, 16, bold=True),
        "small": Role(18, 16),
        "small-bold": Role(18, 16, bold=True),
        "body": Role(20, 16),
        "body-bold": Role(20, 16, bold=True),
        "reading": Role(24, 18),
        "action": Role(24, 18, bold=True),
        "title": Role(28, 20, bold=True),
        "expected": Role(28, 18, bold=True),
        "verdict": Role(36, 22, bold=True),
        "key": Role(34, 28, bold=True),
        "typed": Role(44, 26, bold=True),
        "echo": Role(44, 20, bold=True),
        "unit": Role(36, 20),
        "value": Role(96, 72, bold=True),
    }
)
"""Type, in pixels; nothing is under 16."""


@lru_cache(maxsize=512)
def font(size: int, *, bold: bool) -> QFont:
    """The house font with tabular figures."""
    made = QFont(list(FAMILIES))
    made.setPixelSize(size)
    made.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


@lru_cache(maxsize=256)
def colour(code: str) -> QColor:
    """A colour by its code."""
    return QColor(code)


def missing_fonts() -> tuple[str, ...]:
    """The families the system lacks; the kiosk still runs, but does not look as tested."""
    have = set(QFontDatabase.families())
    return tuple(family for family in FAMILIES if family not in have)


@dataclass(frozen=True, slots=True)
class Look:
    """A theme at a zoom (window size) and a text scale."""

    theme: Theme
    zoom: float = 1.0
    text: float = 1.0

    def px(self, size: float) -> int:
        """A length in pixels at 1280 × 800, here."""
        return round(size * self.zoom)

    def bar(self, size: float, share: float = 0.55) -> int:
        """The height of something that holds text: grows with a ``share`` of the text scale."""
        return round(size * self.zoom * (1 + (self.text - 1) * share))

    def size(self, role: str) -> int:
        """The nominal pixel size of a role."""
        return round(ROLES[role].size * self.zoom * self.text)

    def least(self, role: str) -> int:
        """The least pixel size a role's text may shrink to where it would not fit."""
        least = ROLES[role].least
        if least >= ROLES["value"].least:
            return self.px(least)
        return round(least * self.zoom * (1 + (self.text - 1) * 0.4))

    def colour(self, name: str) -> QColor:
        """A colour of the theme by name; ``pass.soft`` is a mark's."""
        mark, dot, part = name.partition(".")
        if dot:
            return colour(str(getattr(self.theme.marks[Mark(mark)], part)))
        return colour(str(getattr(self.theme, name)))


def zoom_for(width: int, height: int) -> float:
    """How much larger than 1280 × 800 everything is drawn; never smaller."""
    return max(1.0, min(width / BASE_WIDTH, height / BASE_HEIGHT, 2.0))
