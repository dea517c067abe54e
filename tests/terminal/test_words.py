"""The texts: both languages say the same things with the same facts, and every screen has words."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fluent.syntax import FluentParser, ast

from forms.codec import KINDS
from forms.terms import Disposition, Meaning, PersonnelClass
from sync.faults import FAULTS
from terminal import board, board_system
from terminal.board_check import WHYS
from terminal.board_choose import REASONS
from terminal.board_strip import QUALITIES
from terminal.checks import PLANS
from terminal.conditions import LIGHTS, NAMED
from terminal.intents import INTENTS
from terminal.signing import Purpose
from terminal.ui import Link, Note
from terminal.views import Mark, MessageStage
from terminal.words import FILES, NAMES, Words, other, source
from tests.terminal.plant import Bench


def messages(language: str) -> dict[str, set[str]]:
    """Message ids and the variables each uses."""
    found: dict[str, set[str]] = {}
    for entry in FluentParser().parse(source(language)).body:
        assert not isinstance(entry, ast.Junk), entry.content
        if isinstance(entry, ast.Message):
            assert entry.id.name not in found, entry.id.name
            text = "".join(re.findall(r"\$\w+", FluentSerialised(entry).text))
            found[entry.id.name] = set(re.findall(r"\$(\w+)", text))
    return found


class FluentSerialised:
    """A message as text."""

    def __init__(self, entry: ast.Message) -> None:
        from fluent.syntax import FluentSerializer  # noqa: PLC0415 - only here

        self.text = FluentSerializer().serialize_entry(entry)


def test_both_files_have_the_same_messages_and_variables() -> None:
    assert messages("en") == messages("zh_CN")


def test_every_word_of_a_closed_list_has_a_text() -> None:
    ids = set(messages("en"))
    wanted = {f"class-{one.value}" for one in PersonnelClass}
    wanted |= {f"meaning-{one.value}" for one in Meaning}
    wanted |= {f"disposition-{one.value}" for one in Disposition}
    wanted |= {f"disposition-{one.value}-means" for one in Disposition}
    wanted |= {f"kind-{kind.replace('.', '-')}" for kind in KINDS}
    wanted |= {f"light-{light}" for light in LIGHTS}
    wanted |= {word for _, word in NAMED.values()}
    asks = {one for plan in PLANS.values() for one in plan} | {"piece"}
    wanted |= {f"check-{one}" for one in asks} | {f"check-expects-{one}" for one in asks}
    wanted |= {f"check-why-{one}" for one in WHYS}
    wanted |= {f"clock-{quality}" for quality in QUALITIES}
    wanted |= {f"help-{screen}" for screen in board_system.HELPED}
    wanted |= {f"reason-{reason}" for reasons in REASONS.values() for reason in reasons}
    wanted |= {f"reason-title-{chosen}" for chosen in ("reason", "reprint", "reject")}
    wanted |= {f"sign-text-{one}" for one in Purpose.__args__ if one != "accountability"}  # type: ignore[attr-defined]
    assert wanted <= ids, wanted - ids
    assert {f"sign-title-{one}" for one in ("step", "disposition", "release")} <= ids
    assert INTENTS


def test_a_missing_word_or_fact_is_a_mistake_not_a_gap() -> None:
    words = Words("en")
    with pytest.raises(LookupError):
        words("no-such-message")
    with pytest.raises(ValueError, match="no-instrument"):
        words("no-instrument")


def test_languages_switch_to_each_other() -> None:
    assert {other(one) for one in FILES} == set(FILES) == set(NAMES)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_screens_before_and_beside_the_work(language: str) -> None:
    bench = Bench()
    view = replace(bench.desk.view(), ui=replace(bench.desk.ui, language=language))
    starting = board.compose(replace(view, ui=replace(view.ui, starting=True)))
    assert starting.name == "starting"
    empty = replace(view.snapshot, pack=None)
    link = Link(online=False, code="server-unreachable")
    waiting = board.compose(replace(view, snapshot=empty, link=link))
    assert waiting.name == "no-pack"
    assert isinstance(waiting.stage, MessageStage)
    assert Words(language)("no-pack-offline") in waiting.stage.lines
    forked = Link(online=False, code="server-log-forked")
    stopped = board.compose(replace(view, snapshot=empty, link=forked))
    hint = FAULTS["server-log-forked"]
    assert (hint.zh_CN if language == "zh_CN" else hint.en) in stopped.stage.lines  # type: ignore[union-attr]
    crash = board_system.crash(language, "ST-01", "LB-1234-5678")
    assert isinstance(crash.stage, MessageStage)
    assert crash.stage.code == "LB-1234-5678"
    assert board_system.unusable(language, ("a", "b")).name == "rescue"


@pytest.mark.parametrize(
    ("link", "word", "mark"),
    [
        (Link(online=True), "online", Mark.PASS),
        (Link(online=False), "offline", Mark.WARN),
    ],
)
def test_the_link_says_what_is_true(link: Link, word: str, mark: Mark) -> None:
    bench = Bench()
    bench.drain()
    frame = board.compose(replace(bench.desk.view(), link=link))
    assert frame.strip.link.word == word
    assert frame.strip.link.mark is mark
    bench.badge_in("ana")
    bench.clock.pass_(180)
    frame = board.compose(replace(bench.desk.view(), link=link))
    assert frame.strip.link.word in {"sending 1", "offline · 3 min unsent"}
    for hours, said in ((1, "63 min"), (40, "41 h"), (40, "3 days")):
        bench.clock.pass_(hours * 3600)
        frame = board.compose(replace(bench.desk.view(), link=link))
        assert frame.strip.link.word in {"sending 1", f"offline · {said} unsent"}


def test_photos_on_their_way_are_said_once_every_record_is_there() -> None:
    bench = Bench()
    bench.desk.link = Link(online=True)

    def said(accepted: int, photos: int) -> str:
        counted = replace(bench.desk.snapshot.counted, saved=3, accepted=accepted, photos=photos)
        bench.desk.snapshot = replace(bench.desk.snapshot, counted=counted)
        return board.compose(bench.desk.view()).strip.link.word

    assert said(2, 2) == "sending 1"
    assert said(3, 2) == "sending 2 photos"
    assert said(3, 0) == "online"


def test_a_permanent_trouble_of_the_server_is_said_until_it_ends() -> None:
    bench = Bench()
    link = Link(online=False, code="server-log-forked")
    frame = board.compose(replace(bench.desk.view(), link=link))
    assert frame.notice is not None
    assert frame.notice.detail == FAULTS["server-log-forked"].en
    noted = replace(bench.desk.ui, note=Note(Mark.INFO, "too-fast"))
    frame = board.compose(replace(bench.desk.view(), link=link, ui=noted))
    assert frame.notice is not None
    assert frame.notice.mark is Mark.INFO
