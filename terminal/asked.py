"""What the server said about releasing a job order, and what stands between it and this station.

A station sees its own records only: another station's, a hold placed meanwhile or a hole in a log
are known to the server alone. So the decision to release is offered here only while the server
calls the lot ready and has judged exactly the records that this station folds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from forms.release import basis
from forms.rules import RULES, Reason
from sync.esign import covers_root
from sync.faults import FAULTS, Fault

if TYPE_CHECKING:
    from forms.job import JobState
    from terminal.words import Words

MOST_REASONS, MOST_CHARS = 50, 200
RETRY_NS = 5_000_000_000
"""After a failed question it is asked again, not sooner than this."""


class ServerAnswer(msgspec.Struct, frozen=True):
    """What the server said: codes and facts, no words."""

    job: str
    ready: bool
    reasons: tuple[tuple[str, dict[str, str]], ...]
    records: int
    records_root: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the server, and what came of it."""

    job: str
    root: str
    """Over the records this station held when it asked."""
    since_ns: int
    answer: ServerAnswer | None = None
    fault: str = ""
    """Code of what kept the answer away."""

    @property
    def pending(self) -> bool:
        """Whether the answer is still to come."""
        return self.answer is None and not self.fault


def path_of(job: str) -> str:
    """Where the server is asked."""
    return f"/jobs/{quote(job, safe='')}/readiness"


def root_of(state: JobState) -> str:
    """Root over the records a decision made now would rest on."""
    return covers_root(basis(state))


def read(data: bytes, job: str) -> ServerAnswer | None:
    """The answer about this job order; None if it is not one."""
    try:
        answer = msgspec.json.decode(data, type=ServerAnswer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return answer if answer.job == job else None


def answered(asked: Asked, found: bytes | Fault) -> Asked:
    """The question with what came back."""
    if isinstance(found, Fault):
        return replace(asked, fault=found.code)
    answer = read(found, asked.job)
    return replace(asked, answer=answer, fault="" if answer else "answer-not-understood")


def fresh(asked: Asked | None, state: JobState) -> bool:
    """Whether what was asked, is about this job order as it is now."""
    return asked is not None and (asked.job, asked.root) == (state.order.id, root_of(state))


def agreed(asked: Asked | None, state: JobState) -> str:
    """The root over the records that the server, too, calls ready; empty if it does not."""
    answer = asked.answer if asked is not None and fresh(asked, state) else None
    if answer is None or not answer.ready or answer.reasons:
        return ""
    same = (answer.records, answer.records_root) == (len(state.records), root_of(state))
    return answer.records_root if same else ""


def objections(
    asked: Asked | None, state: JobState, known: tuple[Reason, ...], words: Words
) -> tuple[str, ...]:
    """What the server has against it beyond the reasons ``known`` here, as sentences.

    Empty while nothing was answered about the records as they are now, and when it agrees.
    """
    if asked is None or asked.pending or not fresh(asked, state):
        return ()
    answer = asked.answer
    if answer is None:
        return (words("server-no-answer", code=asked.fault, hint=_hint(asked.fault, words)),)
    found = [_said(code, facts, known, words) for code, facts in answer.reasons[:MOST_REASONS]]
    here, there = len(state.records), answer.records
    if (there, answer.records_root) != (here, root_of(state)):
        found.append(words("server-other-records", here=here, there=there))
    if not answer.ready and not answer.reasons:
        found.append(words("server-not-ready"))
    return tuple(dict.fromkeys(filter(None, found)))


def _said(code: str, facts: dict[str, str], known: tuple[Reason, ...], words: Words) -> str:
    """The server's reason in words; empty if it is known here, its code if its rule is not."""
    rule = RULES.get(code)
    if rule is None or set(rule.params) != set(facts):
        said = ", ".join((code, *facts.values()))
        return words("server-reason-unknown", said=said[:MOST_CHARS])
    if any(one.code == code and dict(one.params) == facts for one in known):
        return ""
    shown = tuple((name, value[:MOST_CHARS]) for name, value in facts.items())
    return Reason(code, shown).words(words.language)


def _hint(code: str, words: Words) -> str:
    if code not in FAULTS:
        return ""
    return FAULTS[code].zh_CN if words.language == "zh_CN" else FAULTS[code].en
