"""The exact texts that people sign at the console when they decide, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forms.job_state import JobState, Nonconformity
    from server.quality.let_go import LetGo

_TEXTS = {
    "released": {
        "en": "I release lot {lot} of job order {job}: {quantity} units, {records} records judged.",
        "zh_CN": "本人放行生产工单 {job} 的批次 {lot}：{quantity} 件，已评定 {records} 条记录。",
    },
    "without": {
        "en": " Not among them: records #{first} to #{last} of {origin}, which never arrived.",
        "zh_CN": "其中不含 {origin} 的记录 #{first} 至 #{last}：这些记录从未到达。",
    },
    "rejected": {
        "en": "I reject lot {lot} of job order {job}. Reason: {reason}",
        "zh_CN": "本人拒绝放行生产工单 {job} 的批次 {lot}。原因：{reason}",
    },
    "conceded": {
        "en": "I accept record {ref} of job order {job} as it is, by concession. Reason: {reason}",
        "zh_CN": "本人以让步方式接收生产工单 {job} 的记录 {ref}。原因：{reason}",
    },
    "reviewed": {
        "en": "I reviewed the concession on record {ref} of job order {job}. Reason: {reason}",
        "zh_CN": "本人已审核对生产工单 {job} 记录 {ref} 的让步接收。原因：{reason}",
    },
    "lifted": {
        "en": "I lift the hold {hold}. Reason: {reason}",
        "zh_CN": "本人解除冻结 {hold}。原因：{reason}",
    },
}


def shown_text(
    state: JobState, decision: str, reason: str, language: str, let_go: Sequence[LetGo] = ()
) -> str:
    """The exact text a person signs when deciding on a lot; a release names what was let go."""
    without = let_go if decision == "released" else ()
    said = _in(language, decision).format(
        lot=state.order.lot,
        job=state.order.id,
        quantity=len(state.produced),
        records=len(state.records),
        reason=reason,
    )
    return said + "".join(_in(language, "without").format(**one._asdict()) for one in without)


def concession_text(
    job: str, ref: str, reason: str, known: Nonconformity | None, language: str
) -> str:
    """The exact text that accepting record ``ref`` by concession signs.

    The first person's with a reason of their own; the second's where ``known``, the first one's
    decision, is given: its records and its reason.
    """
    if known is None:
        return _in(language, "conceded").format(ref=ref, job=job, reason=reason)
    reason = known.decided.reason if known.decided else ""
    about = ", ".join(known.raised.about)
    return _in(language, "reviewed").format(ref=about, job=job, reason=reason)


def lift_text(hold: str, reason: str) -> str:
    """The exact text that lifting a hold signs."""
    return _in("en", "lifted").format(hold=hold, reason=reason)


def _in(language: str, text: str) -> str:
    return _TEXTS[text][language if language in {"en", "zh_CN"} else "en"]
