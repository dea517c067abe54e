"""The book: the one door through which truth grows, and what is signed about it.

A *unit* is one transaction: its leaves are appended, folded into the projections, and closed by
a checkpoint signed with the server's key. A checkpoint is signed only if the tree still holds
what the last one said, in the database and in the memory file beside it; otherwise the book is
in *recovery* and signs nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from server.log.alarmed import open_alarms
from server.log.leaves import By, Statement, decode, entry_leaves
from server.log.said import stated
from server.log.signed import refuse_stale
from server.log.tree import Tree
from server.log.trees import Trees
from server.sayings_alarms import ALARMS
from server.words import Refusal
from sync import canonical
from sync.checkpoint import Checkpoint
from sync.merkle import leaf_hash
from sync.succession import KIND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from server.log.memory import Memory
    from server.store.protocol import Row, Store
    from sync.keys import Signer


_SIGNED = ("checkpoints",)
"""What the newest checkpoint is read from, and remembered by."""


class Projector(Protocol):
    """Folds leaves into projections, in their order; pure over the store's truth."""

    @property
    def cursor(self) -> int:
        """How many leaves are folded."""

    @property
    def busy(self) -> bool:
        """True while it folds: what it then reads is what it has folded so far."""

    def fold(self, stop: int, newest: bytes = b"") -> None:
        """Fold the leaves from the cursor to ``stop`` (not included).

        ``newest``: the bytes of the last of them, from who has them: it need not be read back.
        """

    def settle(self) -> list[tuple[str, dict[str, Any]]]:
        """Recompute what several leaves touched (job orders); statements to make."""

    def forget(self) -> None:
        """The unit failed: nothing it touched stands."""


