"""The port: by URL, exclusive, bounded; gone means a fault, never silence."""

from __future__ import annotations

import gc
import socket
import struct
from pathlib import Path

import pytest

from devices.faults import DeviceFault
from devices.port import Line as LineSettings
from devices.port import Port
from devices.sim.line import Line
from devices.testing import fault_of


def code_of(fault: DeviceFault | None) -> str:
    return fault.code if fault else ""


@pytest.mark.covers("F58")
def test_a_socket_url() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = Port(f"socket://127.0.0.1:{server.getsockname()[1]}")
        port.open()
        line, _ = server.accept()
        line.sendall(b"LOT-1\r")
        data = b""
        while not data.endswith(b"\r"):
            data += port.read()
        assert data == b"LOT-1\r"
        port.write(b"ok")
        assert line.recv(10) == b"ok"
        line.close()
        faults = [code_of(fault_of(port.read)) for _ in range(3)]
        assert "unplugged" in faults
        assert code_of(fault_of(lambda: port.write(b"x"))) in ("absent", "unplugged")
        port.close()
    assert code_of(fault_of(port.open)) == "absent"


@pytest.mark.covers("F58")
def test_a_second_reader_of_a_line_is_refused(tmp_path: Path) -> None:
    line = Line(tmp_path / "tty", lambda _: None)
    first, second = Port(str(line.link)), Port(str(line.link))
    first.open()
    assert code_of(fault_of(second.open)) == "absent"
    first.close()
    second.open()
    line.unplug()
    seen = [code_of(fault_of(second.read)) for _ in range(8)]
    assert [code for code in seen if code][:2] == ["unplugged", "absent"]
    second.close()
    line.close()


@pytest.mark.covers("F57")
def test_a_stream_without_end_cannot_be_drained(tmp_path: Path) -> None:
    line = Line(tmp_path / "tty", lambda _: None)
    port = Port(str(line.link))
    port.open()
    line.send(b"9" * 2000)
    while not port.read():
        continue
    line.send(b"9" * 2000)
    assert code_of(fault_of(lambda: port.drain(100))) == "frame-too-long"
    port.close()
    line.close()


def test_a_port_that_was_never_opened_is_absent() -> None:
    port = Port("nonsense://")
    for action in (port.open, port.read, port.drain):
        assert code_of(fault_of(action)) == "absent"


@pytest.mark.covers("F57")
def test_a_line_that_refuses_its_settings_is_absent(tmp_path: Path) -> None:
    """A pseudo-terminal has no parity: asked for it a second time, the system says *invalid*."""
    line = Line(tmp_path / "tty", lambda _: None)
    settings = LineSettings(bytesize=7, parity="E")
    codes = []
    for _ in range(3):
        port = Port(str(line.link), settings)
        codes.append(code_of(fault_of(port.open)))
        port.close()
    assert set(codes) <= {"", "absent"}
    line.close()


@pytest.mark.covers("F58")
def test_a_connection_that_was_reset_is_not_left_open() -> None:
    """A device server that loses power resets; what is left open is a warning, so a failed test."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = Port(f"socket://127.0.0.1:{server.getsockname()[1]}")
        port.open()
        line, _ = server.accept()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.close()
        seen = [code_of(fault_of(port.read)) for _ in range(4)]
        assert "unplugged" in seen
        port.close()
        assert gc.collect() >= 0
