"""Modbus bytes to frames by their length: the protocol has no terminator."""

from __future__ import annotations

from devices.framing import Broken

_HEAD_RTU, _HEAD_TCP = 3, 6
_READS = (3, 4)
_EXCEPTION = 0x80
_EXCEPTION_BYTES = 5
_LEAST_TCP, _MOST_TCP = 3, 254


class RtuFrames:
    """Answers to register reads on a serial line. Raises nothing; keeps at most 260 bytes."""

    def __init__(self) -> None:
        """Start empty."""
        self._buffer = bytearray()

    def feed(self, data: bytes, now_ns: int) -> list[bytes | Broken]:  # noqa: ARG002 - no deadline
        """The whole frames; bytes that begin no answer end everything received so far."""
        self._buffer += data
        found: list[bytes | Broken] = []
        while 0 < (length := self._length()) <= len(self._buffer):
            found.append(bytes(self._buffer[:length]))
            del self._buffer[:length]
        if length < 0:
            found.append(Broken("garbled", bytes(self._buffer)))
            self._buffer.clear()
        return found

    def reset(self) -> None:
        """Forget everything."""
        self._buffer.clear()

    @property
    def pending(self) -> bool:
        """Whether part of a frame is there."""
        return bool(self._buffer)

    def _length(self) -> int:
        """Bytes of the frame under way; 0: not known yet; -1: this is no answer."""
        if len(self._buffer) < _HEAD_RTU:
            return 0
        function, size = self._buffer[1], self._buffer[2]
        if function & _EXCEPTION:
            return _EXCEPTION_BYTES if function & ~_EXCEPTION in _READS else -1
        return _EXCEPTION_BYTES + size if function in _READS and not size % 2 else -1


class TcpFrames(RtuFrames):
    """Answers with an MBAP header."""

    def _length(self) -> int:
        if len(self._buffer) < _HEAD_TCP:
            return 0
        protocol = int.from_bytes(self._buffer[2:4], "big")
        length = int.from_bytes(self._buffer[4:6], "big")
        return _HEAD_TCP + length if not protocol and _LEAST_TCP <= length <= _MOST_TCP else -1
