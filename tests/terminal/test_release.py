"""Release at the kiosk: only what the server, too, calls ready, and no more said than is true."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from forms.entries import ReleaseDecided
from sync.faults import Fault
from sync.keys import TestSigner
from terminal.asked import path_of
from terminal.capture_sign import Signing
from terminal.signing import for_release
from terminal.ui import Link
from terminal.views import Mark, OverviewStage, WorkListStage
from tests.terminal.documents import SECRETS, badge_of, people
from tests.terminal.plant import Bench
from tests.terminal.test_link import link_of
from tests.terminal.test_signing import labelled


def finished(**known_there: object) -> Bench:
    """A finished lot before quality, everything at the server; what it knows otherwise."""
    bench = labelled()
    bench.supervisor()
    bench.touch("sign_out")
    bench.badge_in("qi")
    bench.drain()
    bench.known_there = known_there
    return bench


def points(bench: Bench) -> list[str]:
    assert isinstance(bench.frame.stage, OverviewStage)
    return [point.value for point in bench.frame.stage.open_points]


def may_release(bench: Bench) -> bool:
    button = next(a for a in bench.frame.actions if a.params == (("decision", "released"),))
    return button.enabled


def said(bench: Bench) -> str:
    """The line over the actions."""
    return bench.frame.notice.word if bench.frame.notice else ""


def decided(bench: Bench) -> bool:
    return any(isinstance(r.entry, ReleaseDecided) for r in bench.station.records._all)


@pytest.mark.covers("F32")
def test_release_is_offered_when_the_server_agrees_and_asked_again_at_the_touch() -> None:
    bench = finished()
    bench.touch("release")
    assert (bench.mark, points(bench), bench.doors.asked) == (Mark.PASS, [], 1)
    bench.wait(60)
    assert bench.doors.asked == 1, "every question is audited: none without a cause"
    bench.touch("release", decision="released")
    assert (bench.name, bench.doors.asked) == ("sign", 2)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(
    ("there", "words"),
    [
        ({"ready": False, "reasons": [("log-gap", {"origin": "x/S1/ST-02/1"})]}, "ST-02"),
        ({"ready": False, "reasons": [("lot-held", {"lot": "L9", "reason": "odd"})]}, "odd"),
        ({"ready": False, "reasons": [("from-tomorrow", {"a": "b"})]}, "from-tomorrow"),
        ({"ready": True, "reasons": [("log-gap", {"wrong": "facts"})]}, "log-gap"),
        ({"ready": False, "reasons": []}, ""),
        ({"records": 99}, "99"),
        ({"records_root": "0" * 64}, ""),
    ],
)
def test_what_the_server_knows_more_is_said_and_blocks(
    there: dict[str, object], words: str, language: str
) -> None:
    bench = finished(**there)
    if language != "en":
        bench.touch("language")
    bench.touch("release")
    assert bench.mark == "warn"
    (point,) = points(bench)
    assert words in point
    assert not may_release(bench)
    bench.touch("release", decision="released")
    assert bench.name == "release"
    assert isinstance(bench.frame.stage, OverviewStage)
    verdict = bench.frame.stage.verdict
    assert verdict is not None
    assert ("console" if language == "en" else "控制台") in verdict.detail


def test_a_reason_known_here_is_said_once() -> None:
    bench = labelled()
    bench.touch("sign_out")
    bench.badge_in("qi")
    bench.drain()
    bench.touch("overview")
    bench.touch("release")
    assert bench.doors.asked == 1
    assert sum("OP60" in point for point in points(bench)) == 1


def test_while_the_server_is_asked_the_screen_says_so() -> None:
    bench = finished()
    bench.doors.held = []
    bench.touch("release")
    assert bench.mark == "info"
    assert said(bench) == ""
    assert not may_release(bench)
    bench.wait(0.2)
    assert said(bench) == "Asking the server …"
    (answer,) = bench.doors.held
    bench.doors.held = None
    answer()
    assert bench.mark == "pass"
    assert said(bench) == ""


def test_a_late_answer_to_an_older_question_is_not_taken() -> None:
    bench = finished()
    held: list[Callable[[], None]] = []
    bench.doors.held = held
    bench.touch("release")
    bench.touch("back")
    bench.touch("release")
    bench.known_there = {"ready": False}
    held[0]()
    assert bench.mark == "info"
    held[1]()
    assert bench.mark == "warn"


@pytest.mark.parametrize("answer", [b"", b"{", b"[]", b'{"job":"JO-2"}', b"null", b"[" * 9999])
def test_an_odd_answer_is_no_answer(answer: bytes) -> None:
    bench = finished()
    bench.doors.server = lambda _: answer
    bench.touch("release")
    assert not may_release(bench)
    assert "answer-not-understood" in points(bench)[0]


def test_no_answer_is_asked_for_again_after_a_while() -> None:
    bench = finished()
    bench.doors.server = lambda _: Fault("server-busy")
    bench.touch("release")
    assert "server-busy" in points(bench)[0]
    bench.wait(1)
    assert bench.doors.asked == 1
    bench.doors.server = bench.readiness
    bench.wait(5)
    assert (bench.doors.asked, bench.mark) == (2, Mark.PASS)


def test_disagreement_at_the_touch_opens_no_signature() -> None:
    bench = finished()
    bench.touch("release")
    bench.known_there = {"ready": False, "reasons": [("log-gap", {"origin": "ST-02"})]}
    bench.touch("release", decision="released")
    assert bench.name == "release"
    assert not may_release(bench)
    bench.touch("release", decision="rejected")
    assert bench.desk.ui.choose == "reject", "to reject nobody needs the server"


def test_offline_nothing_is_asked_and_nothing_released() -> None:
    bench = finished()
    bench.desk.link = Link(online=False)
    bench.touch("release")
    assert (bench.doors.asked, bench.mark, may_release(bench)) == (0, Mark.WARN, False)


def test_a_release_of_other_records_than_agreed_is_stale() -> None:
    bench = finished()
    by = Signing(people()[2], TestSigner("qi", "x"), ("badge", "secret"))
    for agreed in ("", "0" * 64):
        wanted = for_release(bench.desk.snapshot.position, "released", "", agreed)
        assert bench.station.sign(wanted, "text", by, "en").what == "stale"
    assert not decided(bench)


def test_signed_is_not_released_until_the_server_has_it() -> None:
    bench = finished()
    bench.touch("release")
    bench.touch("release", decision="released")
    bench.scan(badge_of("qi"))
    bench.keys(SECRETS["qi"])
    bench.keys(SECRETS["qi"])
    stage = bench.frame.stage
    assert isinstance(stage, OverviewStage)
    assert stage.verdict is not None
    assert stage.verdict.word == "Decision signed; not yet accepted by the server"
    bench.touch("back")
    bench.touch("back")
    assert isinstance(bench.frame.stage, WorkListStage)
    assert "not yet accepted" in bench.frame.stage.items[0].word
    bench.drain()
    assert isinstance(bench.frame.stage, WorkListStage)
    assert bench.frame.stage.items[0].word == "released"


def test_the_link_asks_after_it_has_sent_and_answers_with_its_fault() -> None:
    bench = Bench()
    bench.begin()
    link = link_of(bench)
    got: list[object] = []
    bench.server.answers[path_of("JO-1")] = json.dumps({"x": 1}).encode()
    link.ask(path_of("JO-1"), got.append)
    link.ask(path_of("JO-2"), got.append)
    link.once(lambda: None, lambda: False)
    assert got[0] == b'{"x": 1}'
    assert isinstance(got[1], Fault)
    assert link.link.online, "a question refused says nothing about the link"
    bench.server.offline = True
    link.ask(path_of("JO-1"), got.append)
    link.once(lambda: None, lambda: False)
    assert isinstance(got[2], Fault)
    assert got[2].code == "server-unreachable"


def test_the_path_is_quoted() -> None:
    assert path_of("a/../b?c") == "/jobs/a%2F..%2Fb%3Fc/readiness"
