"""The notice to a consignee: what was recalled, what of it they got, what to do (21 CFR 7.49).

The document kept is its data; the PDF is printed from it in either language, the same bytes
each time.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from server.evidence.print import compiled
from server.recall.documents import digest_of
from sync import canonical

if TYPE_CHECKING:
    from server.recall.case import Language, RecallCase
    from server.recall.frozen import FrozenScope

FORMAT = "lotbook-recall-notice/1"
DOCUMENT = "recall-notice"
"""Kind of the document."""
TEMPLATE = Path(__file__).with_name("notice.typ")
WORDS: dict[str, tuple[str, str]] = {
    "title": ("URGENT: MEDICAL DEVICE RECALL", "紧急：医疗器械召回"),
    "drill": (
        "DRILL - nothing is recalled, nothing is to be done.",
        "模拟召回：并非真实召回，无须采取任何措施。",
    ),
    "to": ("To", "致"),
    "case": ("Recall case", "召回编号"),
    "revision": ("Scope, revision", "范围（版次）"),
    "opened": ("Opened", "启动日期"),
    "reason": ("Reason", "召回原因"),
    "depth": ("Depth", "召回层级"),
    "class": ("Class", "召回级别"),
    "consumer": ("consumer or user", "使用者"),
    "retail": ("retail", "零售"),
    "wholesale": ("wholesale", "批发"),
    "unclassified": ("not classified yet", "尚未分级"),
    "lines": ("What was shipped to you", "已发给贵方的产品"),
    "shipment": ("Shipment / line", "发货单 / 行"),
    "item": ("Item", "物料"),
    "lot": ("Lot", "批次"),
    "quantity": ("Quantity", "数量"),
    "serials": ("Serial numbers", "序列号"),
    "date": ("Shipped", "发货日期"),
    "do": ("What to do now", "请立即"),
    "do_1": (
        "Stop using and stop distributing the products listed. Keep them apart.",
        "停止使用和销售上列产品，并予以隔离。",
    ),
    "do_2": (
        "If you passed any of them on, forward this notice to whoever has them.",
        "如已转交他人，请将本通知转给现持有者。",
    ),
    "do_3": (
        "Tell us in writing that this notice has reached you, and how many you still have.",
        "请书面确认已收到本通知，并告知现存数量。",
    ),
    "do_4": (
        "Return them, or destroy them only if we say so in writing.",
        "请退回产品；仅在我方书面要求时予以销毁。",
    ),
    "reply": ("Received by (name, date, signature)", "接收人（姓名、日期、签名）"),
    "left": ("Quantity still there", "现存数量"),
    "digest": ("SHA-256 of this notice's data", "本通知数据的 SHA-256"),
    "of": ("page", "页"),
}  # fmt: skip
"""English and Chinese."""


class Written(NamedTuple):
    """A notice's data, as it is kept."""

    consignee: str
    digest: str
    data: bytes


def notice(case: RecallCase, frozen: FrozenScope, consignee: str) -> Written:
    """The notice to a consignee of that scope; in any thread."""
    said = {
        "format": FORMAT,
        "case": case.id,
        "drill": case.drill,
        "revision": frozen.kept.revision,
        "consignee": consignee,
        "reason": case.reason,
        "depth": case.depth,
        "classification": case.classification,
        "opened_at": case.opened_at,
        "lines": msgspec.to_builtins(frozen.by_consignee[consignee]),
    }
    data = canonical.dumps(said)
    return Written(consignee, digest_of(data), data)


def without(case: RecallCase, frozen: FrozenScope) -> list[str]:
    """Consignees that have no notice of that scope."""
    told = told_of(case, frozen.kept.revision)
    return [one for one in frozen.consignees if one not in told]


def told_of(case: RecallCase, revision: int) -> set[str]:
    """Consignees that have a notice of that scope or a later one."""
    return {one for one, notice in case.notices.items() if notice.revision >= revision}


def was_sent(case: RecallCase, consignee: str) -> bool:
    """Whether the consignee's notice was sent."""
    notice = case.notices.get(consignee)
    return notice is not None and bool(notice.sent_at)


def pdf(data: bytes, digest: str, names: dict[str, str], language: Language) -> bytes:
    """The notice as a PDF in that language; ``names``: of items."""
    place = int(language == "zh_CN")
    shown = msgspec.json.decode(data) | {
        "w": {key: pair[place] for key, pair in WORDS.items()},
        "language": language.partition("_")[0],
        "names": names,
        "digest": digest,
    }
    return compiled(TEMPLATE.read_bytes(), shown)
