"""What takes two: different people who together stand for both classes."""

from __future__ import annotations

from collections.abc import Collection
from itertools import permutations

from forms.terms import Person, PersonnelClass


def two_persons(people: Collection[Person], first: PersonnelClass, second: PersonnelClass) -> bool:
    """Whether one of them has the class ``first`` and another, different one ``second``.

    One person who has both is one person. Source: 21 CFR 11.10(g), 11.200(a)(3).
    """
    return any(
        one.id != other.id and first in one.classes and second in other.classes
        for one, other in permutations(people, 2)
    )
