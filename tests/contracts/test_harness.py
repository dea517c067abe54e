"""The test harness keeps its own promises: no network, marks that exist, covers collected."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

from tests.covering import CoverRecorder, known_ids, unknown_ids

DOCUMENTATION_ADDRESS = ("192.0.2.1", 9)
"""TEST-NET-1 of RFC 5737: never anybody's."""


@pytest.mark.filterwarnings("ignore:A test tried to use")
def test_only_loopback_can_be_reached() -> None:
    with socket.socket() as outside, pytest.raises(SocketConnectBlockedError):
        outside.connect(DOCUMENTATION_ADDRESS)
    with socket.socket() as listener, socket.socket() as inside:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        inside.connect(listener.getsockname())


def test_qt_needs_no_display() -> None:
    assert os.environ["QT_QPA_PLATFORM"]


def test_requirement_ids_are_read_from_the_tables(shared: Path) -> None:
    known = known_ids(shared / "requirements")
    assert {"P11-70", "F32", "T04", "TC01", "A01"} <= known
    assert "id" not in known
    assert unknown_ids(["P11-70", "P11-no-such"], known) == ["P11-no-such"]


def test_without_tables_every_id_is_taken_as_given(tmp_path: Path) -> None:
    assert unknown_ids(["P11-70"], known_ids(tmp_path)) == []


def report(nodeid: str, when: str, outcome: str, ids: list[str]) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid=nodeid,
        location=(nodeid, 0, nodeid),
        keywords={},
        outcome=outcome,  # type: ignore[arg-type]
        longrepr=None,
        when=when,  # type: ignore[arg-type]
        user_properties=[("covers", ids)] if ids else [],
    )


def test_covers_are_written_with_the_worst_outcome(tmp_path: Path) -> None:
    recorder = CoverRecorder(tmp_path / "out" / "covers.json")
    recorder.pytest_runtest_logreport(report("b", "call", "passed", ["F32"]))
    recorder.pytest_runtest_logreport(report("b", "teardown", "failed", ["F32"]))
    recorder.pytest_runtest_logreport(report("a", "setup", "skipped", ["P11-70"]))
    recorder.pytest_runtest_logreport(report("a", "teardown", "passed", ["P11-70"]))
    recorder.pytest_runtest_logreport(report("c", "call", "passed", []))
    recorder.pytest_sessionfinish()
    written = json.loads((tmp_path / "out" / "covers.json").read_text(encoding="utf-8"))
    assert written == {
        "tests": {
            "a": {"covers": ["P11-70"], "outcome": "skipped"},
            "b": {"covers": ["F32"], "outcome": "failed"},
        }
    }
