"""Printing: into a folder, to a Zebra; a job without an answer is ambiguous, never repeated."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from devices.clock import SystemClock
from devices.drivers.label_printer import LabelPrinter
from devices.faults import DeviceFault
from devices.kinds import Printed
from devices.label import matrix_png
from devices.testing import fault_of
from tests.devices.conftest import one

READY = (
    b"\x02030,0,0,0123,000,0,0,0,000,0,0,0\x03\r\n"
    b"\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
)
NO_PAPER = READY.replace(b"030,0,0", b"030,1,0")
HEAD_OPEN = READY.replace(b"\x02000,0,0,0", b"\x02000,0,1,0")


class Zebra:
    """A ZPL printer on loopback: gives these statuses in order, then hangs up."""

    def __init__(self, *statuses: bytes) -> None:
        """Listen."""
        self.server = socket.create_server(("127.0.0.1", 0))
        self.statuses = list(statuses)
        self.jobs = 0
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"tcp://127.0.0.1:{self.server.getsockname()[1]}"

    def close(self) -> None:
        """Stop listening, and wake the thread: a blocked ``accept`` keeps a closed socket alive."""
        with contextlib.suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.thread.join(2)

    def _run(self) -> None:
        try:
            line, _ = self.server.accept()
        except OSError:
            return
        with line:
            data = b""
            while self.statuses and (more := line.recv(65_536)):
                data += more
                if b"^XZ" in data:
                    self.jobs += 1
                    data = data.partition(b"^XZ")[2]
                while b"~HS" in data and self.statuses:
                    data = data.partition(b"~HS")[2]
                    line.sendall(self.statuses.pop(0))


@pytest.fixture
def printers() -> Iterator[list[Zebra]]:
    """Printers to be closed after the test."""
    made: list[Zebra] = []
    yield made
    for each in made:
        each.close()


def make(url: str) -> LabelPrinter:
    """A driver."""
    return LabelPrinter(one("printer", "label_printer", url, timeout_s=2), SystemClock())


def result(driver: LabelPrinter) -> str:
    """Where the label went, or the code of the fault."""
    got: list[Printed] = []
    fault = fault_of(lambda: got.append(driver.print_label(matrix_png("A"), "L/1 ../x")))
    return fault.code if isinstance(fault, DeviceFault) else "printed"


@pytest.mark.covers("F63")
@pytest.mark.parametrize(
    ("statuses", "expected", "jobs"),
    [
        ((READY, READY), "printed", 1),
        ((NO_PAPER,), "printer-not-ready", 0),
        ((HEAD_OPEN,), "printer-not-ready", 0),
        ((b"hello",), "garbled", 0),
        ((READY, NO_PAPER), "print-unknown", 1),
    ],
)
def test_a_zebra_says_before_and_after(
    printers: list[Zebra], statuses: tuple[bytes, ...], expected: str, jobs: int
) -> None:
    printers.append(Zebra(*statuses))
    assert result(make(printers[0].url)) == expected
    printers[0].thread.join(2)
    assert printers[0].jobs == jobs


@pytest.mark.covers("F63")
def test_a_lost_status_after_the_job_is_ambiguous(printers: list[Zebra]) -> None:
    printers.append(Zebra(READY))
    driver = make(printers[0].url)
    fault = fault_of(lambda: driver.print_label(matrix_png("A"), "1"))
    assert fault is not None
    assert (fault.code, fault.kind) == ("print-unknown", "ambiguous")


@pytest.mark.covers("F63")
def test_a_printer_that_is_off(printers: list[Zebra]) -> None:
    printers.append(Zebra())
    url = printers[0].url
    printers[0].close()
    driver = make(url)
    fault = fault_of(driver.open)
    assert fault is not None
    assert fault.code == "absent"
    assert result(driver) == "absent"


def test_opening_asks_a_zebra(printers: list[Zebra]) -> None:
    printers.append(Zebra(READY))
    assert make(printers[0].url).open() == ""


@pytest.mark.covers("F63")
def test_a_folder(tmp_path: Path) -> None:
    driver = make(f"dir:{tmp_path}")
    assert driver.open() == ""
    printed = driver.print_label(matrix_png("A"), "L/1 ../x")
    assert Path(printed.where).parent == tmp_path
    assert Path(printed.where).read_bytes() == printed.png
    (tmp_path / "taken.part").mkdir()
    fault = fault_of(lambda: driver.print_label(b"", "taken"))
    assert fault is not None
    assert fault.code == "printer-not-ready"
    driver.close()


def test_an_url_of_no_kind() -> None:
    with pytest.raises(msgspec.ValidationError):
        make("ipp://printer")
