"""The instruments process and its client: hostile lines, death and rebirth."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from devices.client import RigClient
from devices.clock import SystemClock
from devices.commands import TakePhoto, Zero
from devices.config import InstrumentConfig
from devices.kinds import Answered, Faulted, InstrumentState, Reading
from devices.process import serve
from devices.sim.bench import Bench
from devices.testing import Events


@pytest.fixture
def events() -> Events:
    """What the client passed on."""
    return Events()


@pytest.fixture
def client(
    bench: Bench, configs: tuple[InstrumentConfig, ...], events: Events
) -> Iterator[RigClient]:
    """A client with a running instruments process."""
    assert bench.balance.line.plugged
    client = RigClient(configs, events)
    client.start()
    yield client
    client.stop()


def ready(events: Events, name: str) -> None:
    """Wait until this instrument is ready."""
    events.wait(
        lambda e: isinstance(e, InstrumentState) and (e.name, e.state) == (name, "ready"), 20
    )


@pytest.mark.covers("F58")
def test_events_come_and_a_killed_process_is_back(client: RigClient, events: Events) -> None:
    ready(events, "balance")
    events.wait(lambda e: isinstance(e, Reading))
    client.send(TakePhoto(id="photo", name="camera"))
    answer = events.wait(lambda e: isinstance(e, Answered), 20)
    assert isinstance(answer, Answered)
    assert answer.photo is not None
    events.clear()
    client._pending["lost"] = "camera"
    killed = time.monotonic()
    os.kill(client.pid, signal.SIGKILL)
    events.wait(lambda e: isinstance(e, Faulted) and e.code == "instruments-restarted")
    lost = events.wait(lambda e: isinstance(e, Answered) and e.id == "lost")
    assert isinstance(lost, Answered)
    assert lost.fault is not None
    while not client.pid and time.monotonic() - killed < 5:
        time.sleep(0.01)
    assert time.monotonic() - killed < 1.5
    ready(events, "balance")
    assert client.restarts == 1


def test_without_a_process_a_command_is_answered_at_once(events: Events) -> None:
    client = RigClient((), events)
    client.send(Zero(id="z", name="balance"))
    answer = events.wait(lambda e: isinstance(e, Answered))
    assert isinstance(answer, Answered)
    assert answer.fault is not None
    client.stop()


def test_garbage_from_the_process_is_a_fault(events: Events) -> None:
    program = (
        "import sys; sys.stdin.readline(); print('[' * 5000); print('{}');"
        'print(\'{"type":"answered","name":"x","id":"unasked"}\', flush=True); sys.stdin.read()'
    )
    client = RigClient((), events, (sys.executable, "-c", program))
    client.start()
    events.wait(lambda e: isinstance(e, Faulted) and e.code == "garbled")
    client.stop()
    assert not any(isinstance(event, Answered) for event in events.all)


def test_a_process_that_dies_at_once_is_tried_again(events: Events) -> None:
    client = RigClient((), events, (sys.executable, "-c", "raise SystemExit(3)"))
    client.start()
    fault = events.wait(lambda e: isinstance(e, Faulted) and e.code == "instruments-restarted")
    assert isinstance(fault, Faulted)
    assert fault.detail == "exit 3"
    client.stop()


@pytest.mark.parametrize(
    "first", [b"", b"nonsense\n", b'{"instruments":[{}]}\n', b"[" * 60_000 + b"\n"]
)
def test_an_unusable_first_line_ends_it(first: bytes) -> None:
    out = io.BytesIO()
    assert serve(io.BytesIO(first), out, SystemClock()) == 2
    assert json.loads(out.getvalue())["code"] == "bad-config"


@pytest.mark.covers("T21")
def test_hostile_command_lines_are_answered_and_survived() -> None:
    lines = [
        b'{"instruments":[]}',
        b"x" * 200_000,
        b"[" * 10_000,
        b"\xff\xfe",
        b'{"type":"zero","id":"1","name":"balance"}',
    ]
    out = io.BytesIO()
    assert serve(io.BytesIO(b"\n".join(lines) + b"\n"), out, SystemClock()) == 0
    events = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [event["type"] for event in events] == ["fault", "fault", "fault", "answered"]


def test_a_closed_output_is_survived() -> None:
    out = io.BytesIO()
    out.close()
    assert serve(io.BytesIO(b'{"instruments":[]}\nx\n'), out, SystemClock()) == 0


def test_the_programs_run(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "devices.sim.bench", "--dir", str(tmp_path / "b")],
        input="weigh 1.0 g\nquit\n",
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout.split() == ["ready", "ok"]
    setup = msgspec.json.encode({"instruments": []}) + b"\n"
    done_bytes = subprocess.run(
        [sys.executable, "-m", "devices.process"],
        input=setup,
        capture_output=True,
        timeout=30,
        check=True,
    )
    assert done_bytes.stdout == b""
