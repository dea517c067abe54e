"""Reading codes over frames: one step of the ladder a frame, and the votes of all of them."""

from __future__ import annotations

from typing import Protocol

from devices.looks import Look, Seen
from devices.votes import Accepted, Votes


class Looks(Protocol):
    """What a climb needs of :class:`devices.decoder.Decoder`."""

    def look(self, image: bytes, *, width: int = 0, step: int = -1, scene: bytes = b"") -> Look:
        """One step on one frame; DeviceFault."""
        ...


class Climb:
    """One request to read codes: the frames of it are fed one by one.

    The ladder goes on while frames bring nothing. It starts again when the scene changes, and after
    a hit on a moving picture; on a still one it goes on, since the same step would see the same.
    A frame on which the decoder failed is lost, its votes before are not.
    """

    def __init__(self, decoder: Looks) -> None:
        """At the foot of the ladder."""
        self._decoder = decoder
        self._votes = Votes()
        self._step = 0
        self._last = Look()
        self._scenes = 0
        self._image = b""

    @property
    def accepted(self) -> tuple[Accepted, ...]:
        """The codes that count as read so far."""
        return self._votes.accepted

    @property
    def unsure(self) -> tuple[Seen, ...]:
        """Weak codes that were read but not agreed on."""
        return self._votes.unsure

    def feed(self, image: bytes, *, width: int = 0) -> Look:
        """Take the next step on this frame. After a DeviceFault the climb may go on."""
        step, self._step = self._step, self._step + 1
        look = self._decoder.look(image, width=width, step=step, scene=self._last.scene)
        if look.changed:
            self._scenes += 1
            self._step = 1
        new = self._votes.add(look.codes, look.step, self._scenes)
        if new and self._image and image != self._image:
            self._step = 0
        self._image, self._last = image, look
        return look
