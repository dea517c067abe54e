"""A schema of a PostgreSQL database that is there for a while and then gone, whoever fails."""

from __future__ import annotations

import re
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from server.store.postgres_door import Door
from server.words import Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")


@contextmanager
def schema(url: str, password: str, name: str) -> Iterator[str]:
    """The address of the new schema ``name``; with all in it dropped at the end.

    Raises Refusal ``bad-database``, also for a role that may not make one, and ValueError for a
    name that needs quotes.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(name)
    with closing(Door(url, _nobody, password)) as door:
        try:
            door.do(f"CREATE SCHEMA {name}")
        except Fault as fault:
            raise Refusal("bad-database", why=fault.detail) from None
    try:
        between = "&" if "?" in url else "?"
        yield f"{url}{between}options=-csearch_path%3D{name}"
    finally:
        with closing(Door(url, _nobody, password)) as door:
            door.do(f"DROP SCHEMA {name} CASCADE")


def _nobody(_door: Door) -> None:
    """Nothing of ours is in the database yet: whoever writes into the schema looks at it."""
