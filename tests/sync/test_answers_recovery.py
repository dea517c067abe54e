"""Answers told apart: recovery and what nobody knows from being busy, a gap from a fork."""

from __future__ import annotations

import pytest

from sync.answers import RECOVERY, Answer, gap, judge
from sync.faults import FAULTS, Fault
from sync.protocol import JSON_TYPE, Fork, Gap, Problem, encode


@pytest.mark.covers("F40", "F41")
@pytest.mark.parametrize(
    ("code", "fault", "kind"),
    [
        (RECOVERY, RECOVERY, "transient"),
        ("commit-unknown", "answer-lost", "ambiguous"),
        ("answer-lost", "answer-lost", "ambiguous"),
        ("busy", "server-busy", "transient"),
        ("", "server-busy", "transient"),
    ],
)
def test_what_is_more_than_being_busy_is_told_from_it(code: str, fault: str, kind: str) -> None:
    body = encode(Problem(code, "server-recovery is no code here")) if code else b"no problem"
    with pytest.raises(Fault, match=fault) as found:
        judge(Answer(503, JSON_TYPE, body, 5), (200,))
    assert found.value.code == fault
    assert found.value.retry_after_s == 5
    assert FAULTS[fault].kind == kind


def test_evidence_is_answered_by_a_gap_never_by_a_fork() -> None:
    assert gap(Answer(409, JSON_TYPE, encode(Gap(3, "00")), None)) == Gap(3, "00")
    with pytest.raises(Fault, match="batch-refused"):
        gap(Answer(409, JSON_TYPE, encode(Fork(3, 5)), None))
