"""What the kiosk says about a server that cannot be trusted, or is not itself."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from sync.faults import FAULTS
from sync.faults_line import LINE_FAULTS
from terminal.board import _trouble
from terminal.ui import Link, View
from terminal.views import Mark, Verdict
from terminal.words import Words
from tests.terminal.plant import Bench


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


@pytest.mark.covers("F34")
def test_the_end_of_the_servers_certificate_is_said_a_month_ahead() -> None:
    bench = Bench()
    now = bench.clock.wall()

    def said(days: int) -> Verdict | None:
        bench.desk.link = Link(True, now, "", now + timedelta(days=days))
        bench.desk.show()
        return bench.frame.notice

    assert said(31) is None
    for days, left in ((30, 30), (1, 1), (-1, 0)):
        day = f"{now + timedelta(days=days):%Y-%m-%d}"
        shown = said(days)
        assert shown is not None
        assert shown.mark is Mark.WARN
        assert shown.word == f"The server's certificate ends in {left} days ({day})"
    bench.touch("language")
    assert bench.frame.notice is not None
    assert "2026-03-01" in bench.frame.notice.word
    assert "到期" in bench.frame.notice.word


@pytest.mark.covers("F34")
@pytest.mark.parametrize("code", sorted(LINE_FAULTS))
def test_a_certificate_that_is_not_believed_is_named_with_its_cause(code: str) -> None:
    view = SimpleNamespace(link=Link(code=code), snapshot=SimpleNamespace(pack_problem=""))
    shown = _trouble(cast("View", view), Words("en"))
    assert shown is not None
    assert "Work goes on" in shown.detail
