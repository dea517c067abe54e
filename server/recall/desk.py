"""Recall cases: every step is a signed leaf; none is terminated while anything is open."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from forms.rights import Action
from server.recall import case as kinds
from server.recall.asked import asked_of
from server.recall.documents import batched
from server.recall.facts import named
from server.recall.frozen import made
from server.recall.notices import DOCUMENT as NOTICE
from server.recall.notices import notice, told_of, was_sent, without
from server.recall.points import open_points
from server.recall.scope import DOCUMENT
from server.words import Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from server.log.book import Book
    from server.people.directory import Acting
    from server.quality.holds import Holds
    from server.recall.asked import Asked
    from server.recall.case import Cause, Check, Count, RecallCase, Revision
    from server.recall.facts import FactsOf
    from server.recall.frozen import Made
    from server.recall.growth import Standing
    from server.recall.scope import Scope
    from server.recall.steps import Steps
    from server.recall.suspects import Suspects
    from server.workers import Workers

IN_A_STATEMENT = 250
"""Consignees named in one statement: more of them are stated in several."""


class Recalls:
    """Opens cases and takes their steps."""

    def __init__(
        self, book: Book, steps: Steps, suspects: Suspects, facts: FactsOf, holds: Holds
    ) -> None:
        """Over the book, the genealogy and what holds lots."""
        self._book = book
        self.steps, self._suspects, self.facts, self._holds = steps, suspects, facts, holds
        self._watched: int | None = None
        """The size of the log that was looked at last: until it grows, no case does."""

    async def scope(self, cause: Cause, workers: Workers) -> Scope:
        """All that the suspect reached, found beside the event loop; Refusal if nothing is."""
        return await workers.read(self._suspects.asked(await self._suspects.some(cause)))

    async def open(
        self, asked: Asked, acting: Acting, workers: Workers, scope: Scope | None = None
    ) -> RecallCase:
        """Open a case, hold what is suspect, and freeze its first scope; quality only.

        Refusal if nothing answers to the cause. In a drill nothing is held. ``scope``: what was
        found already. Asked again in the same words, the case that is open is given.
        """
        acting.must(Action.RECALL)
        if not asked.reason.strip():
            raise Refusal("reason-needed")
        if (before := self.again(asked)) is not None:
            return before
        case = self.steps.next_id(drill=asked.drill)
        scope = scope or await self.scope(asked.cause, workers)
        first = await workers.read(partial(made, scope, None, case, 1, asked.cause))
        if case != self.steps.next_id(drill=asked.drill):  # another was opened meanwhile
            return await self.open(asked, acting, workers, scope)
        body = msgspec.to_builtins(asked) | {"hold": asked.hold and not asked.drill}
        with self._book.unit():
            self.steps.add(kinds.OPENED, case, body, acting)
            self._freeze(case, acting, first)
        if body["hold"]:
            with suppress(Fault, Refusal):  # it is an open point, and the server tries again
                await self.hold(case, acting, workers)
        return self.steps.of(case)

    def again(self, asked: Asked) -> RecallCase | None:
        """The open case that was asked for in the same words; a drill is never one."""
        live = (one for one in self.steps.cases() if one.open and not asked.drill)
        return next((one for one in live if asked_of(one) == asked), None)

    async def hold(self, case_id: str, acting: Acting, workers: Workers) -> tuple[str, ...]:
        """Hold the suspect lots with everything downstream, where that is not done; their refs."""
        at = await self.facts.standing(self._live(case_id), workers)
        case = self._live(case_id)
        if case.drill:
            raise Refusal("drill-only", name=case_id)
        reason = _reason(case)
        known = {(one.item, one.lot) for one in self._holds.holding.scopes()}
        return tuple(
            self._holds.place(one.item, one.lot, reason, acting, downstream=True)
            for one in at.roots
            if one not in known
        )

    async def freeze(self, case_id: str, acting: Acting, workers: Workers) -> Revision:
        """Freeze the scope as it is known now; the earlier ones are kept."""
        case = self._live(case_id)
        found = await self.facts.growth.next(await self.facts.standing(case, workers), workers)
        if self._live(case_id).newest != case.newest:  # its number is taken by now
            return await self.freeze(case_id, acting, workers)
        return self._freeze(case_id, acting, found)

    def _freeze(self, case_id: str, acting: Acting | None, ready: Made) -> Revision:
        with self._book.unit():
            self.facts.documents.keep(DOCUMENT, ready.digest, ready.frozen.data)
            self.steps.add(kinds.SCOPED, case_id, ready.said(), acting)
        self.facts.remember(ready.digest, ready.frozen)
        self.facts.growth.froze(case_id, ready.digest)
        return self.steps.of(case_id).revisions[-1]

    async def watch(self, workers: Workers) -> tuple[str, ...]:
        """Hold what could not be held before, and freeze a new scope of every open case that grew.

        Which those were; an alarm tells of them. The event loop goes on meanwhile. What fails for
        one case is raised when all were looked at.
        """
        size = self._book.settled
        if self._watched is not None and self._watched == size:
            return ()
        found, failed = list[str](), list[Fault | Refusal]()
        for case in self.steps.cases():
            if case.open and not case.drill:
                try:
                    found += [case.id] if await self._look_at(case, workers) else []
                except (Fault, Refusal) as no:
                    failed.append(no)
        if failed:
            raise failed[0]
        self._watched = size  # what came meanwhile is looked at next time
        return tuple(found)

    async def _look_at(self, case: RecallCase, workers: Workers) -> bool:
        at = await self.facts.standing(case, workers)
        if self.steps.of(case.id).open:  # still
            self._hold_rest(at)
        return await self._grew(at, workers)

    async def _grew(self, at: Standing, workers: Workers) -> bool:
        """Freeze what the case reaches now, if that is more and nobody else did meanwhile."""
        found = await self.facts.growth.look(at, workers, to_freeze=True)
        case, now = at.case, self.steps.of(at.case.id)
        if found is None or not any(found.grown) or now.newest != case.newest or not now.open:
            return False
        with self._book.unit():
            self._freeze(case.id, None, found)
            more = found.grown
            self._book.alarm("recall-grew", case.id, lots=more.lots, lines=more.lines)
        return True

    def _hold_rest(self, at: Standing) -> None:
        """The server itself holds what the person who opened the case could not.

        A hold that stands, of which it could not be stated how far it reaches, is gone on with.
        """
        for one in self.facts.unheld(at):
            with self._book.unit():
                rows = self.facts.held_for(at.case, one)
                mine = next((row["ref"] for row in rows if row["lifted"] is None), "")
                self._holds.by_server(one.item, one.lot, _reason(at.case), mine)

    async def notices(
        self,
        case_id: str,
        language: kinds.Language,
        consignees: Sequence[str],
        acting: Acting,
        workers: Workers,
    ) -> RecallCase:
        """Write the notice of the newest scope; where none is named, to all that have none of it.

        Refusal if there is none. Written again, a notice waits to be sent and acknowledged again:
        so one that another wrote meanwhile is only if it is named, and none of a later scope is.
        """
        acting.must(Action.RECALL)
        case = self._live(case_id)
        frozen = await self.facts.frozen(case, workers)
        if frozen is None:
            raise Refusal("not-found", what="scope", name=case_id)
        wanted = list(dict.fromkeys(consignees)) or without(case, frozen)
        if not wanted:
            raise Refusal("wrong-state", what="notice", name=case_id, state="written")
        self._known(wanted, frozen.consignees)
        written = await workers.render(lambda: [notice(case, frozen, one) for one in wanted])
        await self.facts.documents.keep_many(NOTICE, [each[1:] for each in written])
        revision = frozen.kept.revision
        for some in batched(written, IN_A_STATEMENT):
            case = self._live(case_id)  # others had their turn
            told = told_of(case, revision + bool(consignees))
            pairs = [[each.consignee, each.digest] for each in some if each.consignee not in told]
            if pairs:
                said = {"revision": revision, "language": language, "notices": pairs}
                self.steps.add(kinds.NOTICED, case_id, said, acting)
            await asyncio.sleep(0)
        return self.steps.of(case_id)

    def sent(self, case_id: str, how: str, consignees: Iterable[str], acting: Acting) -> RecallCase:
        """These notices were sent; to all that wait where none is named. Never in a drill."""
        case = self._live(case_id)
        if case.drill:
            raise Refusal("drill-only", name=case_id)
        waiting = [one.consignee for one in case.notices.values() if not one.sent_at]
        return self._mark(kinds.SENT, case, list(consignees) or waiting, {"how": how}, acting)

    def acknowledged(
        self, case_id: str, by: str, consignees: Iterable[str], acting: Acting
    ) -> RecallCase:
        """These consignees said that the notice has reached them; ``by`` names who."""
        case = self._live(case_id)
        unsent = [one for one in consignees if not was_sent(case, one)]
        if unsent:
            raise Refusal("wrong-state", what="notice", name=unsent[0], state="not sent")
        return self._mark(kinds.ACKNOWLEDGED, case, list(consignees), {"by": by}, acting)

    async def check(
        self, case_id: str, check: Check, acting: Acting, workers: Workers
    ) -> RecallCase:
        """An effectiveness check of one consignee."""
        frozen = await self.facts.frozen(self._live(case_id), workers)
        self._known([check.consignee], frozen.consignees if frozen else ())
        return self._step(kinds.CHECKED, self._live(case_id), _said(check), acting)

    def count(self, case_id: str, count: Count, acting: Acting) -> RecallCase:
        """What was counted of a lot, and why what is unknown may stay so."""
        return self._step(kinds.COUNTED, self._live(case_id), _said(count), acting)

    def account(self, case_id: str, origin: str, reason: str, acting: Acting) -> RecallCase:
        """Nobody waits for that station any more, with a reason; quality only."""
        if not reason.strip():
            raise Refusal("reason-needed")
        body = {"origin": origin, "reason": reason}
        return self._step(kinds.ACCOUNTED, self._live(case_id), body, acting)

    async def terminate(
        self, case_id: str, conclusion: str, acting: Acting, workers: Workers
    ) -> RecallCase:
        """End the case; Refusal ``recall-open`` with every reason while anything is open."""
        case = self._live(case_id)
        if not conclusion.strip():
            raise Refusal("reason-needed")
        points = open_points(case, await self.facts.of(case, workers))
        if self._live(case_id) != case:  # another step came meanwhile
            return await self.terminate(case_id, conclusion, acting, workers)
        if points:
            said = "; ".join(one.words("en") for one in points)
            raise Refusal("recall-open", name=case_id, reasons=said[:2000])
        return self._step(kinds.TERMINATED, case, {"conclusion": conclusion}, acting)

    def _step(
        self, kind: str, case: RecallCase, body: dict[str, Any], acting: Acting
    ) -> RecallCase:
        acting.must(Action.RECALL)
        self.steps.add(kind, case.id, body, acting)
        return self.steps.of(case.id)

    def _mark(
        self,
        kind: str,
        case: RecallCase,
        consignees: list[str],
        body: dict[str, Any],
        acting: Acting,
    ) -> RecallCase:
        self._known(consignees, case.notices)
        for some in batched(dict.fromkeys(consignees), IN_A_STATEMENT):
            self._step(kind, case, body | {"consignees": some}, acting)
        return self.steps.of(case.id)

    def _live(self, case_id: str) -> RecallCase:
        case = self.steps.of(case_id)
        if not case.open:
            raise Refusal("wrong-state", what="recall", name=case_id, state="terminated")
        return case

    def _known(self, asked: list[str], known: Iterable[str]) -> list[str]:
        unknown = set(asked) - set(known)
        if unknown or not asked:
            raise Refusal("not-found", what="consignee", name=min(unknown, default=""))
        return asked


def _reason(case: RecallCase) -> str:
    return f"{named(case)}{case.reason} / 召回 {case.id}：{case.reason}"


def _said(value: Check | Count) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.to_builtins(value)
    return {name: one for name, one in body.items() if name not in {"at", "person", "index"}}
