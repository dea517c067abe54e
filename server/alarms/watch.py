"""Looking, while the server runs: its clock, facts left beside it, and the rules of alarms."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from server.alarms.rules import RULES, world_of
from server.audit import spool
from server.audit.program import Steps
from server.log.alarmed import open_alarms
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from server.alarms.rules import Condition, Rule
    from server.log.book import Book
    from server.store.protocol import Row
    from sync.clock import Clock

LOG = logging.getLogger("lotbook.server")
EVERY = timedelta(minutes=1)
ENDED = "alarm.ended"
"""Kind of the statement that what an alarm was raised for is over; nobody signs a fact."""


class Watch:
    """Raises what the rules find, once, and ends what is over."""

    def __init__(
        self,
        book: Book,
        folder: Path,
        clock: Clock,
        rules: Sequence[Rule] = RULES,
    ) -> None:
        """Over the book; ``folder``: where facts are left beside it."""
        self._book, self._store = book, book.store
        self._folder, self._rules = folder, rules
        self._steps = Steps(book, clock)
        self._last: datetime | None = None

    def look(self) -> None:
        """Every few seconds; the rules once a minute. In recovery nothing can be signed."""
        if self._book.recovery:
            return
        self._steps.look()
        spool.take(self._folder, self._book)
        now = self._book.clock()
        if self._last is None or not timedelta(0) <= now - self._last < EVERY:
            self._last = now
            self.judge()

    def judge(self) -> None:
        """Apply every rule to what is known now."""
        world = world_of(self._store, self._book.clock())
        for rule in self._rules:
            self._apply(
                rule, {rule.matter(one.about, one.episode): one for one in rule.find(world)}
            )

    def _apply(self, rule: Rule, found: dict[tuple[str, str], Condition]) -> None:
        known = {
            rule.matter(row["about"], _episode(row)): row
            for row in open_alarms(self._store, rule.code)
        }
        for matter, one in found.items():
            if matter not in known and not self._told(rule.code, one):
                self._book.alarm(rule.code, one.about, episode=one.episode, count=one.count)
        for matter, row in known.items():
            if rule.ends == "fact" and matter not in found:
                self._book.state(ENDED, {"alarm": row["idx"], "code": rule.code})

    def _told(self, code: str, one: Condition) -> bool:
        """Whether an alarm told of this time before; somebody closed it."""
        rows = self._store.rows("alarms", code=code, about=one.about)
        return any(_episode(row) == one.episode for row in rows)


def _episode(row: Row) -> str:
    return str(canonical.loads(row["params"]).get("episode", ""))
