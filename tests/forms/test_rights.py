"""The table of rights: every action, every class, every place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.rights import RIGHTS, Action, classes_at, common, covers, may, seen_at
from forms.terms import SITE, Grant, Person, PersonnelClass, Scope

PLACES = (
    SITE,
    Scope(area="A"),
    Scope(area="A", work_center="1"),
    Scope(area="A", work_center="2"),
    Scope(area="B"),
    Scope(area="B", work_center="1"),
)
GRANTS = st.builds(Grant, role=st.sampled_from(PersonnelClass), scope=st.sampled_from(PLACES[1:]))


def person(*classes: PersonnelClass, grants: tuple[Grant, ...] = (), active: bool = True) -> Person:
    return Person(
        id="P-1", name="P", classes=classes, public_key="0" * 64, grants=grants, active=active
    )


@pytest.mark.covers("P11-10g", "T28")
def test_every_action_stands_in_the_table_and_nobody_is_left_out() -> None:
    assert set(RIGHTS) == set(Action)
    assert all(RIGHTS.values())


def test_the_places() -> None:
    site, a, a1, a2, b, b1 = PLACES
    assert [covers(a, one) for one in PLACES] == [False, True, True, True, False, False]
    assert [covers(a1, one) for one in PLACES] == [False, False, True, False, False, False]
    assert all(covers(site, one) for one in PLACES)
    assert (common([a1, a1]), common([a1, a2]), common([a1, b1]), common([])) == (a1, a, site, site)
    assert common([a, b]) == site
    assert str(a1) == "A / 1"


@given(
    st.lists(st.sampled_from(PersonnelClass), unique=True, max_size=2),
    st.lists(GRANTS, max_size=3),
    st.sampled_from(Action),
    st.sampled_from(PLACES),
)
@pytest.mark.covers("P11-10g")
def test_allowed_is_exactly_what_a_grant_around_the_object_says(
    classes: list[PersonnelClass], grants: list[Grant], action: Action, place: Scope
) -> None:
    who = person(*classes, grants=tuple(grants))
    wide = [one for one in classes if one in RIGHTS[action]]
    near = [g for g in grants if g.role in RIGHTS[action] and covers(g.scope, place)]
    found = may(who, action, place)
    assert found.allowed is bool(wide or near)
    assert may(seen_at(who, place), action).allowed is found.allowed
    assert not may(person(*classes, grants=tuple(grants), active=False), action, place).allowed
    assert set(classes_at(who, place)) <= set(classes_at(who, None))
    if not found.allowed:
        assert set(found.elsewhere) <= {one.scope for one in grants}
        assert found.needs == RIGHTS[action]
