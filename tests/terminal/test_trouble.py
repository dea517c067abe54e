"""What the kiosk says about a server that cannot be trusted, or is not itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from sync.faults import FAULTS
from terminal.board import _trouble
from terminal.ui import Link, View
from terminal.words import Words


@pytest.mark.covers("A08", "A10", "F41")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(
    "code",
    ["server-log-forked", "server-log-rolled-back", "server-log-misses-entries", "server-recovery"],
)
def test_an_inconsistent_server_is_named_plainly_and_work_goes_on(code: str, language: str) -> None:
    view = SimpleNamespace(link=Link(code=code), snapshot=SimpleNamespace(pack_problem=""))
    shown = _trouble(cast("View", view), Words(language))
    assert shown is not None
    hint = FAULTS[code].zh_CN if language == "zh_CN" else FAULTS[code].en
    assert hint in shown.detail
    assert ("ork goes on" in hint) is (language == "en")


def test_a_passing_fault_is_no_trouble() -> None:
    view = SimpleNamespace(
        link=Link(code="server-unreachable"), snapshot=SimpleNamespace(pack_problem="")
    )
    assert _trouble(cast("View", view), Words("en")) is None
