"""YAML text to a tree of nodes that know where they stand. Refuses what a form never needs.

Aliases and anchors (bombs), tags, duplicate keys, several documents, and anything too large or
too deep are problems, not features.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML, events
from ruamel.yaml.error import YAMLError

MAX_BYTES = 512_000
MAX_DEPTH = 12
MAX_NODES = 20_000
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|nan)", re.IGNORECASE
)
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Place:
    """A position in the text: line and column count from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at a place, and what to do about it."""

    place: Place
    problem: str
    cure: str


class YamlProblem(Exception):
    """The text is no usable YAML; carries the problem."""

    def __init__(self, place: Place, problem: str, cure: str) -> None:
        """Hold the problem."""
        super().__init__(problem)
        self.found = Problem(place, problem, cure)


class BareFraction(str):
    """A fraction written without quotation marks: its digits, which YAML would round."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands. Maps hold nodes by key, lists hold nodes in order."""

    place: Place
    value: str | int | bool | dict[str, Node] | list[Node] | None
    keys: dict[str, Place] | None = None
    """Where each key of a map stands."""


def read_tree(text: str) -> Node:
    """The one document of the text as a tree; YamlProblem if it is not usable."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise YamlProblem(Place(), f"larger than {MAX_BYTES} bytes", "split the work master")
    try:
        return _Builder(YAML(typ="safe", pure=True).parse(text)).document()
    except YAMLError as error:
        raise _unreadable(error) from error
    except (ValueError, RecursionError, AttributeError, IndexError) as error:
        raise YamlProblem(Place(), "not readable as YAML", "check the file's encoding") from error


def _unreadable(error: YAMLError) -> YamlProblem:
    mark = getattr(error, "problem_mark", None)
    place = Place(mark.line + 1, mark.column + 1) if mark else Place()
    said = getattr(error, "problem", None) or "characters that YAML does not allow"
    return YamlProblem(place, f"not YAML: {said}", "check indentation, colons and quotation marks")


class _Builder:
    """Makes the tree from the parser's events, counting and bounding them."""

    def __init__(self, stream: Iterator[Any]) -> None:
        self._stream = stream
        self._count = 0

    def _next(self) -> Any:  # noqa: ANN401 - ruamel's events have no common typed base
        event = next(self._stream)
        self._count += 1
        if self._count > MAX_NODES:
            raise YamlProblem(_place(event), f"more than {MAX_NODES} values", "split it")
        return event

    def document(self) -> Node:
        """The only document."""
        self._next()
        if isinstance(self._next(), events.StreamEndEvent):
            raise YamlProblem(Place(), "the file is empty", "write the work master")
        root = self._node(self._next(), 1)
        self._next()
        after = self._next()
        if not isinstance(after, events.StreamEndEvent):
            raise YamlProblem(_place(after), "a second document", "keep one document per file")
        return root

    def _node(self, event: Any, depth: int) -> Node:  # noqa: ANN401
        place = _place(event)
        if isinstance(event, events.AliasEvent) or event.anchor is not None:
            raise YamlProblem(place, "anchors and aliases are not allowed", "write it out")
        if event.tag is not None:
            raise YamlProblem(place, f"the tag {event.tag} is not allowed", "remove the tag")
        if depth > MAX_DEPTH:
            raise YamlProblem(place, f"deeper than {MAX_DEPTH} levels", "flatten it")
        if isinstance(event, events.ScalarEvent):
            return Node(place, _scalar(event))
        if isinstance(event, events.SequenceStartEvent):
            return Node(place, self._sequence(depth))
        return self._mapping(place, depth)

    def _sequence(self, depth: int) -> list[Node]:
        nodes = []
        while not isinstance(event := self._next(), events.SequenceEndEvent):
            nodes.append(self._node(event, depth + 1))
        return nodes

    def _mapping(self, place: Place, depth: int) -> Node:
        nodes: dict[str, Node] = {}
        places: dict[str, Place] = {}
        while not isinstance(event := self._next(), events.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(event, events.ScalarEvent):
                raise YamlProblem(key.place, "a key must be a word", "write `name: value`")
            if event.value in nodes:
                raise YamlProblem(key.place, f"{event.value!r} comes twice", "keep one of them")
            places[event.value] = key.place
            nodes[event.value] = self._node(self._next(), depth + 1)
        return Node(place, nodes, places)


def _place(event: Any) -> Place:  # noqa: ANN401
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)


def _scalar(event: Any) -> str | int | bool | None:  # noqa: ANN401
    text = str(event.value)
    if event.style:
        return text
    if text in _BOOLS:
        return _BOOLS[text]
    if text in _NULLS:
        return None
    if _INT.fullmatch(text):
        return int(text)
    return BareFraction(text) if _FLOAT.fullmatch(text) else text
