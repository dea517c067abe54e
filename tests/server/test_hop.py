"""A request that was passed on proves so, or is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.hop import Hop, HopKey, client_address, hops_of, target_of
from server.words import Refusal

KEY, OTHER = HopKey(b"k" * 32), HopKey(b"o" * 32)
HOP, TARGET = Hop(7, "10.0.0.9"), b"/logs/x?from=3"
SEALED = KEY.seal(HOP, "POST", TARGET)


def refused(key: HopKey, value: bytes, method: str = "POST", target: bytes = TARGET) -> bool:
    with pytest.raises(Refusal) as refusal:
        key.open(value, method, target)
    return refusal.value.code == "hop-unproved"


@pytest.mark.covers("F43")
@given(st.integers(0, 10**18 - 1), st.ip_addresses(), st.text(max_size=20), st.binary(max_size=50))
def test_what_was_sealed_opens(term: int, client: object, method: str, target: bytes) -> None:
    hop = Hop(term, str(client).partition("%")[0])
    assert KEY.open(KEY.seal(hop, method, target), method, target) == hop


@pytest.mark.covers("F43", "T14")
def test_nothing_else_opens_it() -> None:
    assert refused(OTHER, SEALED)
    assert refused(KEY, SEALED, method="GET")
    assert refused(KEY, SEALED, target=b"/logs/x?from=4")
    assert refused(KEY, SEALED.replace(b"7;", b"8;", 1))
    assert refused(KEY, SEALED.replace(b"10.0.0.9", b"10.0.0.8"))
    assert refused(KEY, SEALED + b"0")


@given(st.binary(max_size=300))
def test_noise_is_refused_and_nothing_breaks(value: bytes) -> None:
    assert refused(KEY, value)
    assert refused(KEY, b"9" * 19 + b";;" + value[:80])


def test_an_address_is_an_address() -> None:
    assert client_address({"client": ("10.0.0.9", 1)}) == "10.0.0.9"
    assert client_address({"client": ("/run/x;1", 0)}) == ""
    assert client_address({"client": None}) == ""
    assert target_of({"raw_path": b"/a%2Fb", "query_string": b""}) == b"/a%2Fb"
    assert hops_of({"headers": [(b"Lotbook-Hop", b"x"), (b"host", b"y")]}) == [b"x"]
