"""Whatever is done in whatever order: which code opens is what the model says, on both stores."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

import nacl.utils
import pyotp
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from server.people.directory import Acting
from server.people.factor_changes import FactorChanges, Proven
from server.people.factors import Factors
from server.people.recovery_codes import COUNT
from server.people.sessions import Sessions
from server.words import Refusal
from sync.keys import TEST_COST
from tests.server.authorization import Inline
from tests.server.plant import BOTH, Plant, credentials

WHO = "P-SUP"
NEAR = st.integers(-3, 3)


class FactorMachine(RuleBasedStateMachine):
    """One person, one phone, a clock that also goes back, a server that is started again."""

    plant: ClassVar[Plant]

    @initialize()
    def nothing_yet(self) -> None:
        self.seed, self.old_seed, self.last = "", "", -1
        self.codes: list[str] = []
        self.void: list[str] = []
        self.used = self.told = 0
        self.changes = self.plant.parts.factors
        if self.changes.now.standing(WHO).on:
            self.changes.remove(self.acting())

    def acting(self, person: str = WHO) -> Acting:
        given = credentials(person)
        return self.plant.parts.directory.unlock(given["badge"], given["secret"])

    def step(self) -> int:
        return int(self.plant.clock.wall().timestamp()) // 30

    def opens(self, code: str, secret: str = "") -> bool:
        """Whether it does; and the news that come with it are those since the last time."""
        self.plant.parts.store.remove("attempts")  # the lockout has tests of its own
        given = credentials(WHO)
        asked = self.changes.sessions.sign_in(
            given["badge"], secret or given["secret"], Inline(), code
        )
        try:
            found = self.plant.transport.run(asked)
        except Refusal:
            return False
        here = self.changes.sessions.find(found.token)
        own = here.how == "recovery"
        assert [one.left for one in found.news] == [
            COUNT - number for number in range(self.told + 1, self.used + 1)
        ]
        self.told, self.used = self.used, self.used + own
        return True

    @rule()
    def enrol(self) -> None:
        token = self.changes.sessions.open(WHO, "secret")
        session = self.changes.sessions.find(token)
        self.old_seed = self.seed
        self.seed = self.changes.begin(self.acting(), session).seed
        now = self.step()
        step = self.changes.step_of(session, pyotp.TOTP(self.seed).generate_otp(now))
        assert step == now
        self.void = self.codes
        made = self.changes.make_codes()
        self.codes = list(self.changes.confirm(session, step, made))
        assert self.changes.sessions.find(token).how == "code"
        self.last, self.used, self.told = now, 0, 0

    @rule(seconds=st.integers(0, 120))
    def time_passes(self, seconds: int) -> None:
        self.plant.clock.pass_(seconds)

    @rule(seconds=st.integers(1, 300))
    def the_clock_is_set_back(self, seconds: int) -> None:
        self.plant.clock.now -= timedelta(seconds=seconds)

    @precondition(lambda self: self.seed)
    @rule(off=NEAR)
    def a_code_near_now(self, off: int) -> None:
        step = self.step() + off
        good = abs(off) <= 1 and step > self.last
        assert self.opens(pyotp.TOTP(self.seed).generate_otp(step)) == good
        self.last = step if good else self.last

    @precondition(lambda self: self.seed)
    @rule()
    def the_last_code_again(self) -> None:
        assert not self.opens(pyotp.TOTP(self.seed).generate_otp(self.last))

    @precondition(lambda self: self.old_seed and self.seed)
    @rule(off=NEAR)
    def a_code_of_the_phone_before(self, off: int) -> None:
        assert not self.opens(pyotp.TOTP(self.old_seed).generate_otp(self.step() + off))

    @rule()
    def badge_and_secret_alone(self) -> None:
        assert self.opens("") == (not self.seed)

    @precondition(lambda self: self.seed)
    @rule()
    def a_wrong_secret_takes_no_code(self) -> None:
        assert not self.opens(pyotp.TOTP(self.seed).generate_otp(self.step()), "not it")
        if self.codes:
            assert not self.opens(self.codes[0], "not it")

    @precondition(lambda self: self.codes)
    @rule(data=st.data(), spaced=st.booleans())
    def a_recovery_code_and_again(self, data: st.DataObject, spaced: bool) -> None:
        code = data.draw(st.sampled_from(self.codes))
        typed = f" {code.lower()}" if spaced else code
        assert self.opens(typed)
        assert not self.opens(typed)
        self.codes.remove(code)

    @precondition(lambda self: self.void and self.seed)
    @rule()
    def a_recovery_code_of_the_set_before(self) -> None:
        assert not self.opens(self.void[0])

    @precondition(lambda self: self.seed)
    @rule()
    def renew(self) -> None:
        self.void = self.codes or self.void
        made = self.changes.make_codes()
        self.codes = list(self.changes.renew(self.acting(), made))
        self.used = self.told = 0

    @precondition(lambda self: self.seed)
    @rule(by_two=st.booleans())
    def taken_away(self, by_two: bool) -> None:
        if by_two:
            two = (self.acting("P-ADM"), self.acting("P-QA"))
            self.changes.reset(WHO, Proven("passport", "P-ADM"), *two)
        else:
            self.changes.remove(self.acting())
        self.seed, self.old_seed, self.codes, self.void = "", self.seed, [], self.codes
        self.used = self.told = 0

    @rule()
    def the_server_is_started_again(self) -> None:
        parts = self.plant.parts
        factors = Factors(parts.book, self.changes._vault, TEST_COST)
        lockout, now = parts.sessions.lockout, self.plant.clock.wall
        sessions = Sessions(parts.store, lockout, parts.directory, factors, now, nacl.utils.random)
        self.changes = FactorChanges(
            parts.book, factors, sessions, self.changes._vault, nacl.utils.random
        )

    @rule()
    def everything_is_folded_again(self) -> None:
        self.plant.parts.projections.rebuild()

    @invariant()
    def what_is_said_is_what_is(self) -> None:
        found = self.changes.now.standing(WHO)
        assert found.on == bool(self.seed)
        assert found.left == len(self.codes)


@BOTH
@pytest.mark.covers("P11-200a1", "P11-300c", "T33")
def test_which_code_opens_is_what_the_model_says(plant: Plant) -> None:
    bound = type("Bound", (FactorMachine,), {"plant": plant})
    run_state_machine_as_test(
        bound, settings=settings(max_examples=3, stateful_step_count=20, deadline=None)
    )
