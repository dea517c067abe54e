"""Tokens of sign-ins begun: good once, and whoever begins without end ends only their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from server.people import tries
from server.people.tries import Tries, begun, is_begun, person_of, waiting
from tests.server.plant import Plant


class Moving:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


@pytest.fixture
def clock() -> Moving:
    return Moving()


@pytest.fixture
def door(plant: Plant, clock: Moving, monkeypatch: pytest.MonkeyPatch) -> Tries:
    monkeypatch.setattr(tries, "MOST_TRIES", 8)
    numbers = count()
    return Tries(plant.parts.store, clock, lambda n: next(numbers).to_bytes(n, "big"))


@pytest.mark.covers("T34")
def test_a_flood_from_one_address_closes_the_door_to_nobody(door: Tries) -> None:
    mine = door.once(begun("10.0.0.7"))
    half = door.once(waiting("P-OP"))
    flood = [door.once(begun("10.0.0.66")) for _ in range(50)]
    net = [door.once(begun(f"2001:db8::{n:x}")) for n in range(50)]
    assert door._store.count("nonces") <= 8
    assert is_begun(door.used(mine))
    assert person_of(door.used(half)) == "P-OP"
    assert door.used(flood[0]) == door.used(net[0]) == ""
    assert is_begun(door.used(net[-1])), "the newest of each is good"


def test_a_token_is_good_once_and_for_a_time(door: Tries, clock: Moving) -> None:
    token = door.once(begun("a name"))
    assert (is_begun(door.used(token)), door.used(token)) == (True, "")
    late = [door.once(waiting("P-OP")) for _ in range(8)]
    clock.at += tries.TRY_FOR
    fresh = door.once(begun(""))
    assert door._store.count("nonces") == 1, "what is over makes room"
    assert door.used(late[0]) == ""
    assert (person_of(door.used(fresh)), person_of("@P-OP")) == ("", "")


def test_what_stations_ask_for_is_left_alone(door: Tries, clock: Moving) -> None:
    row = {"nonce": "n", "origin": "identity/ST-1/1", "expires_at": clock().isoformat()}
    door._store.put("nonces", row)
    for n in range(20):
        door.once(begun(f"10.0.0.{n}"))
    assert door._store.one("nonces", nonce="n") is not None
