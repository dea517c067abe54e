"""After a drain: the server's newest checkpoint is verified, kept, cosigned, and searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.faults import Fault

if TYPE_CHECKING:
    from sync.checkpoint import Checkpoint
    from sync.own_leaves import OwnLeaves
    from sync.protocol import SyncService
    from sync.rescue import Rescue
    from sync.succession import Succession
    from sync.witness import Witness
    from sync.writer import OnWriter

CONTRADICTED = frozenset({"server-log-forked", "server-log-rolled-back"})
"""The checkpoint is not consistent with the one seen before."""


class Observer:
    """What a station does as a witness in every round. Any thread, by ``on_writer``."""

    def __init__(
        self,
        service: SyncService,
        witness: Witness,
        rescue: Rescue | None,
        succession: Succession,
        own: OwnLeaves,
        on_writer: OnWriter,
    ) -> None:
        """``rescue`` keeps the log for the server, if this station does."""
        self._service, self._witness, self._rescue = service, witness, rescue
        self._succession, self._own, self._on_writer = succession, own, on_writer

    def run(self, *, keep: bool) -> int:
        """Size of the checkpoint verified and cosigned; ``keep``: as a keeper. Raises Fault."""
        witness, note = self._witness, self._service.checkpoint()
        checkpoint = witness.read(note)
        try:
            self._follow(note, checkpoint, keep=keep)
        except Fault as fault:
            if fault.code in CONTRADICTED:
                self._show_what_was_seen()
            raise
        self._own.prove(checkpoint)
        return checkpoint.size

    def _follow(self, note: str, checkpoint: Checkpoint, *, keep: bool) -> None:
        witness = self._witness
        self._succession.heed(note)
        if keep and self._rescue is not None:
            self._rescue.keep(checkpoint)  # first kept, then known: what is known can come back
        sizes = self._on_writer(lambda: witness.needs_proof(note))
        proof = self._service.consistency(*sizes) if sizes is not None else ()
        cosigned = self._on_writer(lambda: witness.observe(note, proof))
        self._service.cosign(cosigned)

    def _show_what_was_seen(self) -> None:
        """Its own signature tells an honest server that it was put back, and signed on since."""
        seen = self._on_writer(self._witness.newest)
        if seen is not None:
            self._service.present(seen)
