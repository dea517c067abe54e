"""The door to the decoder process: one question at a time, a deadline, a fresh process after.

A picture that crashes, hangs or bloats the decoder costs that picture only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import BinaryIO, Self, cast

import msgspec

from devices.climb import Climb
from devices.faults import DeviceFault
from devices.looks import MOST_BYTES, MOST_PIXELS, STEPS, Ask, Look, Seen
from devices.messages import read_message, write_message

COMMAND = (sys.executable, "-m", "devices.decoder_worker")

_MOST_ANSWER = 1024 * 1024

_START_S = 15.0
"""Longest start of the process (loading libraries on a busy machine), seconds."""


class Decoder:
    """Owns the decoder process. Safe to use from several threads."""

    def __init__(self, command: Sequence[str] = COMMAND, *, deadline_s: float = 1.0) -> None:
        """Start the process at once; it loads its libraries while nobody waits."""
        self._command = tuple(command)
        self._deadline_s = deadline_s
        self._lock = threading.Lock()
        self._answers = msgspec.msgpack.Decoder(Look)
        self._greeted = False
        self._process = self._spawn()
        self.restarts = 0

    @property
    def pid(self) -> int:
        """Process id of the present decoder."""
        return self._process.pid

    def look(self, image: bytes, *, width: int = 0, step: int = -1, scene: bytes = b"") -> Look:
        """What a picture file or (with ``width``) grey pixels show; a negative step: no codes.

        Faults: ``picture-unusable``; ``decoder-failed`` when it crashed or took too long (it is
        being restarted when this is raised).
        """
        if not 0 < len(image) <= MOST_BYTES:
            raise DeviceFault("picture-unusable", f"{len(image)} bytes")
        question = msgspec.msgpack.encode(Ask(image, width, step, scene))
        with self._lock:
            if not self._greeted:
                self._exchange(b"", _START_S)
                self._greeted = True
            answer = self._exchange(question, self._deadline_s)
        if not answer.width:
            raise DeviceFault("picture-unusable")
        return answer

    def decode(self, image: bytes, *, width: int = 0) -> list[Seen]:
        """The codes of a still picture, by all steps of the ladder; faults as for :meth:`look`."""
        climb = Climb(self)
        for _ in STEPS:
            climb.feed(image, width=width)
        return [each.seen for each in climb.accepted]

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        self.close()

    def _exchange(self, question: bytes, deadline_s: float) -> Look:
        """Write, read, under a deadline: a timer kills the process, which ends both pipes."""
        killer = threading.Timer(deadline_s, self._process.kill)
        killer.daemon = True
        killer.start()
        try:
            if question:
                write_message(cast("BinaryIO", self._process.stdin), question)
            data = read_message(cast("BinaryIO", self._process.stdout), _MOST_ANSWER)
            # no answer (it ended, or was ended by the timer) is no MessagePack either
            return self._answers.decode(data or b"")
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            self._end()
            self._process = self._spawn()
            self._greeted = False
            self.restarts += 1
            raise DeviceFault("decoder-failed", str(error)) from error
        finally:
            killer.cancel()

    def _spawn(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own program
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # OpenCV reads it once, while it is loaded
            env={**os.environ, "OPENCV_IO_MAX_IMAGE_PIXELS": str(MOST_PIXELS)},
        )

    def _end(self) -> None:
        process = self._process
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is None:
                continue
            try:
                pipe.close()
            except OSError:
                # unsent bytes to a dead process: nothing to save
                continue
