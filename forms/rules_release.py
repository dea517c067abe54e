"""Rules about releasing a finished lot."""

from __future__ import annotations

from forms.rule import Rule, rule
from forms.terms import PersonnelClass

_SUP, _QA = PersonnelClass.SUPERVISOR, PersonnelClass.QUALITY
_CLOSE = ("Close the open point, then decide.", "请先关闭未决事项再作决定。")
_DECIDE = ("Make a new decision on all records.", "请基于全部记录重新作出决定。")
_WAIT = ("Leave the lot in quarantine.", "请将批次保持在待检状态。")

RELEASE: tuple[Rule, ...] = (
    rule("operation-open", "Operation {operation} is not done and signed.",
         "工序 {operation} 未完成或未签名。",
         "ISO 13485 8.2.6; 7.5.1", None, _CLOSE),
    rule("nonconformity-undecided", "Nonconformity {ref} is open.", "不合格 {ref} 未关闭。",
         "ISO 13485 8.3.2", _SUP, _CLOSE),
    rule("correction-unsigned", "A correction is not signed by its author.",
         "存在未经作者签名的更正。",
         "21 CFR 11.10(e)", None, _CLOSE),
    rule("findings-unreviewed", "{count} refused or repeated records are not reviewed.",
         "有 {count} 条被拒绝或重复的记录尚未审核。", "EU GMP Annex 11.9; 21 CFR 11.10(e)", _SUP,
         ("A supervisor or quality reviews and signs them.", "由班组长或质量人员审核并签名。")),
    rule("units-missing", "{made} units are made and {scrapped} scrapped, of {units}.",
         "共 {units} 件，已生产 {made} 件，报废 {scrapped} 件，数量不符。",
         "ISO 13485 7.5.1; QMSR 820.35(c)", None, _CLOSE),
    rule("unread-kind", "A record of the kind {kind} cannot be read by this version.",
         "本版本无法读取类型为 {kind} 的记录。", "21 CFR 11.10(c)", _QA,
         ("Update Lotbook, then decide.", "请升级 Lotbook 后再决定。")),
    rule("log-distrusted", "Quality decided that this record of {origin} is not to be trusted.",
         "质量部门已裁定 {origin} 的该记录不可信。",
         "21 CFR 11.10(a); 11.10(c)", None, _WAIT),
    rule("log-gap", "The log of {origin} has a hole.", "{origin} 的日志存在缺口。",
         "21 CFR 11.10(e)", _QA, _WAIT),
    rule("records-outstanding", "{origin} has saved records that have not arrived here.",
         "{origin} 已保存的部分记录尚未到达此处。", "21 CFR 11.10(e); 11.10(k)", None,
         (("Connect the station and wait until all its records are here. If it is lost: enrol its "
           "next epoch or revoke it; quality then closes the alarm about what is missing."),
          ("请将该工位联网，并等待其全部记录到达。若终端已丢失：请注册其下一纪元或将其吊销，"
           "再由质量人员关闭有关缺失记录的报警。"))),
    rule("attachment-missing", "The photo {digest} that a record names has not arrived.",
         "记录所引用的照片 {digest} 尚未到达。", "21 CFR 11.10(e); 11.10(c)", None,
         ("Connect the station and wait until all its records are here.",
          "请将该工位联网，并等待其全部记录到达。")),
    rule("record-unjudged", "Record {ref} is kept, but this version failed to judge it.",
         "记录 {ref} 已保存，但本版本无法对其评定。", "21 CFR 11.10(a); 11.10(e)", _QA,
         ("Report it to the maker and update Lotbook, then decide.",
          "请报告软件厂商并升级 Lotbook 后再决定。")),
    rule("deviation-open", "Deviation {number} is open: {instrument} was found out of tolerance.",
         "偏差 {number} 未关闭：仪器 {instrument} 校准时发现超差。", "ISO 13485 7.6; 8.3", _QA,
         ("Assess the look-back and close the deviation, then decide.",
          "请评估追溯结果并关闭偏差，然后再作决定。")),
    rule("late-use-open", "Deviation {number} is open: lot {lot} was used while it was on hold.",
         "偏差 {number} 未关闭：批次 {lot} 在冻结期间仍被使用。", "ISO 13485 8.3.1; 8.3.2", _QA,
         ("Assess the units named and close the deviation, then decide.",
          "请评估所列产品并关闭偏差，然后再作决定。")),
    rule("trail-unreviewed", "Nobody reviewed {count} events of the audit trail of this job order.",
         "该工单的审计追踪有 {count} 项事件未经审核。", "EU GMP Annex 11, 9", _QA,
         ("Review the audit trail and sign it, then decide.",
          "请审核审计追踪并签名，然后再作决定。")),
    rule("open-elsewhere", "Still open: {what}", "未决事项：{what}", "ISO 13485 8.2.6", _QA, _WAIT),
    rule("release-lot", "The decision names lot {got}, not {expected}.",
         "决定中的批次为 {got}，应为 {expected}。",
         "ISO 13485 7.5.1", None, _DECIDE),
    rule("release-quantity", "The decision says {got}; {expected} units were made.",
         "决定中的数量为 {got}；实际生产 {expected} 件。", "ISO 13485 7.5.1", None, _DECIDE),
    rule("release-records", "The decision rests on {got} records; there are {expected}.",
         "决定依据 {got} 条记录；实际有 {expected} 条。", "ISO 13485 7.5.1", None, _DECIDE),
    rule("decision-stale", "Records arrived after the decision.", "决定之后又有新的记录。",
         "ISO 13485 7.5.1", None, _DECIDE),
)  # fmt: skip
"""Rules about release."""
