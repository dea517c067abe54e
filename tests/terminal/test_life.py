"""The whole terminal offscreen: first screen, opening, faults, crash, an orderly end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from devices.config import InstrumentConfig
from devices.kinds import CodeRead
from forms.codec import canonical
from sync.inbox import Inbox
from sync.keys import TestSigner, Verifier
from sync.signed_pack import seal_pack
from sync.sqlite import open_database
from terminal import enrol
from terminal.board_system import unusable
from terminal.config import DATABASE_FILE, StationConfig, read_config
from terminal.events import EventLog
from terminal.life import CRASHED, Machine, Terminal
from terminal.screenshots import Screens
from terminal.views import Frame, MessageStage
from tests.kiosk.keys import every_key, pressed
from tests.terminal.documents import SECRETS, badge_of, make_pack
from tests.terminal.test_config import GOOD, write

SERVER = TestSigner("lotbook.test/S1/log", "server")
PLAIN = GOOD[: GOOD.index("[[")].replace("plant.example", "lotbook.test")


class Times:
    """The real clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC).astimezone()

    def monotonic_ns(self) -> int:
        return time.monotonic_ns()

    def elapsed_ns(self) -> int:
        return time.monotonic_ns()


MACHINE = Machine(Times(), lambda: 0.5, b"machine")


def enrolled(tmp_path: Path) -> StationConfig:
    """A station with its key, the server's key, and a work pack."""
    config = read_config(write(tmp_path, PLAIN))
    enrol.station_key(config, MACHINE.secret)
    enrol.keep_server_key(config, Verifier.of(SERVER).vkey)
    database = open_database(config.data / DATABASE_FILE)
    pack = make_pack()
    later = datetime(2126, 1, 1, tzinfo=UTC)
    sealed = seal_pack(canonical(pack), 1, pack.issued_at, later, SERVER)
    Inbox(database, Verifier.of(SERVER)).accept(sealed)
    database.close()
    return config


def wedge(terminal: Terminal, raw: bytes) -> None:
    """A scan by a scanner that plays keyboard."""
    terminal.window._filter._told(CodeRead(name="wedge", raw=raw, source="wedge"))


Start = Callable[[StationConfig], Terminal]


@pytest.fixture
def left() -> list[int]:
    return []


@pytest.fixture
def start(qtbot: QtBot, left: list[int]) -> Iterator[Start]:
    made: list[Terminal] = []

    def begin(config: StationConfig) -> Terminal:
        terminal = Terminal(config, MACHINE, left.append)
        made.append(terminal)
        terminal.start()
        return terminal

    yield begin
    for terminal in made:
        terminal.stop()


def shown(terminal: Terminal) -> Frame:
    frame = terminal.window._frame
    assert frame is not None
    return frame


def code(terminal: Terminal) -> str:
    stage = shown(terminal).stage
    return stage.code if isinstance(stage, MessageStage) else ""


def test_the_first_screen_is_there_before_anything_is_opened(
    tmp_path: Path, qtbot: QtBot, start: Start
) -> None:
    terminal = start(enrolled(tmp_path))
    assert shown(terminal).name == "starting"
    assert terminal.opened is None
    terminal.window._dispatch("help", {})
    qtbot.waitUntil(lambda: shown(terminal).name == "sign-in", timeout=10_000)


def test_what_a_driver_does_not_take_ends_the_terminal_with_line_and_cure(
    tmp_path: Path, qtbot: QtBot
) -> None:
    wrong = InstrumentConfig(
        name="b", equipment_class="balance", asset="B", driver="mt_sics", url="x",
        options={"speed": 1},
    )  # fmt: skip
    left: list[int] = []
    config = structs.replace(enrolled(tmp_path), instruments=(wrong,))
    terminal = Terminal(config, MACHINE, left.append)
    terminal.start()
    qtbot.waitUntil(lambda: bool(left), timeout=10_000)
    terminal.stop()
    assert left == [2]
    assert terminal.refused is not None
    assert terminal.refused.key == "instruments[0].options.speed"
    assert terminal.opened is None


def test_the_window_is_as_large_as_the_station_says(tmp_path: Path, start: Start) -> None:
    config = enrolled(tmp_path)
    screen = structs.replace(config.screen, full_screen=False, width=1600, height=900)
    window = start(structs.replace(config, screen=screen)).window
    assert (window.width(), window.height()) == (1600, 900)


