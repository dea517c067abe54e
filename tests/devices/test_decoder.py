"""The decoder process: reads, refuses, dies and comes back."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from devices import label as labels
from devices.decoder import Decoder
from devices.decoder_worker import serve
from devices.looks import MOST_BYTES, Ask, Look
from devices.messages import read_line, read_message, write_message
from devices.testing import fault_of
from tests.devices.conftest import CONTENT, RAW


@pytest.mark.parametrize(
    ("png", "raw", "symbology"),
    [
        (labels.gs1_png(CONTENT), RAW, "]d2"),
        (labels.matrix_png("LB:DO:sign"), b"LB:DO:sign", "]d1"),
        (labels.code128_png("LB:ID:7F3K9Q2M"), b"LB:ID:7F3K9Q2M", "]C0"),
    ],
)
def test_reads_what_we_print(decoder: Decoder, png: bytes, raw: bytes, symbology: str) -> None:
    codes = decoder.decode(png)
    assert [(code.raw, code.symbology) for code in codes] == [(raw, symbology)]


def test_reads_grey_pixels(decoder: Decoder) -> None:
    grey = np.asarray(Image.open(io.BytesIO(labels.gs1_png(CONTENT))).convert("L"))
    assert [code.raw for code in decoder.decode(grey.tobytes(), width=grey.shape[1])] == [RAW]


@pytest.mark.covers("F62", "T20")
@pytest.mark.parametrize("image", [b"", b"junk", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_what_is_no_picture_is_a_fault(decoder: Decoder, image: bytes) -> None:
    fault = fault_of(lambda: decoder.look(image))
    assert fault is not None
    assert fault.code == "picture-unusable"


@pytest.mark.covers("F62", "T20")
def test_killed_it_is_back_within_a_second(decoder: Decoder) -> None:
    decoder.decode(labels.matrix_png("A"))
    before, restarts = decoder.pid, decoder.restarts
    os.kill(before, signal.SIGKILL)
    fault = fault_of(lambda: decoder.decode(labels.matrix_png("A")))
    assert fault is not None
    assert fault.code == "decoder-failed"
    assert decoder.restarts == restarts + 1
    assert decoder.pid != before
    assert [code.raw for code in decoder.decode(labels.matrix_png("B"))] == [b"B"]


@pytest.mark.covers("F62", "T20")
def test_a_hung_decoder_is_ended_at_the_deadline() -> None:
    program = (
        "import sys, time, msgspec; from devices.looks import Look;"
        "from devices.messages import write_message;"
        "write_message(sys.stdout.buffer, msgspec.msgpack.encode(Look())); time.sleep(60)"
    )
    with Decoder((sys.executable, "-c", program), deadline_s=0.2) as hung:
        started = time.monotonic()
        fault = fault_of(lambda: hung.look(b"x" * 200_000))
        assert fault is not None
        assert fault.code == "decoder-failed"
        assert time.monotonic() - started < 5


@pytest.mark.covers("F62", "T20")
@pytest.mark.skipif(sys.platform != "linux", reason="the limits are the kernel's")
def test_one_that_takes_all_memory_is_ended_by_its_limit() -> None:
    program = (
        "import mmap, sys, msgspec; from devices.decoder_worker import confine;"
        "from devices.looks import Look; from devices.messages import write_message; confine();"
        "write_message(sys.stdout.buffer, msgspec.msgpack.encode(Look()));"
        "sys.stdin.buffer.read(4);"
        "held = [mmap.mmap(-1, 1 << 28) for _ in range(1 << 8)]"
    )
    with Decoder((sys.executable, "-c", program), deadline_s=20) as bloated:
        before = bloated.pid
        fault = fault_of(lambda: bloated.look(b"x" * 200_000))
        assert fault is not None
        assert fault.code == "decoder-failed"
        assert bloated.pid != before


@pytest.mark.covers("F62", "T20")
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGSTOP")
def test_a_stopped_decoder_is_replaced_at_the_deadline() -> None:
    with Decoder(deadline_s=0.5) as stopped:
        before = stopped.pid
        stopped._exchange(b"", 15.0)  # it is up
        stopped._greeted = True
        os.kill(before, signal.SIGSTOP)
        fault = fault_of(lambda: stopped.look(labels.matrix_png("A")))
        assert fault is not None
        assert fault.code == "decoder-failed"
        assert stopped.pid != before


@pytest.mark.covers("T20")
@pytest.mark.skipif(sys.platform != "linux", reason="limits are read from /proc")
def test_it_is_confined(decoder: Decoder) -> None:
    decoder.decode(labels.matrix_png("A"))
    limits = Path(f"/proc/{decoder.pid}/limits").read_text()
    rows = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()[1:]}
    assert rows["Max core file size"] == "0"
    assert rows["Max file size"] == "0"
    assert rows["Max address space"].isdecimal()
    assert rows["Max cpu time"].isdecimal()
    assert rows["Max processes"] == "0"
    status = Path(f"/proc/{decoder.pid}/status").read_text()
    assert "0" not in status.partition("Uid:")[2].split()[:4]
    assert status.partition("NoNewPrivs:")[2].split()[0] == "1"
    assert Path(f"/proc/{decoder.pid}/cwd").readlink() == Path("/")


@pytest.mark.covers("F62")
def test_tilted_bars_are_straightened(decoder: Decoder) -> None:
    code = Image.open(io.BytesIO(labels.code128_png("TUBE-4711", caption=" ")))
    tilted = code.convert("L").rotate(
        33, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC
    )
    out = io.BytesIO()
    tilted.save(out, "PNG")
    assert [each.raw for each in decoder.decode(out.getvalue())] == [b"TUBE-4711"]


def test_serve_in_this_process() -> None:
    source, out = io.BytesIO(), io.BytesIO()
    write_message(source, msgspec.msgpack.encode(Ask(labels.matrix_png("A"))))
    write_message(source, msgspec.msgpack.encode(Ask(b"\0" * 64, width=7)))
    write_message(source, msgspec.msgpack.encode(Ask(b"\xff" * 64, width=8, step=-1)))
    source.seek(0)
    asked: list[str] = []
    # Not allow_cpu: its limit would end this very process some seconds later.
    serve(source, out, lambda: asked.append("look"), time.monotonic_ns)
    assert len(asked) == 3
    out.seek(0)
    looks = [
        msgspec.msgpack.decode(read_message(out, MOST_BYTES) or b"", type=Look) for _ in range(4)
    ]
    assert [look.width for look in looks] == [0, 112, 0, 8]
    assert read_message(out, 10) is None


def test_messages_are_bounded() -> None:
    assert read_message(io.BytesIO(b"\0\0\1\0" + b"x" * 256), 255) is None
    assert read_message(io.BytesIO(b"\0\0\1\0x"), 256) is None
    source = io.BytesIO(b"x" * 50 + b"\nshort\n\n")
    assert [read_line(source, 10) for _ in range(4)] == [b"", b"short", b"", None]
