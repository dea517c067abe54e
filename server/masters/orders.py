"""Work masters on their way to approval, and job orders that pin one revision of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from forms.codec import canonical as canonical_form
from forms.codec import decode_master, digest
from forms.identifiers import printable
from forms.rights import RIGHTS, Action
from forms.workpack import ApprovedMaster, JobOrder
from server.masters.catalogue import body_of
from server.words import Refusal
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from forms.masters import WorkMaster
    from server.log.book import Book
    from server.people.directory import Acting
    from server.store.protocol import Row


OPEN = ("dispatched", "running", "complete")
"""What a job order may be while its lot is not decided on."""


class WorkMasters:
    """The register of work masters: proposed, checked, approved; three signatures."""

    def __init__(self, book: Book) -> None:
        """Over the book."""
        self._book, self._store = book, book.store
        self.changed: Callable[[str, int, int, Acting], None] = _nothing
        """Called in the same unit when a revision is approved: master, revision, leaf, by whom."""

    def propose(self, master: WorkMaster, acting: Acting) -> str:
        """Store a new revision and its author's signature; the digest. Revisions only go up."""
        newest = self._store.newest("masters", id=master.id)
        if newest is not None and master.revision <= newest["revision"]:
            name = f"{master.id} revision {master.revision}"
            raise Refusal("exists", what="work master", name=name)
        key = digest(master)
        with self._book.unit():
            if self._store.one("documents", sha256=key) is None:
                data = canonical_form(master)
                self._store.add("documents", {"sha256": key, "kind": "master", "data": data})
            self._sign("master.proposed", master.id, master.revision, key, acting)
        return key

    def check(self, master_id: str, revision: int, acting: Acting) -> None:
        """A second person's check (supervisor or quality); not the author's."""
        row = self._due(master_id, revision, "proposed")
        acting.must(Action.CHECK)
        self._other(acting, row["proposed_by"])
        self._sign("master.checked", master_id, revision, row["digest"], acting)

    def approve(self, master_id: str, revision: int, acting: Acting) -> None:
        """Quality's approval; not the author's. From now on job orders may use it."""
        row = self._due(master_id, revision, "checked")
        acting.must(Action.APPROVE)
        self._other(acting, row["proposed_by"])
        with self._book.unit():
            leaf = self._sign("master.approved", master_id, revision, row["digest"], acting)
            self.changed(master_id, revision, leaf, acting)

    def newest_approved(self, master_id: str) -> str:
        """The digest of the newest approved revision; Refusal if there is none."""
        rows = self._store.rows("masters", id=master_id, status="approved")
        if not rows:
            raise Refusal("not-found", what="approved work master", name=master_id)
        return str(rows[-1]["digest"])

    def approved(self, key: str) -> ApprovedMaster:
        """The approved master of a digest; Refusal if unknown or not approved."""
        row = self._store.one("masters", digest=key, status="approved")
        document = self._store.one("documents", sha256=key)
        if row is None or document is None:
            raise Refusal("not-found", what="approved work master", name=key[:12])
        return _approved(row, document["data"])

    def all(self) -> list[Row]:
        """Every revision and where it stands."""
        return self._store.rows("masters")

    def _due(self, master_id: str, revision: int, status: str) -> Row:
        row = self._store.one("masters", id=master_id, revision=revision)
        if row is None:
            raise Refusal("not-found", what="work master", name=f"{master_id} {revision}")
        if row["status"] != status:
            name = f"{master_id} {revision}"
            raise Refusal("wrong-state", what="work master", name=name, state=row["status"])
        return row

    def _other(self, acting: Acting, author: str) -> None:
        if acting.person.id == author:
            raise Refusal("two-persons", classes=", ".join(RIGHTS[Action.APPROVE]))

    def _sign(self, kind: str, master_id: str, revision: int, key: str, acting: Acting) -> int:
        body = {"id": master_id, "revision": revision, "digest": key}
        return self._book.state(kind, body, (acting.sign(kind, body),))


def _nothing(_master: str, _revision: int, _leaf: int, _acting: Acting) -> None:
    """Where nothing rests on it."""


def _approved(row: Row, data: bytes) -> ApprovedMaster:
    signers = tuple(row[name] for name in ("proposed_by", "checked_by", "approved_by"))
    return ApprovedMaster(
        digest=row["digest"],
        master=decode_master(data),
        approved_by=signers,
        effective_from=datetime.fromisoformat(row["approved_at"]),
    )


class Orders:
    """Job orders: dispatched once, never changed."""

    def __init__(self, book: Book, masters: WorkMasters) -> None:
        """Over the book and the register of work masters."""
        self._book, self._store, self._masters = book, book.store, masters

    def dispatch(self, order: JobOrder, acting: Acting) -> None:
        """Dispatch a job order; its master must be approved, id, lot and serials be new."""
        acting.must(Action.DISPATCH)
        if self._store.one("orders", id=order.id) is not None:
            raise Refusal("exists", what="job order", name=order.id)
        master = self._masters.approved(order.work_master)
        if len(set(order.serials)) != order.units:
            raise Refusal("bad-request", why=f"{order.units} different serial numbers are needed")
        _refuse_unprintable(order)
        self._refuse_taken(order, master.master.product.item)
        body = body_of(order)
        self._book.state("order.dispatched", body, (acting.sign("order.dispatched", body),))

    def order(self, job_id: str) -> JobOrder:
        """The order of that id; Refusal if unknown."""
        row = self._store.one("orders", id=job_id)
        if row is None:
            raise Refusal("not-found", what="job order", name=job_id)
        return _order(row)

    def open(self) -> tuple[JobOrder, ...]:
        """Every order whose lot is neither released nor rejected, by id."""
        rows = [row for status in OPEN for row in self._store.rows("jobs", status=status)]
        return tuple(self.order(job) for job in sorted(str(row["id"]) for row in rows))

    def _refuse_taken(self, order: JobOrder, item: str) -> None:
        if self._is_taken("lot", order.lot, item):
            raise Refusal("exists", what="lot", name=f"{item}/{order.lot}")
        for serial in sorted(order.serials):
            if self._is_taken("serial", serial, item):
                raise Refusal("exists", what="serial", name=serial)

    def _is_taken(self, kind: str, value: str, item: str) -> bool:
        """Whether a number was allotted by an order for the same item."""
        jobs = (row["job"] for row in self._store.rows("allotted", kind=kind, value=value))
        masters = (self._masters.approved(self.order(job).work_master).master for job in jobs)
        return any(master.product.item == item for master in masters)


def _refuse_unprintable(order: JobOrder) -> None:
    """A lot or serial number that no label can carry would stop the work at the printer."""
    for ai, value in (("10", order.lot), *(("21", serial) for serial in order.serials)):
        if findings := printable(ai, value):
            raise Refusal("bad-request", why=f"no label can carry {value!r}: {findings[0]}")


def _order(row: Row) -> JobOrder:
    return msgspec.convert(canonical.loads(row["data"]), JobOrder)
