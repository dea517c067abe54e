"""The decoder process: ``python -m devices.decoder_worker``, questions on stdin, answers on stdout.

Each message is a 4-byte big-endian length and MessagePack. The process gives up what it does not
need before it looks at the first byte of a picture: privileges, memory, files, new processes,
core dumps. Its starter bounds what a small file may unpack to (``OPENCV_IO_MAX_IMAGE_PIXELS``).
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from typing import BinaryIO

import cv2
import msgspec

from devices.clock import SystemClock
from devices.looks import MOST_BYTES, Ask, Look
from devices.messages import read_message, write_message
from devices.vision import look, warm

MEMORY = 2 * 1024**3
"""Address space, bytes: the libraries alone map most of a gigabyte."""

CPU_S = 3
"""CPU seconds a question may take at most before the kernel ends the process."""

_NOBODY = 65_534
_NO_NEW_PRIVILEGES = 38
"""``PR_SET_NO_NEW_PRIVS`` of ``linux/prctl.h``: no program it starts could gain any."""
_LIMIT = MOST_BYTES + 1024


def confine() -> None:
    """Drop privileges and set limits; where the platform has no such limits, the deadline rules."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    os.chdir("/")
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def allow_cpu() -> None:
    """Give the process ``CPU_S`` more seconds from what it has used so far."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + CPU_S
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def serve(
    source: BinaryIO,
    out: BinaryIO,
    before: Callable[[], None],
    elapsed_ns: Callable[[], int],
) -> None:
    """Say hello, then answer until the other side closes; ``before`` runs before each look."""
    decoder = msgspec.msgpack.Decoder(Ask)
    write_message(out, msgspec.msgpack.encode(Look()))
    while (data := read_message(source, _LIMIT)) is not None:
        before()
        answer = look(decoder.decode(data), elapsed_ns)
        write_message(out, msgspec.msgpack.encode(answer))


def main() -> None:
    """Confine, then serve."""
    cv2.setNumThreads(1)
    confine()
    warm()
    serve(sys.stdin.buffer, sys.stdout.buffer, allow_cpu, SystemClock().monotonic_ns)


if __name__ == "__main__":
    main()
