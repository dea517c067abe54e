"""Small tools of the effects: a mapping with one more, an attempt changed in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from forms.entries import Entry
    from forms.job_state import JobState

K = TypeVar("K")
V = TypeVar("V")


def with_(mapping: Mapping[K, V], key: K, value: V) -> dict[K, V]:
    """The mapping with that key set."""
    return {**mapping, key: value}


def without(mapping: Mapping[K, V], key: K) -> dict[K, V]:
    """The mapping without that key."""
    return {each: value for each, value in mapping.items() if each != key}


def place_of(entry: Entry) -> tuple[str, str]:
    """Operation and step the entry names."""
    return entry.context.operation, entry.context.step


def changed(state: JobState, ref: str, **changes: object) -> JobState:
    """The state with the attempt of that ref changed."""
    samples = {
        place: tuple(
            replace(
                each,
                attempts=tuple(
                    replace(one, **changes) if one.ref == ref else one  # type: ignore[arg-type]
                    for one in each.attempts
                ),
            )
            for each in row
        )
        for place, row in state.samples.items()
    }
    return replace(state, samples=samples)
