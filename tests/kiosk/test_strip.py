"""The status strip: one row whatever happens; trouble keeps its name, the counts their words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from terminal.views import Light, Mark
from terminal.widgets.label import Label
from terminal.widgets.strip import StripView
from tests.kiosk.samples import LANGUAGES, Samples

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kiosk.conftest import Kiosk

NAMES = ("Scanner", "Balance", "Caliper", "Camera", "Printer", "Pressure gauge")


def shown(view: StripView) -> list[str]:
    """All the words, left to right."""
    labels = [one for one in view.findChildren(Label) if one.isVisibleTo(view) and one.text()]
    assert all(one.fits() for one in labels), [one.text() for one in labels if not one.fits()]
    return [one.text() for one in sorted(labels, key=lambda one: one.box().left())]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ill", [0, 1, 3, 6])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_one_row_whatever_happens(
    kiosk: Callable[..., Kiosk], language: str, ill: int, scale: float
) -> None:
    """Six instruments, some in trouble, the server away, the clock unchecked."""
    window = kiosk(listen=False, text_scale=scale).window
    frame = Samples(language).all()[0]
    lights = tuple(
        Light(name, "no answer", Mark.WARN) if n < ill else Light(name, "ready", Mark.PASS)
        for n, name in enumerate(NAMES)
    )
    strip = replace(
        frame.strip,
        instruments=lights,
        link=Light("Server", "offline · 12 min unsent", Mark.WARN),
        clock=Light("10:54", "clock not checked yet", Mark.WARN),
        ready=f"{6 - ill} ready",
        troubled=f"{ill} not ready",
    )
    window.show_frame(replace(frame, strip=strip))
    window.grab()
    (view,) = window.findChildren(StripView)
    assert view.height() == (40 if scale == 1 else 46)
    words = shown(view)
    assert set(strip.words) <= set(words)
    assert any("clock not checked yet" in one for one in words)
    if ill == 1 and scale == 1:
        assert "Scanner no answer" in words
    if ill == 6:
        assert "6 not ready" in words
