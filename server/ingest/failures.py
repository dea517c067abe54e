"""The one place where a bug met by a single record is caught, so that no record stops a log.

The record stays byte for byte. It is set aside with an alarm that names it, blocks release, and
the bug is logged with its traceback. Trouble of the disk is not the record's and goes on up.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

import msgspec

from server.store.protocol import Unfit
from server.words import Refusal
from sync.faults import Fault
from sync.sqlite import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.store.protocol import Store

T = TypeVar("T")
LOG = logging.getLogger("lotbook.server")


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that is kept but has no meaning here."""

    origin: str
    index: int
    leaf: str
    why: str


class Failures:
    """Entries of this unit that could not be read, or on which the software failed."""

    def __init__(self, store: Store) -> None:
        """``store`` knows which entries were set aside before."""
        self._store = store
        self._found: dict[tuple[str, int], SetAside] = {}

    def attempt(self, origin: str, index: int, leaf: str, work: Callable[[], T]) -> T | None:
        """What ``work`` on that entry gives; None if it met a bug (then the entry is set aside)."""
        try:
            return work()
        except Unfit as error:  # what it says is not what a column holds: the record's own trouble
            self.unread(origin, index, leaf, str(error))
            return None
        except (DatabaseError, Fault, Refusal):
            raise
        except Exception as bug:
            # Whatever is wrong with the code is wrong for this one record only: the others of the
            # log, and all other stations, must get through.
            LOG.exception("record %s#%d was kept, but working on it failed", origin, index)
            self.unread(origin, index, leaf, f"software failure: {type(bug).__name__}")
            return None

    def unread(self, origin: str, index: int, leaf: str, why: str) -> None:
        """Set an entry aside."""
        found = SetAside(origin=origin, index=index, leaf=leaf, why=why[:200])
        self._found.setdefault((origin, index), found)

    def take(self) -> list[SetAside]:
        """What was set aside since the last call and never before, in log order."""
        found, self._found = self._found, {}
        return [one for at, one in sorted(found.items()) if not self._known(*at)]

    def forget(self) -> None:
        """The unit failed: nothing found in it stands. Asks the store nothing."""
        self._found = {}

    def _known(self, origin: str, index: int) -> bool:
        return self._store.one("quarantine", origin=origin, idx=index) is not None
