from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.pae import pae

Parts = st.lists(st.binary(max_size=3), max_size=4)


@pytest.mark.covers("A15")
def test_where_a_field_ends_is_signed_too() -> None:
    assert pae("c", "ab", "c") != pae("c", "a", "bc")
    assert pae("c", "") != pae("c")
    assert pae("ca", "b") != pae("c", "ab")


@pytest.mark.covers("A15")
@given(Parts, Parts)
def test_no_two_messages_are_one(some: list[bytes], others: list[bytes]) -> None:
    assert (pae("c", *some) == pae("c", *others)) == (some == others)
