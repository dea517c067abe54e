"""``lotbook-server trail``: the audit trail with filters, what waits, its review signed."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec

from server.audit.events import Event, Filter
from server.log_lines import shown
from server.quality.review import Asked, Exempt, Review, Waiting, filters_in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.folder import DataFolder
    from server.ways import Ways

FILTERS = Filter.__struct_fields__
WORDS: dict[str, tuple[str, str]] = {
    "waiting": (
        "{what}: {count} changes and failures since leaf {since} were not reviewed.",
        "{what}：自叶节点 {since} 起有 {count} 项变更与失败未经审核。",
    ),
    "none-waiting": ("{what}: reviewed, nothing waits.", "{what}：已审核，无待审核事件。"),
    "whole": ("The whole log", "整个日志"),
    "review": (
        "#{number} to {stop}: {events} events, {exceptions} exceptions; {person} {at} {findings}",
        "#{number} 至 {stop}：{events} 项事件，{exceptions} 项例外；{person} {at} {findings}",
    ),
    "how": (
        "Up to leaf {stop}. Sign what you read: lotbook-server trail review --stop {stop} …",
        "截至叶节点 {stop}。签署所读内容：lotbook-server trail review --stop {stop} …",
    ),
    "more": ("More, older: --before {stop}", "更早的事件：--before {stop}"),
    "signed": (
        "Signed: reviewed up to leaf {stop}, {events} events, {exceptions} exceptions.",
        "已签署：审核至叶节点 {stop}，{events} 项事件，{exceptions} 项例外。",
    ),
}
"""What the commands say: English, Chinese."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a running server answers about events."""

    events: tuple[Event, ...]
    more: int | None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What it answers about reviews."""

    reviews: tuple[Review, ...]
    waiting: Waiting


class TrailCommands:
    """The commands, at a running server or on a stopped one's folder."""

    def __init__(self, ways: Ways) -> None:
        """By the ways to either."""
        self._ways = ways

    def add(
        self,
        verbs: argparse._SubParsersAction[argparse.ArgumentParser],
        signed: Callable[[argparse.ArgumentParser], argparse.ArgumentParser],
    ) -> None:
        """``trail waiting``, ``trail list``, ``trail review``."""
        trail = verbs.add_parser("trail", help="the audit trail and its review")
        steps = trail.add_subparsers(dest="step", required=True, metavar="STEP")
        waiting = signed(steps.add_parser("waiting", help="what nobody reviewed, and the reviews"))
        waiting.add_argument("--job", default="", help="of one job order")
        waiting.set_defaults(run=self.waiting)
        listed = _filters(signed(steps.add_parser("list", help="events, the newest first")))
        listed.add_argument("--before", type=int, default=None, metavar="LEAF")
        listed.add_argument("--most", type=_most, default=100, metavar="N")
        listed.set_defaults(run=self.list)
        review = _filters(signed(steps.add_parser("review", help="sign a review (quality)")))
        review.add_argument("--stop", type=int, required=True, help="reviewed up to this leaf")
        review.add_argument("--findings", default="", help="in words")
        review.add_argument(
            "--except", dest="exceptions", type=_exempt, action="append", default=[],
            metavar="'LEAF WHY'", help="an event that is not accepted; may be given again",
        )  # fmt: skip
        review.set_defaults(run=self.review)

    def waiting(self, given: argparse.Namespace, folder: DataFolder | None) -> int:
        """What waits for a review, and the reviews that were signed."""
        if given.url:
            query = urlencode({"job": given.job})
            said = self._ways.remote(given).call("GET", f"/api/trail/reviews?{query}")
            standing = msgspec.convert(said, Standing)
        else:
            with self._ways.opened(folder) as parts:
                reviews = parts.oversight.reviews
                standing = Standing(
                    reviews=reviews.all(given.job), waiting=reviews.waiting(given.job)
                )
        for one in standing.reviews:
            facts = msgspec.structs.asdict(one) | {"exceptions": len(one.exceptions)}
            _say(given, "review", **facts)
        code, what = "waiting" if standing.waiting.count else "none-waiting", given.job
        facts = msgspec.structs.asdict(standing.waiting)
        _say(given, code, what=what or _words(given, "whole"), **facts)
        return 0

    def list(self, given: argparse.Namespace, folder: DataFolder | None) -> int:
        """Events that fit, one line each: leaf, when, who, what, why, from where."""
        asked = _filter(given)
        if given.url:
            query: dict[str, Any] = {k: v for k, v in msgspec.to_builtins(asked).items() if v}
            query |= {"most": given.most} | ({"stop": given.before} if given.before else {})
            said = self._ways.remote(given).call("GET", f"/api/trail?{urlencode(query)}")
            seen = msgspec.convert(said, Seen)
        else:
            with self._ways.opened(folder) as parts:
                stop = parts.book.size if given.before is None else given.before
                page = parts.oversight.reviews.events.page(asked, 0, stop, given.most)
                seen = Seen(events=page.events, more=page.more)
        for one in seen.events:
            sys.stdout.write(f"{_line(one, given.language)}\n")
        if seen.more is not None:
            _say(given, "more", stop=seen.more)
        if seen.events and given.before is None:
            _say(given, "how", stop=seen.events[0].index + 1)
        return 0

    def review(self, given: argparse.Namespace, folder: DataFolder | None) -> int:
        """Quality's signature: reviewed up to that leaf, with these exceptions."""
        asked = Asked(
            stop=given.stop,
            job=given.job,
            filters=filters_in_words(_filter(given)),
            findings=given.findings,
            exceptions=tuple(given.exceptions),
        )
        if given.url:
            said = self._ways.remote(given).act("/api/trail/reviews", **msgspec.to_builtins(asked))
            done = msgspec.convert(said, Review)
        else:
            with self._ways.opened(folder) as parts:
                who = parts.sessions.check(*self._ways.components(given))
                done = parts.oversight.reviews.sign(asked, who)
        _say(given, "signed", stop=done.stop, events=done.events, exceptions=len(done.exceptions))
        return 0


def _filters(sub: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The same filters as the page's."""
    for name in FILTERS:
        if name == "only":
            sub.add_argument("--only", choices=("changes", "failures"), default="")
        else:
            sub.add_argument(f"--{name}", default="")
    return sub


def _filter(given: argparse.Namespace) -> Filter:
    return Filter(**{name: getattr(given, name) for name in FILTERS})


def _most(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 1_000):  # noqa: PLR2004
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000")
    return int(text)


def _exempt(text: str) -> Exempt:
    index, _, words = text.strip().lstrip("#").partition(" ")
    if not (index.isascii() and index.isdigit() and words.strip()):
        raise argparse.ArgumentTypeError(f"{text!r} is not the number of a leaf and why")
    return Exempt(index=int(index), words=words.strip())


def _line(one: Event, language: str) -> str:
    what = one.what.in_language(language) if one.what else one.kind
    changes = "; ".join(f"{c.name}: {c.old or '-'} -> {c.new or '-'}" for c in one.changes)
    said = (one.subject, one.detail, one.result, changes, one.why, one.place)
    facts = (f"#{one.index}", one.at[:19], one.person or "-", what, *filter(None, said))
    return "\t".join(map(shown, facts))


def _words(given: argparse.Namespace, code: str) -> str:
    return WORDS[code][given.language == "zh_CN"]


def _say(given: argparse.Namespace, code: str, **facts: object) -> None:
    sys.stdout.write(f"{_words(given, code).format(**facts).rstrip()}\n")
