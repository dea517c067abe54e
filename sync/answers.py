"""What an HTTP answer means: status to Fault, body to message, nothing odd taken for either."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import NamedTuple, TypeVar

import msgspec

from sync.faults import Fault
from sync.protocol import JSON_TYPE, BadAnswer, Fork, Gap, Problem, decode

M = TypeVar("M")

STATUS_FAULTS: dict[int, str] = {
    401: "session-refused",
    403: "station-not-enrolled",
    404: "request-refused",
    408: "server-busy",
    409: "batch-refused",
    413: "batch-too-large",
    422: "batch-refused",
    425: "server-busy",
    426: "upgrade-needed",
    429: "server-busy",
    503: "server-busy",
    507: "server-full",
}


RECOVERY = "server-recovery"
"""The same code on both sides."""
TOLD_APART = {RECOVERY: RECOVERY, "answer-lost": "answer-lost", "commit-unknown": "answer-lost"}
"""What a 503 means besides being busy: the last two do not know whether it was done."""


class Answer(NamedTuple):
    """A response read within its bounds."""

    status: int
    type: str
    body: bytes
    retry_after_s: int | None


def judge(answer: Answer, good: Iterable[int]) -> Answer:
    """The answer if its status is one of the good; else the Fault it means."""
    status = answer.status
    if status in good:
        return answer
    code, detail = _problem(answer)
    if status == HTTPStatus.SERVICE_UNAVAILABLE and code in TOLD_APART:
        raise Fault(TOLD_APART[code], detail, answer.retry_after_s)
    if status in STATUS_FAULTS:
        raise Fault(STATUS_FAULTS[status], detail, answer.retry_after_s)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Fault("server-error", detail, answer.retry_after_s)
    if status >= HTTPStatus.BAD_REQUEST:
        raise Fault("request-refused", detail)
    raise Fault("answer-not-understood", detail)


def _problem(answer: Answer) -> tuple[str, str]:
    """The server's own code, empty if it told none, and the words for the log."""
    try:
        problem = decode(answer.body, Problem)
    except BadAnswer:
        return "", f"status {answer.status}"
    return problem.code, f"status {answer.status}: {problem.code} {problem.detail}".strip()


def conflict(answer: Answer) -> Gap | Fork:
    """The 409 that a push may get. Raises Fault ``batch-refused``."""
    try:
        return decode(answer.body, Gap | Fork)  # type: ignore[arg-type]  # a union is no type[M]
    except BadAnswer as error:
        raise Fault("batch-refused", _problem(answer)[1]) from error


def gap(answer: Answer) -> Gap:
    """The 409 that handing over evidence may get. Raises Fault ``batch-refused``."""
    found = conflict(answer)
    if isinstance(found, Fork):
        raise Fault("batch-refused", "a fork in place of a gap")
    return found


def message(answer: Answer, kind: type[M]) -> M:
    """The JSON message expected. Raises Fault ``answer-not-understood``."""
    expect(answer, JSON_TYPE)
    try:
        return decode(answer.body, kind)
    except (BadAnswer, msgspec.MsgspecError) as error:
        raise Fault("answer-not-understood", str(error)) from error


def expect(answer: Answer, kind: str) -> None:
    """Raise Fault ``answer-not-understood`` unless the answer is of this content type."""
    if answer.type != kind:
        raise Fault("answer-not-understood", f"{answer.type or 'no type'} in place of {kind}")
