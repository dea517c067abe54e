"""JSON documents hurt by meaning: other types, missing, doubled and extra members, other spelling.

Bytes hurt at chance seldom get past the first brace; these stay JSON and reach what is behind it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from random import Random
from typing import Any

ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53 - 1, 2**53, -(2**53), 2**64, 1.0, 1e300, "", " ",
    "0", "-1", "1_0", "9" * 30, "x" * 300, "e\u0301", "\u202e", "\U0001f600", "\x00", "a\nb",
    "2026-11-23T08:00:00.000+08:00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
    "2026-02-30", "é", [], {}, [[]], {"": None}, [0] * 50, "../../etc/passwd", "' OR 1=1--",
    "{{7*7}}", "=1+1", "<script>", "-0.000", "1e5", "NaN", "Infinity",
)  # fmt: skip


class JsonTrees:
    """Gives the bytes of documents made from examples."""

    def __init__(self, chance: Random, examples: Sequence[Any]) -> None:
        """``examples``: values as ``json.loads`` gives them."""
        self._chance = chance
        self._examples = [copy.deepcopy(one) for one in examples]

    def next(self) -> bytes:
        """The next document."""
        return self.spelled(self.tree())

    def tree(self) -> Any:  # noqa: ANN401 - any JSON
        """An example with one to three places changed."""
        chance = self._chance
        holder = [copy.deepcopy(chance.choice(self._examples))]
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            self._change(holder)
        return holder[0]

    def _change(self, holder: list[Any]) -> None:
        """Walk down to a chance place and change it there."""
        chance = self._chance
        place: Any = holder
        key: Any = 0
        while isinstance(place[key], (dict, list)) and place[key] and chance.random() < 0.8:
            place = place[key]
            key = chance.choice(list(place)) if isinstance(place, dict) else self._index(place)
        way = chance.random()
        if way < 0.55:
            place[key] = copy.copy(chance.choice(ODD_VALUES))
        elif way < 0.65 and place is not holder:
            del place[key]
        elif way < 0.75:
            place[key] = [place[key]]
        elif way < 0.85:
            place[key] = {"value": place[key]}
        elif isinstance(place, dict):
            place[chance.choice(("", "extra", "type", "__proto__", "é", key + "_"))] = 1
        else:
            place.append(copy.deepcopy(place[key]))

    def _index(self, items: list[Any]) -> int:
        return int(self._chance.random() * len(items))

    def spelled(self, value: Any) -> bytes:  # noqa: ANN401 - any JSON
        """The value's bytes, most often sorted and tight, sometimes in another spelling."""
        way = self._chance.random()
        if way < 0.7:
            text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        else:
            text = json.dumps(value, ensure_ascii=way < 0.85)
        if way > 0.95 and text.startswith("{") and len(text) > 2:
            text = text[:-1] + "," + text[1:]  # every member twice
        return text.encode("utf-8", "surrogatepass")
