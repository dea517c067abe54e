"""Rules about what is printed, what became of it, and whether the labels add up."""

from __future__ import annotations

from forms.rule import Rule, rule
from forms.terms import PersonnelClass

_QA = PersonnelClass.QUALITY
_CALL = ("Call your supervisor.", "请联系班组长。")

LABEL: tuple[Rule, ...] = (
    rule("label-design", "The label was drawn after another design than the work master's.",
         "标签未按工艺规程中的版式绘制。", "QMSR 820.45(a)", None,
         ("Destroy the label and print it again.", "请销毁该标签并重新打印。")),
    rule("label-date", "The clock is not known, so the expiry date of this lot cannot be printed.",
         "时钟未知，无法确定本批次应打印的有效期。", "21 CFR 801.20; QMSR 820.45(a)", None,
         ("Wait until the server has given the time.", "请等待服务器校准时间。")),
    rule("label-unissued", "No label {ref} was issued for this job order.",
         "本工单未发放标签 {ref}。", "QMSR 820.45(c)", None, _CALL),
    rule("label-settled", "The printer's answer about copy {copy} of {serial} is already recorded.",
         "{serial} 第 {copy} 份标签的打印结果已有记录。", "QMSR 820.45(c)", None, _CALL),
    rule("label-in-use", "Copy {copy} of {serial} is on its unit.",
         "{serial} 第 {copy} 份标签已贴在产品上。", "QMSR 820.45(c)", None, _CALL),
    rule("label-came-out", "The printer confirmed copy {copy} of {serial}: it came out.",
         "打印机已确认 {serial} 第 {copy} 份标签：标签已打印。", "QMSR 820.45(c)", None,
         ("Look for the label; if it stays lost, report it as missing.",
          "请寻找该标签；找不到时按缺失上报。")),
    rule("labels-unreconciled",
         "{issued} labels were issued: {used} used, {spoiled} spoiled, {returned} returned, "
         "{missing} missing.",
         "已发放标签 {issued} 份：使用 {used}，作废 {spoiled}，退回 {returned}，缺失 {missing}。",
         "QMSR 820.45(c)", _QA,
         ("Find the missing labels, or have quality accept the difference.",
          "请找到缺失的标签，或由质量人员确认该差异。")),
)  # fmt: skip
"""Rules about labels and their reconciliation."""
