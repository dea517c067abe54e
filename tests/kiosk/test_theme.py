"""Contrast as WCAG 2.2 counts it; states told apart without colour."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from terminal.theme import THEMES, Look, Theme, missing_fonts, zoom_for
from terminal.views import Mark
from terminal.widgets.mark import paint_mark

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

SIDE = 32
# Machado, Oliveira, Fernandes 2009, severity 1.0; applied in linear light.
BLINDNESS = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.01182, 0.04294, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.3039),
    ),
    "grey": ((0.2126, 0.7152, 0.0722),) * 3,
}


def linear(values: np.ndarray) -> np.ndarray:
    """sRGB 0…1 to linear light."""
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(code: str) -> float:
    """Relative luminance of ``#rrggbb``."""
    channels = np.array([int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return float(linear(channels) @ np.array((0.2126, 0.7152, 0.0722)))


def contrast(one: str, two: str) -> float:
    """Contrast ratio, 1 to 21."""
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_text_has_4_5_to_1(theme: Theme) -> None:
    """Every pair of text and ground that is drawn."""
    grounds = (theme.ground, theme.surface, theme.raised)
    pairs = [(ink, ground) for ink in (theme.text, theme.muted) for ground in grounds]
    pairs += [(theme.on_usual, theme.usual), (theme.text, theme.pressed), (theme.ink, theme.paper)]
    for mark in theme.marks.values():
        pairs += [(mark.text, mark.soft), (mark.text, theme.surface), (mark.text, theme.raised)]
    assert [(pair, contrast(*pair)) for pair in pairs if contrast(*pair) < 4.5] == []


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_shapes_and_edges_have_3_to_1(theme: Theme) -> None:
    """Marks, glyphs, and the edges of what can be touched."""
    grounds = (theme.ground, theme.surface, theme.raised)
    pairs = [(theme.line, ground) for ground in grounds] + [(theme.usual, theme.surface)]
    for mark in theme.marks.values():
        pairs += [(mark.edge, ground) for ground in (*grounds, mark.soft)]
        pairs.append((mark.on, mark.strong))
    assert [(pair, contrast(*pair)) for pair in pairs if contrast(*pair) < 3] == []


def drawn(look: Look, mark: Mark) -> np.ndarray:
    """A mark as the status strip draws it, as RGB 0…1."""
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB888)
    image.fill(QColor(look.theme.surface))
    painter = QPainter(image)
    paint_mark(painter, look, mark, image.rect().toRectF())
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(SIDE, SIDE, 3) / 255


@pytest.mark.parametrize("seeing", BLINDNESS)
@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_states_differ_by_shape_without_colour(
    qapp: QApplication,
    theme: Theme,
    seeing: str,
) -> None:
    """In every simulation, two marks differ in more than a tenth of their pixels."""
    matrix = np.array(BLINDNESS[seeing])
    seen = {mark: linear(drawn(Look(theme), mark)) @ matrix.T for mark in Mark}
    for one, two in combinations(Mark, 2):
        light = np.abs((seen[one] - seen[two]) @ np.array((0.2126, 0.7152, 0.0722)))
        assert (light > 0.04).mean() > 0.1, (one, two)


def test_silhouettes_alone_differ(qapp: QApplication) -> None:
    """The outlines differ even where inside and glyph are not seen."""
    theme = THEMES["light"]
    ground = np.array([int(theme.surface[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    shapes = {m: np.abs(drawn(Look(theme), m) - ground).max(axis=2) > 0.1 for m in Mark}
    for one, two in combinations(Mark, 2):
        assert (shapes[one] ^ shapes[two]).sum() > 8, (one, two)


def test_zoom_and_fonts(qapp: QApplication) -> None:
    """Larger windows zoom; smaller ones do not shrink; the house fonts are there."""
    assert zoom_for(800, 600) == 1.0
    assert zoom_for(1920, 1080) == pytest.approx(1.35)
    assert missing_fonts() == ()
