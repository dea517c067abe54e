from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from sync.faults import Fault
from sync.inbox import Inbox, fetch_work_pack, kept_content
from sync.keys import TestSigner, Verifier
from sync.pae import pae
from sync.signed_pack import PACK_LIMIT, open_pack, seal_pack
from sync.sqlite import Database
from sync.testing import MemoryServer

SERVER = TestSigner("lotbook.test/S1/log", "server")
ISSUED = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def pack(number: int, content: bytes = b"content", signer: TestSigner = SERVER) -> bytes:
    return seal_pack(content, number, ISSUED, ISSUED + timedelta(days=30), signer)


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database, Verifier.of(SERVER))


def test_the_newest_pack_is_in_force_and_older_ones_stay(inbox: Inbox) -> None:
    assert inbox.latest() is None
    first = inbox.accept(pack(1, b"one"))
    second = inbox.accept(pack(2, b"line\nbreaks\n"))
    assert inbox.latest() == (second, b"line\nbreaks\n")
    assert inbox.get(first) == b"one"
    assert inbox.get("00") is None
    assert inbox.accept(pack(2, b"line\nbreaks\n")) == second
    assert inbox.accept(pack(3, b"line\nbreaks\n")) == second
    newest = inbox.latest_pack()
    assert newest is not None
    assert newest.number == 3
    assert not newest.expired(ISSUED)
    assert newest.expired(ISSUED + timedelta(days=30))


@pytest.mark.covers("T23")
def test_older_foreign_and_damaged_packs_are_left_aside(inbox: Inbox) -> None:
    inbox.accept(pack(5))
    good = pack(6)
    header, signature, content = good.split(b"\n", 2)
    odd = b'{"number":6}'
    bad_time = header.replace(b"+00:00", b"")
    cases = {
        "pack-older": [pack(4)],
        "pack-conflict": [pack(5, b"other")],
        "pack-not-signed": [
            pack(6, signer=TestSigner(SERVER.name, "impostor")),
            good.replace(b'"number":6', b'"number":7'),
        ],
        "pack-unreadable": [
            b"",
            good[:-1],
            good + b"x",
            b"\n".join((header, b"!!!", content)),
            signed(odd, content),
            signed(bad_time, content),
            bytes(PACK_LIMIT + 1),
        ],
    }
    assert signature
    for code, packs in cases.items():
        for data in packs:
            with pytest.raises(Fault, match=code):
                inbox.accept(data)
    newest = inbox.latest_pack()
    assert newest is not None
    assert newest.number == 5


def signed(header: bytes, content: bytes) -> bytes:
    signature = base64.b64encode(SERVER.sign(pae("lotbook/work-pack/1", header)))
    return b"\n".join((header, signature, content))


def test_no_byte_of_a_pack_can_change() -> None:
    data = pack(1)
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(Fault):
            open_pack(changed, Verifier.of(SERVER))


def test_packs_are_fetched_once(inbox: Inbox, server: MemoryServer) -> None:
    assert fetch_work_pack(server, inbox) is None
    server.pack = pack(1)
    assert fetch_work_pack(server, inbox) is not None
    assert fetch_work_pack(server, inbox) is None


def test_what_is_kept_is_read_without_being_looked_at(database: Database) -> None:
    with database.read() as connection:
        assert kept_content(connection) == b"", "no pack was ever awaited"
    inbox = Inbox(database, Verifier.of(SERVER))
    with database.read() as connection:
        assert kept_content(connection) == b""
    inbox.accept(pack(1, b"one\ntwo"))
    with database.read() as connection:
        assert kept_content(connection) == b"one\ntwo"