def test_a_person_signs_in_and_the_account_says_so(
    tmp_path: Path, qtbot: QtBot, start: Start
) -> None:
    config = enrolled(tmp_path)
    terminal = start(config)
    terminal.events = EventLog(tmp_path / "events.jsonl")
    terminal.screens = Screens(tmp_path / "screens", "light")
    qtbot.waitUntil(lambda: shown(terminal).name == "sign-in", timeout=10_000)
    press = terminal.window._dispatch
    wedge(terminal, badge_of("ana").encode())
    qtbot.waitUntil(lambda: getattr(shown(terminal).stage, "pad", None) is not None, timeout=5000)
    for digit in SECRETS["ana"]:
        press("key", {"key": digit})
    press("key", {"key": "ok"})
    qtbot.waitUntil(lambda: shown(terminal).name == "work-list", timeout=10_000)
    press("open_job", {"job_order": "JO-1"})
    qtbot.waitUntil(lambda: shown(terminal).name == "step-confirm", timeout=5000)
    lines = (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    assert [t["name"] for t in told if t["actions"]][-1] == "step-confirm"
    assert told[-1]["actions"] == ["confirm", "overview"]
    assert told[-1]["operation"] == "OP10"
    assert not told[-1]["online"]
    english = sorted(one.name for one in (tmp_path / "screens" / "en").iterdir())
    chinese = sorted(one.name for one in (tmp_path / "screens" / "zh_CN").iterdir())
    assert english == chinese
    assert any("step-confirm" in name for name in english)


@pytest.mark.covers("F17")
def test_a_second_terminal_says_so_and_the_first_is_unharmed(
    tmp_path: Path, qtbot: QtBot, start: Start
) -> None:
    config = enrolled(tmp_path)
    first = start(config)
    qtbot.waitUntil(lambda: shown(first).name == "sign-in", timeout=10_000)
    second = start(config)
    qtbot.waitUntil(lambda: code(second) == "database-in-use", timeout=10_000)
    assert shown(first).name == "sign-in"


def test_a_station_that_is_not_enrolled_says_so(tmp_path: Path, qtbot: QtBot, start: Start) -> None:
    terminal = start(read_config(write(tmp_path, PLAIN)))
    qtbot.waitUntil(lambda: code(terminal) == "key-unreadable", timeout=10_000)


def test_a_corrupt_database_is_said(tmp_path: Path, qtbot: QtBot, start: Start) -> None:
    config = enrolled(tmp_path)
    (config.data / DATABASE_FILE).write_bytes(b"not a database at all " * 400)
    terminal = start(config)
    qtbot.waitUntil(lambda: code(terminal) == "database-corrupt", timeout=10_000)


@pytest.mark.covers("T09")
def test_an_old_copy_put_back_is_seen(tmp_path: Path, qtbot: QtBot, start: Start) -> None:
    config = enrolled(tmp_path)
    file = config.data / DATABASE_FILE
    old = file.read_bytes()
    first = start(config)
    qtbot.waitUntil(lambda: shown(first).name == "sign-in", timeout=10_000)
    wedge(first, b"LB:ID:STRANGER")
    qtbot.waitUntil(lambda: first.desk is not None and not first.desk.busy, timeout=5000)
    first.stop()
    for left_over in config.data.glob("station.db*"):
        left_over.unlink()
    file.write_bytes(old)
    second = start(config)
    qtbot.waitUntil(lambda: code(second) == "journal-rolled-back", timeout=10_000)


def test_a_bad_server_key_in_the_file_is_said(tmp_path: Path, qtbot: QtBot, start: Start) -> None:
    config = enrolled(tmp_path)
    (config.data / enrol.VKEY_FILE).write_text("nonsense")
    terminal = start(config)
    qtbot.waitUntil(lambda: code(terminal) == "server-key-unknown", timeout=10_000)


def test_without_the_servers_key_it_waits_with_words(
    tmp_path: Path, qtbot: QtBot, start: Start
) -> None:
    config = read_config(write(tmp_path, PLAIN))
    enrol.station_key(config, MACHINE.secret)
    terminal = start(config)
    qtbot.waitUntil(lambda: shown(terminal).name == "no-pack", timeout=10_000)


def test_a_mistake_shows_a_code_and_ends_for_the_watchdog(
    tmp_path: Path,
    qtbot: QtBot,
    start: Start,
    left: list[int],
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("terminal.life.CRASH_SHOWN_MS", 1)
    terminal = start(enrolled(tmp_path))
    qtbot.waitUntil(lambda: shown(terminal).name == "sign-in", timeout=10_000)
    terminal.writer.submit(lambda: 1 // 0, lambda _: None)
    qtbot.waitUntil(lambda: shown(terminal).name == "crash", timeout=5000)
    stage = shown(terminal).stage
    assert isinstance(stage, MessageStage)
    assert stage.code.startswith("LB-")
    assert "ZeroDivisionError" in capfd.readouterr().err
    terminal.crashed(ValueError("another"))
    terminal._dispatch("help", {})
    assert shown(terminal).name == "crash"
    qtbot.waitUntil(lambda: left == [CRASHED], timeout=5000)


def test_a_wrong_station_file_is_shown(tmp_path: Path) -> None:
    frame = unusable("en", ("station.toml: server.url: missing", "Add this key."))
    assert isinstance(frame.stage, MessageStage)
    assert "server.url" in frame.stage.lines[0]


@pytest.mark.covers("T18", "21")
def test_every_key_with_every_modifier_changes_nothing_but_a_notice(
    tmp_path: Path, qtbot: QtBot, start: Start, left: list[int]
) -> None:
    terminal = start(enrolled(tmp_path))
    qtbot.waitUntil(lambda: shown(terminal).name == "sign-in", timeout=10_000)
    before, desk = shown(terminal), terminal.desk
    assert desk is not None
    for key, modifiers, text in every_key():
        for event in pressed(key, modifiers, text):
            QApplication.sendEvent(terminal.window, event)
    qtbot.wait(500)
    qtbot.waitUntil(lambda: not desk.busy, timeout=5000)
    after = shown(terminal)
    assert (after.name, after.stage, after.actions) == (before.name, before.stage, before.actions)
    assert terminal.window.isVisible()
    assert QApplication.activePopupWidget() is None
    assert QApplication.activeModalWidget() is None
    assert (left, terminal.dead) == ([], False)
