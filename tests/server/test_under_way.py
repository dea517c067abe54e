"""What was begun under a secret, a key or a session does not end as if they still held."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest

from forms.rights import Action
from server.people.directory import Acting
from server.people.enrolment import NewKey
from server.people.factor_changes import Proven
from server.words import Refusal
from server.workers import Workers
from tests.server.phone import Phone
from tests.server.plant import SECRETS, Plant, badge, credentials
from tests.server.test_rekey import rekeyed
from tests.server.test_secrets import NEW

T = TypeVar("T")


class Meanwhile(Workers):
    """Something happens while a secret is derived."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self._happens = happens

    async def derive(self, work: Callable[[], T]) -> T:
        found = work()
        self._happens()
        return found


def acting(plant: Plant, person: str) -> Acting:
    return plant.parts.directory.unlock(**credentials(person))


def secret_changed(plant: Plant, secret: str) -> None:
    who, claim = acting(plant, "P-SUP"), plant.parts.directory.claim(**credentials("P-SUP"))
    plant.parts.enrolment.change_secret(who, plant.parts.enrolment.rewrapped(claim, secret))
    plant.parts.sessions.end("P-SUP")


def another_key(plant: Plant) -> None:
    """By two others, because somebody knows the secret; the badge stays."""
    asked = NewKey(
        id="P-SUP", badge=badge("P-SUP"), secret=NEW, document="passport", checked_by="P-OP"
    )
    plant.parts.enrolment.rekey(asked, acting(plant, "P-ADM"), acting(plant, "P-QA"))


@pytest.mark.covers("T33")
@pytest.mark.parametrize("change", [another_key, lambda plant: secret_changed(plant, NEW)])
def test_a_sign_in_under_way_does_not_outlive_the_secret(
    plant: Plant, change: Callable[[Plant], None]
) -> None:
    """Whoever knows the old one signs in again and again: one is always under way."""
    sessions, workers = plant.parts.sessions, Meanwhile(lambda: change(plant))
    with pytest.raises(Refusal, match="do not belong together"):
        asyncio.run(sessions.sign_in(badge("P-SUP"), SECRETS["P-SUP"], workers))
    assert sessions.of("P-SUP") == []


@pytest.mark.covers("T33")
def test_of_two_changes_of_a_secret_under_way_the_later_one_does_not_win(plant: Plant) -> None:
    """The old secret was known to both; it opens nothing once one has changed it."""
    thief, claim = acting(plant, "P-SUP"), plant.parts.directory.claim(**credentials("P-SUP"))
    wrapped = plant.parts.enrolment.rewrapped(claim, "known to the thief")
    secret_changed(plant, NEW)
    with pytest.raises(Refusal, match="do not belong together"):
        plant.parts.enrolment.change_secret(thief, wrapped)
    assert plant.parts.directory.unlock(badge("P-SUP"), NEW).person.id == "P-SUP"


@pytest.mark.covers("T33", "P11-70")
def test_nothing_is_stated_under_a_key_that_is_no_longer_the_persons(plant: Plant) -> None:
    """Its signature would not hold: whoever reads the log would find it forged."""
    old = acting(plant, "P-SUP")
    assert rekeyed(plant) == (200, "")
    size = plant.parts.book.size
    with pytest.raises(Refusal, match="do not belong together"):
        plant.parts.sessions.lockout.lift("P-OP", old)
    assert plant.parts.book.size == size


@pytest.mark.covers("T33", "T34")
def test_nothing_is_stated_by_somebody_who_was_deactivated_meanwhile(plant: Plant) -> None:
    gone = acting(plant, "P-SUP")
    gone.must(Action.UNLOCK)
    plant.parts.enrolment.deactivate("P-SUP", acting(plant, "P-ADM"))
    with pytest.raises(Refusal, match="do not belong together"):
        plant.parts.sessions.lockout.lift("P-OP", gone)


@pytest.mark.covers("T28", "P11-300c")
def test_a_factor_is_not_put_in_force_by_a_session_that_was_ended(plant: Plant) -> None:
    """Its recovery codes take seconds to make: time enough to sign somebody out."""
    phone, parts = Phone(plant, "P-SUP"), plant.parts
    known = credentials("P-SUP")
    signing_in = parts.sessions.sign_in(known["badge"], known["secret"], parts.workers)
    token = asyncio.run(signing_in).token
    session = parts.sessions.find(token)
    seed = parts.factors.begin(acting(plant, "P-SUP"), session).seed
    phone.seed = seed
    step = parts.factors.step_of(session, phone.code())
    parts.sessions.end("P-SUP")
    with pytest.raises(Refusal, match="not signed in"):
        parts.factors.confirm(session, step, parts.factors.make_codes())
    assert not parts.factors.now.standing("P-SUP").on


@pytest.mark.covers("T28", "P11-300c")
def test_a_code_proves_nothing_once_the_factor_was_taken_away(plant: Plant) -> None:
    """Somebody came by the identity provider and is asked for a code when two reset the factor."""
    phone, sessions = Phone(plant, "P-SUP"), plant.parts.sessions
    phone.set_up(phone.client())
    by = acting(plant, "P-ADM"), acting(plant, "P-QA")
    plant.parts.factors.reset("P-SUP", Proven("passport", "P-OP"), *by)
    with pytest.raises(Refusal, match="do not belong together"):
        asyncio.run(sessions.prove_code("P-SUP", phone.code(), plant.parts.workers))
