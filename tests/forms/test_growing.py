"""Records in order and by ref: as tuple and dict say, and little is made anew for one more."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import growing
from forms.growing import CHUNK, ByRef, InOrder

REFS = st.lists(st.tuples(st.text(max_size=3), st.integers()), max_size=60)


def made(entries: list[tuple[str, int]]) -> ByRef[int]:
    found = ByRef[int]()
    for ref, value in entries:
        found = found.with_(ref, value)
    return found


@given(REFS, REFS, REFS)
def test_it_says_what_a_dict_says_and_branches_do_not_meet(
    old: list[tuple[str, int]], one: list[tuple[str, int]], other: list[tuple[str, int]]
) -> None:
    first = made(old)
    grown = {}
    for name, more in (("one", one), ("other", other)):
        found = first
        for ref, value in more:
            found = found.with_(ref, value)
        grown[name] = found
    assert first == dict(old)
    assert grown["one"] == dict(old) | dict(one)
    assert grown["other"] == dict(old) | dict(other)
    assert len(grown["one"]) == len(list(grown["one"])) == len(dict(old) | dict(one))
    assert all(ref not in first for ref, _ in one if ref not in dict(old))


def test_refs_whose_hashes_are_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "_branch", lambda _ref, _depth: 3)
    entries = [(str(number), number) for number in range(50)]
    assert made(entries) == dict(entries)


def nodes(node: Any) -> list[Any]:  # noqa: ANN401 - a node of the tree
    below = [one for each in node for one in nodes(each)] if isinstance(node, tuple) else []
    return [node, *below]


def test_one_more_among_thousands_makes_a_few_nodes_anew() -> None:
    refs = [sha256(b"%d" % number).hexdigest() for number in range(20_000)]
    before = made([(ref, 0) for ref in refs])
    after = before.with_("f" * 64, 1)
    shared = {id(one) for one in nodes(before._root)}
    fresh = [one for one in nodes(after._root) if id(one) not in shared]
    assert sum(len(one) for one in fresh) <= 8 * growing.WIDTH, "each has sixteen parts at most"
    assert (len(before), len(after)) == (20_000, 20_001)


def test_in_order_says_what_a_tuple_says() -> None:
    found, before = InOrder[int](), InOrder[int]()
    plain: tuple[int, ...] = ()
    for number in range(3 * CHUNK + 2):
        assert len(found) == len(plain)
        assert bool(found) == bool(plain)
        found, before = found.and_(number), found
        assert before == plain
        plain = (*plain, number)
        assert (found[0], found[-1], found[number // 2]) == (0, number, number // 2)
    assert (tuple(found), found[5:-7:3], found[-3:]) == (plain, plain[5:-7:3], plain[-3:])
    assert list(reversed(found)) == list(reversed(plain))
    assert found != before
    for index in (len(plain), -len(plain) - 1):
        with pytest.raises(IndexError):
            found[index]
    assert found._full[0] is before._full[0]
