"""What leaves a recall case: frozen scopes, lists as CSV, notices, the evidence pack."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from server.evidence.gather import leaves, noted
from server.evidence.pack import PackParts, build
from server.evidence.readme_recall import RECALL_README
from server.evidence.trail_export import cell
from server.recall.documents import digest_of
from server.recall.notices import DOCUMENT as NOTICE
from server.recall.notices import pdf
from server.recall.pieces import in_turn
from server.recall.report import report
from server.recall.scope import DOCUMENT
from server.words import Refusal
from sync.people_history import PEOPLE_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from server.masters.catalogue import Catalogue
    from server.quality.batch import BatchReader
    from server.recall.case import RecallCase
    from server.recall.desk import Recalls
    from server.workers import Workers
    from sync.keys import Signer

CONSIGNEE_HEAD = (
    "consignee", "lines", "notice_revision", "sent_at", "sent_how", "acknowledged_at",
    "acknowledged_by", "reached", "returned", "destroyed", "checked_at", "checked_by",
)  # fmt: skip
LINE_HEAD = (
    "shipment", "line", "consignee", "item", "lot", "quantity", "unit", "at", "serials",
)  # fmt: skip


class Sources(NamedTuple):
    """What a pack is proved from, signed by, and made in."""

    reader: BatchReader
    signer: Signer
    workers: Workers


def scope(recalls: Recalls, case_id: str, revision: int) -> bytes:
    """The bytes of a frozen scope; the newest for revision 0. Refusal if there is none."""
    case = recalls.steps.of(case_id)
    wanted = revision or len(case.revisions)
    found = next((one for one in case.revisions if one.number == wanted), None)
    data = recalls.facts.documents.get(DOCUMENT, found.scope) if found else None
    if data is None:
        raise Refusal("not-found", what="scope", name=f"{case_id} {revision}")
    return data


async def consignees(recalls: Recalls, case_id: str, workers: Workers) -> tuple[str, int]:
    """Every consignee of the newest scope and where it stands, as CSV; how many."""
    case = recalls.steps.of(case_id)
    frozen = await recalls.facts.frozen(case, workers)
    named = frozen.by_consignee.items() if frozen else ()
    rows = (_stands(case, name, len(lines_of)) for name, lines_of in named)
    return await workers.render(partial(_csv, CONSIGNEE_HEAD, rows))


def _stands(case: RecallCase, name: str, count: int) -> tuple[object, ...]:
    notice, check = case.notices.get(name), case.checks.get(name)
    said: tuple[object, ...] = (
        (notice.revision, notice.sent_at, notice.sent_how, notice.acknowledged_at,
         notice.acknowledged_by) if notice else ("",) * 5
    )  # fmt: skip
    checked: tuple[object, ...] = (
        (check.reached, check.returned, check.destroyed, check.at, check.person)
        if check
        else ("",) * 5
    )
    return name, count, *said, *checked


async def lines(recalls: Recalls, case_id: str, workers: Workers) -> tuple[str, int]:
    """Every shipment line of the newest scope, as CSV; how many."""
    frozen = await recalls.facts.frozen(recalls.steps.of(case_id), workers)
    rows = (
        (one.shipment, one.line, one.consignee, one.item, one.lot, one.quantity, one.unit, one.at,
         " ".join(one.serials))
        for one in (frozen.kept.lines if frozen else ())
    )  # fmt: skip
    return await workers.render(partial(_csv, LINE_HEAD, rows))


def notice(
    recalls: Recalls, catalogue: Catalogue, case_id: str, consignee: str, language: str
) -> Callable[[], bytes]:
    """What prints the notice to a consignee; Refusal if none was written."""
    case = recalls.steps.of(case_id)
    found = case.notices.get(consignee)
    data = recalls.facts.documents.get(NOTICE, found.document) if found else None
    if found is None or data is None or digest_of(data) != found.document:
        raise Refusal("not-found", what="notice", name=consignee[:60])
    names = {one.item: one.name.in_language(language) for one in catalogue.materials()}
    words = "zh_CN" if language == "zh_CN" else "en"
    return lambda: pdf(data, found.document, names, words)  # type: ignore[arg-type]


async def pack(
    recalls: Recalls, sources: Sources, case_id: str, language: str
) -> Callable[[], bytes]:
    """What builds the evidence pack: the steps with their proofs, and the documents they name.

    The documents lie among the attachments under their digests, as the steps name them.
    """
    reader, signer, workers = sources
    facts = await recalls.facts.of(recalls.steps.of(case_id), workers)
    case, steps = recalls.steps.of(case_id), recalls.steps.all_of(case_id)
    checkpoint = reader.newest_checkpoint()
    parts = PackParts(
        job=case.id,
        lot=case.cause.lot,
        origins=(),
        checkpoint_note=noted(checkpoint),
        leaves=leaves(reader, _positions(reader, [step.index for step in steps]), checkpoint.size),
        pdf=b"",
        timestamp=reader.timestamp(checkpoint.size),
        readme=RECALL_README,
        told={"recall": {"steps": len(steps), "size": checkpoint.size}},
    )
    documents = await _documents(recalls, case)
    printed = report(case, steps, facts, language)
    return lambda: build(replace(parts, pdf=printed(), attachments=documents), signer)


async def _documents(recalls: Recalls, case: RecallCase) -> dict[str, bytes]:
    """What was kept of the documents that the case names, by digest."""
    kept = recalls.facts.documents
    found = {one.scope: kept.get(DOCUMENT, one.scope) for one in case.revisions}
    async for one in in_turn(case.notices.values()):
        found[one.document] = kept.get(NOTICE, one.document)
    return {digest: data for digest, data in found.items() if data is not None}


def _positions(reader: BatchReader, steps: Iterable[int]) -> set[int]:
    """The steps, and how people stood: a signature is checked by the key its person had."""
    return {*steps, *(index for kind in PEOPLE_KINDS for index, _ in reader.statements(kind))}


def _csv(head: Iterable[str], rows: Iterable[Iterable[object]]) -> tuple[str, int]:
    """The text, and how many rows below the head."""
    target, count = io.StringIO(), 0
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(head)
    for count, row in enumerate(rows, 1):  # noqa: B007 - the last is how many
        writer.writerow([cell(str(value)) for value in row])
    return target.getvalue(), count
