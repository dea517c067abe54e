"""What leaves a recall case: frozen scopes, lists as CSV, notices, the evidence pack."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

from server.evidence.gather import leaves, noted
from server.evidence.pack import PackParts, build
from server.evidence.trail_export import cell
from server.recall.notices import pdf
from server.recall.report import report
from server.words import Refusal
from sync.people_history import PEOPLE_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from server.masters.catalogue import Catalogue
    from server.quality.batch import BatchReader
    from server.recall.desk import Recalls
    from sync.keys import Signer

CONSIGNEE_HEAD = (
    "consignee", "lines", "notice_revision", "sent_at", "sent_how", "acknowledged_at",
    "acknowledged_by", "reached", "returned", "destroyed", "checked_at", "checked_by",
)  # fmt: skip
LINE_HEAD = (
    "shipment", "line", "consignee", "item", "lot", "quantity", "unit", "at", "serials",
)  # fmt: skip


def scope(recalls: Recalls, case_id: str, revision: int) -> bytes:
    """The bytes of a frozen scope; the newest for revision 0. Refusal if there is none."""
    case = recalls.steps.of(case_id)
    wanted = revision or len(case.revisions)
    found = next((one for one in case.revisions if one.number == wanted), None)
    data = recalls.facts.document(found.scope) if found else None
    if data is None:
        raise Refusal("not-found", what="scope", name=f"{case_id} {revision}")
    return data


def consignees(recalls: Recalls, case_id: str) -> tuple[str, int]:
    """Every consignee of the newest scope and where it stands, as CSV; how many."""
    case = recalls.steps.of(case_id)
    rows = []
    for name, lines_of in recalls.facts.lines_of(case).items():
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
        rows.append((name, len(lines_of), *said, *checked))
    return _csv(CONSIGNEE_HEAD, rows), len(rows)


def lines(recalls: Recalls, case_id: str) -> tuple[str, int]:
    """Every shipment line of the newest scope, as CSV; how many."""
    kept = recalls.facts.kept(recalls.steps.of(case_id))
    rows = [
        (one.shipment, one.line, one.consignee, one.item, one.lot, one.quantity, one.unit, one.at,
         " ".join(one.serials))
        for one in (kept.lines if kept else ())
    ]  # fmt: skip
    return _csv(LINE_HEAD, rows), len(rows)


def notice(
    recalls: Recalls, catalogue: Catalogue, case_id: str, consignee: str, language: str
) -> Callable[[], bytes]:
    """What prints the notice to a consignee; Refusal if none was written."""
    case = recalls.steps.of(case_id)
    found = case.notices.get(consignee)
    data = recalls.kept_notice(found.document) if found else None
    if found is None or data is None:
        raise Refusal("not-found", what="notice", name=consignee[:60])
    names = {one.item: one.name.in_language(language) for one in catalogue.materials()}
    words = "zh_CN" if language == "zh_CN" else "en"
    return lambda: pdf(data, found.document, names, words)  # type: ignore[arg-type]


def pack(
    recalls: Recalls, reader: BatchReader, signer: Signer, case_id: str, language: str
) -> Callable[[], bytes]:
    """What builds the evidence pack: the steps with their proofs, and the documents they name.

    The documents lie among the attachments under their digests, as the steps name them.
    """
    case, steps = recalls.steps.of(case_id), recalls.steps.all_of(case_id)
    checkpoint = reader.newest_checkpoint()
    documents = {one.scope: recalls.facts.document(one.scope) for one in case.revisions}
    documents |= {one.document: recalls.kept_notice(one.document) for one in case.notices.values()}
    parts = PackParts(
        job=case.id,
        lot=case.cause.lot,
        origins=(),
        checkpoint_note=noted(checkpoint),
        leaves=leaves(reader, _positions(reader, [step.index for step in steps]), checkpoint.size),
        pdf=b"",
        timestamp=reader.timestamp(checkpoint.size),
        attachments={name: data for name, data in documents.items() if data is not None},
    )
    printed = report(case, steps, recalls.facts.of(case), language)

    return lambda: build(replace(parts, pdf=printed()), signer)


def _positions(reader: BatchReader, steps: Iterable[int]) -> set[int]:
    """The steps, and how people stood: a signature is checked by the key its person had."""
    return {*steps, *(index for kind in PEOPLE_KINDS for index, _ in reader.statements(kind))}


def _csv(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([cell(str(value)) for value in row] for row in rows)
    return target.getvalue()
