"""What a statement names may be larger than a tail: keepers go on with what fits."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import nacl.utils
import pytest

from sync.tail import TAIL_LIMIT
from tests.server.test_recovery import Site, drained, site_at


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with site_at(tmp_path) as one:
        yield one


@pytest.mark.covers("F41", "F72")
def test_a_document_that_no_tail_holds_stops_no_keeper(site: Site) -> None:
    """The scope of a large recall, say."""
    one, two = site.plant.station("ST-01"), site.plant.station("ST-02")
    one.work("JO-1")
    drained(one, two)
    site.backup()
    parts = site.plant.parts
    for size in (20, TAIL_LIMIT + 1):
        data = nacl.utils.random(size)
        name = sha256(data).hexdigest()
        with parts.book.unit():
            row = {"sha256": name, "kind": "recall-scope", "data": data}
            parts.store.add("documents", row)
            parts.book.state("command.run", {"result": "done", "notices": [["Clinic", name]]})
    drained(one, two)
    size = parts.book.size
    newest = parts.book.checkpoint()
    assert newest is not None
    seen = one.witness.seen()
    assert seen is not None
    assert seen.size >= size
    site.restore()
    drained(two, one)
    parts = site.plant.parts
    assert not parts.book.recovery
    assert parts.book.tree.root(newest["size"]).hex() == newest["root"]
    assert parts.store.count("documents", kind="recall-scope") == 1, "the small one is back"
    one.close()
    two.close()
