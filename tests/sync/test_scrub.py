from __future__ import annotations

import pytest

from sync.faults import Fault
from sync.journal import Journal
from sync.scrub import SLICE, Scrub
from sync.sqlite import Database

DAY_S, ROUND_S = 86_400, 5


def fill(journal: Journal, count: int) -> None:
    journal.append_many([("test/record", {"number": number}) for number in range(count)])


def a_pass(scrub: Scrub) -> None:
    for _ in range(4):
        scrub.step()


def rot(database: Database, sql: str) -> None:
    """A disk changes what no program may change."""
    with database.write() as connection:
        connection.execute("DROP TRIGGER entry_fixed")
        connection.execute(sql)


def test_a_sound_journal_is_gone_through_again_and_again_while_it_grows(journal: Journal) -> None:
    scrub = Scrub(journal)
    fill(journal, 3 * SLICE)
    journal.attachments.put(b"one")
    for _ in range(12):
        scrub.step()
        journal.append("test/record", {})
    assert scrub.passes >= 2


@pytest.mark.covers("F13")
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE entry SET data = zeroblob(9) WHERE idx = 100",
        "UPDATE entry SET leaf = zeroblob(32) WHERE idx = 150",
        "UPDATE attachment SET data = x'00'",
    ],
)
def test_what_rots_is_found_within_a_pass(journal: Journal, database: Database, sql: str) -> None:
    fill(journal, 3 * SLICE)
    journal.attachments.put(b"one")
    rot(database, sql)
    scrub = Scrub(journal)
    with pytest.raises(Fault, match="damaged"):
        a_pass(scrub)
    assert scrub.passes == 0


@pytest.mark.covers("A06", "F13")
def test_an_entry_rewritten_with_its_leaf_hash_is_found_at_the_end_of_the_pass(
    journal: Journal, database: Database
) -> None:
    fill(journal, 2 * SLICE)
    rot(database, "UPDATE entry SET (leaf, data) = (SELECT leaf, data FROM entry WHERE idx = 8)"
        " WHERE idx = 9")  # fmt: skip
    scrub = Scrub(journal)
    with pytest.raises(Fault, match="not those that were signed"):
        a_pass(scrub)


@pytest.mark.covers("F13")
def test_a_day_is_enough_for_a_million_records() -> None:
    assert SLICE * DAY_S // ROUND_S >= 1_000_000
