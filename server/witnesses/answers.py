"""What a witness can answer to a checkpoint, and who asks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from server.witnesses.outsiders import Outsider
    from sync.tlog_witness import AddCheckpoint


class Cosigned(NamedTuple):
    """The signature line, and when (seconds since 1970) the witness made it."""

    line: str
    seconds: int


class Behind(NamedTuple):
    """The witness last cosigned another size: the proof must begin there."""

    size: int


class Declined(NamedTuple):
    """The witness refuses: status and its words."""

    status: int
    why: str


class Unreached(NamedTuple):
    """No answer, or none of a witness: try again later."""

    why: str


WitnessAnswer = Cosigned | Behind | Declined | Unreached


class Asker(Protocol):
    """Reaches witnesses over the network (:mod:`server.integrate.witness_client`)."""

    async def submit(self, outsider: Outsider, asked: AddCheckpoint) -> WitnessAnswer:
        """Hand in a checkpoint; the answer, its cosignature verified."""

    async def newest(self, outsider: Outsider, origin: str) -> str | None:
        """The newest checkpoint it remembers of ``origin``; None if it does not say."""
