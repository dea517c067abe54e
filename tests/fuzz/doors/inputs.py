"""The two ways of making inputs, as targets name them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from tests.fuzz.json_trees import JsonTrees
from tests.fuzz.mutator import Mutator
from tests.fuzz.target import Inputs


def hurt(corpus: Sequence[bytes], words: Sequence[bytes] = ()) -> Callable[[Random], Inputs]:
    """Bytes of ``corpus`` hurt at chance places."""
    return lambda chance: Mutator(chance, corpus, words).next


def trees(examples: Sequence[Any], corpus: Sequence[bytes] = ()) -> Callable[[Random], Inputs]:
    """JSON documents made from ``examples``; one in four is bytes hurt at chance places."""

    def make(chance: Random) -> Inputs:
        grown = JsonTrees(chance, examples)
        raw = Mutator(chance, [grown.spelled(one) for one in examples] + list(corpus))
        return lambda: raw.next() if chance.random() < 0.25 else grown.next()

    return make