class Book:
    """The global log over a store. All calls from one thread."""

    def __init__(
        self,
        *,
        store: Store,
        signer: Signer,
        origin: str,
        clock: Callable[[], datetime],
        projector: Projector,
        memory: Memory,
    ) -> None:
        """Open the book ``origin`` (the first name on its checkpoints) over ``store``."""
        self.store, self.name, self.clock = store, origin, clock
        self.tree, self.trees = Tree(store), Trees(store)
        self._signer, self._projector, self.memory = signer, projector, memory
        self._depth = 0
        self._kinds: set[str] = set()
        self.after_unit: Callable[[set[str]], None] | None = None
        """Called with the kinds of leaves of every unit that is durable."""
        self.recovery = False
        newest = self.checkpoint()
        self.origin = str(newest["note"]).partition("\n")[0] if newest else origin
        """The name on its checkpoints now: of a later epoch once it was gone on with."""
        self.recheck()

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return self.tree.size()

    def root_at(self, size: int) -> str | None:
        """Root (hex) of the first ``size`` leaves; None if there are fewer."""
        return self.tree.root(size).hex() if 0 < size <= self.size else None

    @contextmanager
    def unit(self) -> Iterator[None]:
        """One transaction; a checkpoint is signed when the outermost unit added leaves."""
        if self._depth:
            yield
            return
        before, self._depth = self.size, 1
        self._kinds = set()
        try:
            with self.store.transaction():
                yield
                self._settle()
                if self.size > before:
                    self._sign()
        except BaseException:
            self._forget()
            raise
        finally:
            self._depth = 0
        if self.size > before:
            self.memory.remember(self.size, self.tree.root(self.size).hex())
            if self.after_unit is not None:
                self.after_unit(self._kinds)

    def add_entries(
        self, origin: str, start: int, leaf_hashes: Sequence[bytes], received_at: datetime
    ) -> None:
        """Append the references of entries whose bytes are already stored; folded later."""
        self._grow("entry", entry_leaves(origin, start, leaf_hashes, received_at))

    def state(self, kind: str, body: dict[str, Any], by: tuple[By, ...] = ()) -> int:
        """Append a statement, now; its global index.

        What came before it is folded before it, and it is folded at once; except that what the
        fold itself states waits for its turn when there are leaves before it. Refusal
        ``sign-in-failed`` for who signed by a key that is no longer theirs.
        """
        data = Statement(kind=kind, at=self.clock(), body=body, by=by).encode()
        with self.unit():
            self.catch_up()
            refuse_stale(self.store, kind, body, by)
            index = self._grow(kind, [data])
            if self._projector.cursor == index:
                self._projector.fold(index + 1, data)
            stated(index)
            return index

    @property
    def behind(self) -> int:
        """How many leaves are not folded into the projections yet."""
        return self.size - self._projector.cursor

    @property
    def settled(self) -> int | None:
        """How many leaves what is read now rests on; None while it is being folded."""
        return None if self._projector.busy or self.behind else self.size

    def waiting(self, kind: str) -> list[dict[str, Any]]:
        """Bodies of the statements of a kind that are in the log but not folded yet."""
        rows = self.store.rows("leaves", kind=kind, start=self._projector.cursor)
        leaves = [decode(row["data"]) for row in rows]
        return [leaf.body for leaf in leaves if isinstance(leaf, Statement)]

    def catch_up(self, most: int | None = None) -> None:
        """Fold what is behind, at most so many leaves; harmless at any time.

        In recovery nothing is folded: what the fold has to state could not be signed.
        """
        if self.recovery or self._projector.busy or not self.behind:
            return
        with self.unit():
            folded = self._projector.cursor
            self._projector.fold(self.size if most is None else min(self.size, folded + most))
            self._settle()

    def _settle(self) -> None:
        for kind, body in self._projector.settle():
            self.state(kind, body)

    def regrow(
        self,
        leaves: Sequence[bytes],
        signed: Checkpoint,
        note: str,
        beside: Callable[[], None],
        after: Callable[[], None],
    ) -> None:
        """Recovery: put back leaves that lead to ``signed``, and sign on from there.

        All of it or nothing, in memory too; ``beside`` writes what is put back with them,
        ``after`` states what is said of it. There is no transaction around this.
        """
        first, before, self._depth = self.size, self.origin, 1
        kinds = [str(canonical.loads(data)["kind"]) for data in leaves]
        self._kinds = set(kinds)
        try:
            with self.store.transaction():
                beside()
                self.tree.extend([leaf_hash(data) for data in leaves])
                rows = list(zip(range(first, signed.size), kinds, leaves, strict=True))
                self.store.add_rows("leaves", rows)
                self._keep_checkpoint(signed.size, signed.root, note)
                self.recovery, self.origin = False, signed.origin
                self.refold(lambda: self._projector.fold(self.size))
                after()
                self._sign()
        except BaseException:
            self._forget()
            self.recovery, self.origin = True, before
            raise
        finally:
            self._depth = 0
        self.memory.remember(self.size, self.tree.root(self.size).hex())
        if self.after_unit is not None:
            self.after_unit(self._kinds)

    def go_on(self, body: dict[str, Any], by: tuple[By, ...]) -> None:
        """Recovery: sign on from what is here, under another name; the first statement says why."""
        before = self.origin
        self.recovery, self.origin = False, str(body["origin"])
        try:
            with self.unit():
                self.state(KIND, body, by)
                lost = max(0, body["signed"]["size"] - body["kept"]["size"])
                self.alarm("log-continued", self.origin, lost=lost, reason=body["reason"])
        except BaseException:
            self.recovery, self.origin = True, before
            raise

    def remembered(self) -> Checkpoint | None:
        """What the second memory says was signed, if it is more than is here; None if not."""
        found = self.memory.recall()
        if found is None or self._holds(*found):
            return None
        return Checkpoint(self.origin, found[0], bytes.fromhex(found[1]))

    def refold(self, fold: Callable[[], None]) -> None:
        """Fold what was in the log before: what that calls for is stated unless it was."""
        with self.unit():
            fold()
            for kind, body in self._projector.settle():
                place = {"code": body.get("code"), "about": body.get("about")}
                if kind != "alarm.raised" or self.store.one("alarms", **place) is None:
                    self.state(kind, body)

    def alarm(self, code: str, about: str, **params: str | int) -> int:
        """Raise an alarm of :data:`ALARMS`: it stays open until a person closes it."""
        if code not in ALARMS:
            raise KeyError(code)
        return self.state("alarm.raised", {"code": code, "about": about, "params": params})

    def alarm_unless_open(self, code: str, about: str, **params: str | int) -> None:
        """Raise an alarm, unless the same is open; one of another ``episode`` is not the same."""
        found = [canonical.loads(row["params"]) for row in open_alarms(self.store, code, about)]
        if not any(one.get("episode") == params.get("episode") for one in found):
            self.alarm(code, about, **params)

    def checkpoint(self) -> Row | None:
        """The newest signed checkpoint: size, root, note; None before the first."""
        return self.store.newest("checkpoints")

    def cosigned(self) -> tuple[Row, list[Row]] | None:
        """The newest checkpoint with cosignatures, and those lines; None if there is none."""
        newest = self.store.newest("cosignatures")
        if newest is None:
            return None
        checkpoint = self.store.one("checkpoints", size=newest["size"])
        if checkpoint is None:
            return None
        return checkpoint, self.store.rows("cosignatures", size=newest["size"])

    def keep_cosignature(self, checkpoint: Checkpoint, name: str, line: str) -> None:
        """Keep a witness's cosignature line; Refusal unless the checkpoint is one signed here."""
        row = self.store.one("checkpoints", size=checkpoint.size)
        if row is None or row["root"] != checkpoint.root.hex():
            raise Refusal("bad-request", why="this checkpoint was never signed here")
        if self.store.one("cosignatures", size=checkpoint.size, name=name) is not None:
            return
        fresh = {"size": checkpoint.size, "name": name, "line": line}
        with self.store.transaction():
            self.store.add("cosignatures", fresh | {"received_at": self.clock().isoformat()})

    def _grow(self, kind: str, leaves: Sequence[bytes]) -> int:
        """Append leaves; the global index of the first."""
        if self.recovery:
            raise Refusal("server-recovery", status=503)
        first = self.size
        self.tree.extend([leaf_hash(data) for data in leaves])
        rows = [(index, kind, data) for index, data in enumerate(leaves, first)]
        self.store.add_rows("leaves", rows)
        self._kinds.add(kind)
        return first

    def _forget(self) -> None:
        """The unit failed: nothing of it stands. Nothing is asked of the store now."""
        self.tree.forget()
        self.trees.forget()
        self._projector.forget()

    def _sign(self) -> None:
        last = self.store.derived(_SIGNED, _SIGNED, self.checkpoint)
        if last is not None and self.tree.root(last["size"]).hex() != last["root"]:
            self.recovery = True
            raise Refusal("server-recovery", status=503)
        size = self.size
        root = self.tree.root(size)
        note = Checkpoint(origin=self.origin, size=size, root=root).sign(self._signer)
        self._keep_checkpoint(size, root, note)

    def _keep_checkpoint(self, size: int, root: bytes, note: str) -> None:
        signed_at = self.clock().isoformat()
        row = {"size": size, "root": root.hex(), "note": note, "signed_at": signed_at}
        self.store.add("checkpoints", row)
        self.store.derived(_SIGNED, _SIGNED, lambda: row)  # until anybody else writes one

    def recheck(self) -> None:
        """In recovery or not, by what the database and the second memory say."""
        self.recovery = not self.consistent()

    def consistent(self) -> bool:
        """Whether here is all that the database and the second memory say was signed."""
        last, remembered = self.checkpoint(), self.memory.recall()
        for size, root in [(last["size"], last["root"])] if last else []:
            if size > self.size or self.tree.root(size).hex() != root:
                return False
        return remembered is None or self._holds(*remembered)

    def _holds(self, size: int, root: str) -> bool:
        return size <= self.size and (size == 0 or self.tree.root(size).hex() == root)
