"""The drawings that ship: valid, of one shape, wordless; the icons with their licence."""

from __future__ import annotations

from importlib.resources import files

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from terminal.widgets.picture import drawing, icon

PICTURES = [
    "badge",
    "caliper-wrong",
    "check-closed",
    "check-empty",
    "check-load",
    "label-apply",
    "leak-inspect",
    "leak-pressure",
    "line-clearance",
    "measure-tube-od",
    "scan-drip-chamber",
    "scan-film",
    "scan-luer",
    "scan-right",
    "scan-solvent",
    "scan-tubing",
    "scan-wrong",
    "supervisor-sign",
    "weigh-adhesive",
    "weigh-right",
    "weigh-wrong",
]


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_wordless_and_sharp(qapp: QApplication, name: str) -> None:
    source = drawing("pictures", name)
    renderer = QSvgRenderer(QByteArray(source))
    assert renderer.isValid()
    assert renderer.defaultSize().toTuple() == (480, 320)
    assert b"<text" not in source
    assert b"<image" not in source
    assert drawing("pictures", f"{name}.svg") == source


def test_every_icon_takes_the_colour_asked_for(qapp: QApplication) -> None:
    folder = files("terminal") / "icons"
    names = sorted(one.name for one in folder.iterdir())
    assert "LICENSE" in names
    assert "README.md" in names
    for name in names:
        if name.endswith(".svg"):
            assert b"currentColor" in drawing("icons", name)
            image = icon(name.removesuffix(".svg"), "#b3201b", 32, 1.0).toImage()
            inked = [image.pixelColor(x, y) for x in range(32) for y in range(32)]
            assert any(one.name() == "#b3201b" and one.alpha() > 200 for one in inked)
