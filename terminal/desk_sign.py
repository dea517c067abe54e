"""Signing in, signing, choosing dispositions and reasons, releasing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forms.lockout import MOST_WRONG
from forms.terms import Disposition, Text
from terminal import signing
from terminal.asked import RETRY_NS, Asked, agreed, answered, fresh, path_of, root_of
from terminal.capture_sign import Signing
from terminal.capture_work import open_about
from terminal.desk_lock import DeskLock, open_key
from terminal.desk_rules import wanted_now
from terminal.session import holder, may_sign_in
from terminal.signing import ToSign, text_of
from terminal.ui import Note, Signer
from terminal.views import Mark
from terminal.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from forms.rules import Verdict
    from forms.terms import Person
    from sync.faults import Fault
    from sync.keys import Signer as Key
    from terminal.capture_sign import Capture
    from terminal.intents import Intent
    from terminal.snapshot import Change

MOST_DIGITS = 32
BOTH, SECRET_ALONE = ("badge", "secret"), ("secret",)
"""Components of a signature: of the first in a session, and of those after it."""


def in_words(verdict: Verdict) -> Text:
    """All reasons as sentences, in both languages."""
    return Text(en=" ".join(verdict.words("en")), zh_CN=" ".join(verdict.words("zh_CN")))


class DeskSign(DeskLock):
    """Everything that asks for a badge or a secret."""

    # --- badge ---------------------------------------------------------------------------------

    def badge(self, text: str) -> None:
        """A badge was scanned where one is asked for."""
        person = holder(self.snapshot.pack, text)
        self.set(pad="", problem=None, signer=None)
        if person is None:
            self.refused("", "unknown_badge")
            return
        why = may_sign_in(person, self.times.now().date())
        if not why and self.locked_ns(person.id):
            self.locked_out(person)
            return
        if why:
            self.refused(person.id, why)
            return
        self.set(signer=Signer(person, text, scanned=True))
        if self.ui.signing is not None:
            self._check_right(person)

    def do_unlock(self, _: Intent) -> None:
        """Lift the lock of who was just refused: signed by somebody else."""
        person = self.ui.locked_out
        if person is not None and self.snapshot.session is None:
            self.start_signing(signing.for_unlock(person))

    def _check_right(self, person: Person) -> None:
        """Ask the judge, before the secret, whether this person may sign this."""
        wanted, language, signer = self.ui.signing, self.ui.language, self.ui.signer
        if wanted is None:
            return
        components = BOTH if signer is None or signer.scanned else SECRET_ALONE

        def check(station: Capture) -> Change:
            verdict = station.would(wanted, person, language, components)
            if verdict.passed:
                return station.refresh().called("may")
            change = station.refuse(person.id, "not_allowed", language)
            return type(change)(change.snapshot, "refused", verdict, change.recorded)

        self.ask(check, self._may_or_not)

    def _may_or_not(self, change: Change) -> None:
        if change.what == "refused" and change.verdict is not None:
            words = in_words(change.verdict)
            self.set(problem=Note(Mark.FAIL, "refused-not-allowed", (), words), signer=None, pad="")

    # --- secret --------------------------------------------------------------------------------

    def do_key(self, intent: Intent) -> None:
        """A key of the pad."""
        key = intent.get("key")
        if key == "ok":
            self.pad_done()
        elif key == "back":
            self.set(pad=self.ui.pad[:-1])
        elif key == "clear":
            self.set(pad="", problem=None)
        elif len(self.ui.pad) < MOST_DIGITS and (key != "." or "." not in self.ui.pad):
            self.set(pad=self.ui.pad + key, problem=None)

    def pad_done(self) -> None:
        """The pad's OK: a secret here; a value in the work."""
        if self.ui.signer is not None and self.ui.pad and not self.busy:
            self._unlock(self.ui.signer, self.ui.pad)

    def _unlock(self, signer: Signer, secret: str) -> None:
        if self.locked_ns(signer.person.id):
            self.locked_out(signer.person)
            return
        now_ns = self.times.monotonic_ns()
        self.busy = True
        self.set(pad="", waiting="waiting-key", waiting_since_ns=now_ns, problem=None)
        person, badge = signer.person, signer.badge

        def opened(key: Key | None) -> None:
            self.busy = False
            self.set(waiting="")
            if self.ui.signer != signer:
                pass  # the dialog was left meanwhile
            elif key is None:
                self._wrong_secret(person)
            elif self.ui.signing is None:
                language = self.ui.language
                self.ask(lambda station: station.sign_in(person, language), self._signed_in)
            else:
                self._sign(self.ui.signing, signer, key)
            self.go_on()
            self.show()

        self.doors.unlock(lambda: open_key(person, badge, secret), opened)

    def _wrong_secret(self, person: Person) -> None:
        language = self.ui.language

        def told(_: Change) -> None:
            if self.locked_ns(person.id):
                self.set(problem=self.lock_note(person.id), signer=None)
                if self.ui.signing is None:
                    self.set(locked_out=person)
            else:
                most = (("most", str(MOST_WRONG)),)
                self.set(problem=Note(Mark.FAIL, "refused-wrong-secret", most))

        self.ask(lambda station: station.refuse(person.id, "wrong_secret", language), told)

    def _signed_in(self, change: Change) -> None:
        if change.what != "signed_in":
            self.set(problem=Note(Mark.FAIL, f"refused-{change.what.replace('_', '-')}"), pad="")
            return
        badge = self.ui.signer.badge if self.ui.signer else ""
        self.forget()
        self.own_badge = badge
        state, session = change.snapshot.state, change.snapshot.session
        self.set(screen="work" if state is not None and not state.closed else "list")
        if session is not None and session.person.initial_secret:
            self.note(Mark.WARN, "secret-initial")

    # --- signing -------------------------------------------------------------------------------

    own_badge = ""
    """The badge of the person signed in, kept for this session only."""

    def start_signing(self, wanted: ToSign) -> None:
        """Open the signing screen."""
        self.forget()
        self.set(signing=wanted, screen="work" if wanted.purpose == "step" else self.ui.screen)
        session = self.snapshot.session
        known = session is not None and session.person.id in self.snapshot.accepted
        if session and session.signed and self.locked_ns(session.person.id):
            self.locked_out(session.person)
            return
        if session and session.signed and known and signing.signer_class(wanted, session.person):
            self.set(signer=Signer(session.person, self.own_badge, scanned=False))
            self._check_right(session.person)

    def wanted_now(self) -> ToSign | None:
        """What the signing screen shows: accountability first, for who has not accepted it yet."""
        return wanted_now(self.ui.signing, self.ui.signer, self.snapshot.accepted)

    def _sign(self, asked: ToSign, signer: Signer, key: Key) -> None:
        wanted, language = self.wanted_now() or asked, self.ui.language
        if wanted.purpose == "accountability" and not signer.scanned:
            self.set(signer=None)  # a new statement came meanwhile: it takes both components
            return
        text = text_of(wanted, self.snapshot, Words(language))
        components = BOTH if signer.scanned else SECRET_ALONE
        by = Signing(signer.person, key, components)
        self.ask(lambda station: station.sign(wanted, text, by, language), self._signed)

    def _signed(self, change: Change) -> None:
        if change.what == "signed:accountability":
            self.set(pad="", note=Note(Mark.PASS, "accountability-accepted"))
        elif change.what == "refused" and change.verdict is not None:
            self._may_or_not(change)
        elif change.what == "stale":
            self._show_again()
        elif change.what == "locked":
            signer = self.ui.signer
            note = self.lock_note(signer.person.id if signer else "")
            self.set(problem=note, signer=None, pad="")
        elif change.what == "signed:unlock":
            self.forget()
            self.note(Mark.PASS, "lock-lifted")
        elif change.verdict is not None and not change.verdict.passed:
            # It is recorded, but the judge says that it does not count.
            self.forget()
            words = in_words(change.verdict)
            self.set(note=Note(Mark.FAIL, "signed-not-counted", (), words))
        else:
            name = self.ui.signer.person.name if self.ui.signer else ""
            released = change.what == "signed:release"
            self.forget()
            self.set(screen="overview" if released else "work")
            self.note(Mark.PASS, "signed-by", name=name)

    def _show_again(self) -> None:
        """Records came while the text was read: say so, and show a release as it is now."""
        asked, state = self.ui.signing, self.snapshot.state
        self.forget()
        self.note(Mark.WARN, "sign-stale")
        if asked is None or asked.purpose != "release" or state is None or state.closed:
            return
        if asked.decision == "rejected":
            self.set(signing=replace(asked, agreed=root_of(state)), note=None)
            self.set(problem=Note(Mark.WARN, "sign-stale"))
        else:  # the server must agree to the new records first
            self.set(screen="release", asked=None)
            self.ask_again()

    def do_sign(self, _: Intent) -> None:
        """Open the signing screen of the step; on it, the same as the pad's OK."""
        if self.ui.signing is not None:
            self.pad_done()
            return
        wanted = signing.for_step(self.snapshot)
        if wanted is not None:
            self.start_signing(wanted)

    # --- choosing ------------------------------------------------------------------------------

    def do_decide(self, intent: Intent) -> None:
        """A disposition was touched: its reason next."""
        word = intent.get("disposition")
        if word in set(Disposition):
            self.set(disposition=Disposition(word), choose="reason")

    def do_choose_reason(self, intent: Intent) -> None:
        """A reason was touched."""
        reason, chosen = intent.get("reason"), self.ui.choose
        try:
            text = Words(self.ui.language)(f"reason-{reason}")
        except LookupError:
            return
        at, state = self.snapshot.position, self.snapshot.state
        if chosen == "reason" and self.ui.disposition is not None and state is not None:
            about = open_about(state, at)
            self.start_signing(signing.for_disposition(at, about, self.ui.disposition, text))
        elif chosen == "reject":
            root = root_of(state) if state is not None else ""
            self.start_signing(signing.for_release(at, "rejected", text, root))
        elif chosen == "reprint":
            self.forget()
            self.reprint(reason)
        elif chosen == "label-accept":
            self.accept_label(reason)

    def reprint(self, reason: str) -> None:
        """Print another copy (the labels' part)."""

    def accept_label(self, reason: str) -> None:
        """Accept that a label is lost (the labels' part)."""

    def do_release(self, intent: Intent) -> None:
        """Open the release screen, or decide on it."""
        decision = intent.get("decision")
        if not decision:
            self.forget()
            self.set(screen="release", asked=None)
            self.ask_again()
        elif decision == "released":
            self.ask_server(self._start_release)
        elif decision == "rejected":
            self.set(choose="reject")

    # --- the server's word ---------------------------------------------------------------------

    def ask_server(self, then: Callable[[], None]) -> None:
        """Ask what the server knows against release; ``then`` runs once it is known."""
        state = self.snapshot.state
        if state is None or state.closed:
            return
        job = state.order.id
        asked = Asked(job, root_of(state), self.times.monotonic_ns())
        self.set(asked=asked)

        def done(found: bytes | Fault) -> None:
            if self.ui.asked is not asked:
                return  # asked again meanwhile
            self.set(asked=answered(asked, found))
            then()
            self.show()

        self.doors.ask_server(path_of(job), done)

    def ask_again(self) -> None:
        """Ask once all records have arrived while the release screen is open; again if it failed.

        Also when more was recorded since. Never again and again: every question is audited.
        """
        ui, state = self.ui, self.snapshot.state
        busy = ui.signing or ui.choose or self.snapshot.session is None
        if ui.screen != "release" or busy or state is None or state.closed:
            return
        asked, counted = ui.asked, self.snapshot.counted
        if not self.link.online or counted.accepted < counted.saved:
            return
        late = asked is not None and self.times.monotonic_ns() - asked.since_ns > RETRY_NS
        if not fresh(asked, state) or (asked is not None and asked.fault and late):
            self.ask_server(lambda: None)

    def _start_release(self) -> None:
        """The server has answered: sign, if it agrees and the screen still asks for it."""
        state, ui = self.snapshot.state, self.ui
        root = agreed(ui.asked, state) if state is not None else ""
        if root and ui.screen == "release" and not (ui.signing or ui.choose):
            at = self.snapshot.position
            self.start_signing(signing.for_release(at, "released", "", root))

    # --- leaving -------------------------------------------------------------------------------

    def do_sign_out(self, _: Intent) -> None:
        """End the session."""
        self._leave("signed_out")

    def lock(self) -> None:
        """Nobody touched the screen for too long."""
        self._leave("timed_out")

    def _leave(self, why: str) -> None:
        language = self.ui.language
        left: Callable[[Change], None] = lambda _: self._forget_person()  # noqa: E731 - one call
        self.ask(lambda station: station.sign_out(why, language), left)

    def _forget_person(self) -> None:
        self.forget()
        self.own_badge = ""
        self.set(screen="work")
