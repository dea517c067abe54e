"""Rules about the order of work, results and readings."""

from __future__ import annotations

from forms.rule import Rule, rule
from forms.terms import PersonnelClass

_SUP, _QA = PersonnelClass.SUPERVISOR, PersonnelClass.QUALITY
_CALL = ("Call your supervisor.", "请联系班组长。")
_NEXT = ("Do the step that the station shows.", "请执行工位当前显示的工步。")
_NONCONFORMITY = (
    "Keep the part apart and raise a nonconformity.",
    "请隔离该产品并提出不合格。",
)
_REPEAT = ("Repeat the reading.", "请重新读数。")

WORK: tuple[Rule, ...] = (
    rule("order-unknown", "Job order {order} is not released to this station as recorded.",
         "生产工单 {order} 未按记录内容下达到本工位。", "ISO 13485 7.5.1", _SUP, _CALL),
    rule("master-unknown", "The work master {master} is not known here.",
         "此处没有工艺规程 {master}。",
         "ISO 13485 4.2.4; 21 CFR 11.10(k)", _SUP, _CALL),
    rule("master-differs", "The record names another work master: {master}.",
         "记录引用了另一份工艺规程：{master}。", "ISO 13485 4.2.4; 21 CFR 11.10(k)", None, _CALL),
    rule("job-closed", "Job order {order} is decided and closed.",
         "生产工单 {order} 已作出放行决定并关闭。",
         "ISO 13485 7.5.1", _QA, ("Open the lot overview to read it.", "可打开批次总览查看。")),
    rule("lot-scrapped", "Lot {lot} was scrapped.", "批次 {lot} 已报废。",
         "ISO 13485 8.3.2", None, ("Keep the lot apart.", "请隔离该批次。")),
    rule("nothing-left", "Every step of this job order is done.", "本工单的所有工步均已完成。",
         "21 CFR 11.10(f)", None, ("Quality can decide on release.", "质量人员可决定是否放行。")),
    rule("operation-order", "Operation {expected} comes first, not {got}.",
         "应先完成工序 {expected}，而不是 {got}。", "21 CFR 11.10(f)", None, _NEXT),
    rule("step-order", "Step {expected} comes first, not {got}.",
         "应先完成工步 {expected}，而不是 {got}。", "21 CFR 11.10(f)", None, _NEXT),
    rule("step-kind", "Step {step} asks for another kind of record.",
         "工步 {step} 要求另一类记录。",
         "21 CFR 11.10(f)", None, _NEXT),
    rule("wrong-work-unit", "This operation is done at {expected}, not at {got}.",
         "本工序应在 {expected} 进行，而不是 {got}。", "21 CFR 11.10(h)", _SUP,
         ("Go to that work unit.", "请到该工作单元操作。")),
    rule("statement-differs", "The statement confirmed is not the one of this step.",
         "所确认的声明不是本工步的声明。", "21 CFR 11.10(k)", None, _NEXT),
    rule("denied", "The statement was answered with no.",
         "该声明的回答为“否”。", "ISO 13485 7.5.1", None,
         ("Put it right, then confirm.", "请整改后再确认。")),
    rule("wrong-characteristic", "{expected} is asked for, not {got}.",
         "应测量 {expected}，而不是 {got}。",
         "21 CFR 11.10(f)", None, _NEXT),
    rule("sample-order", "Sample {expected} comes next, not {got}.",
         "下一个样品是 {expected}，而不是 {got}。",
         "21 CFR 11.10(f)", None, _NEXT),
    rule("out-of-limits", "{value} {unit} is out of limits {low} to {high} {unit}.",
         "{value} {unit} 超限，允许范围 {low} 至 {high} {unit}。", "ISO 13485 8.2.6; 8.3.1", _SUP,
         _NONCONFORMITY, is_result=True),
    rule("inspection-failed", "The inspection failed.",
         "检验不合格。", "ISO 13485 8.2.6; 8.3.1", _SUP,
         _NONCONFORMITY, is_result=True),
    rule("photo-missing", "This inspection needs a photo.",
         "本检验需要拍照。", "ISO 13485 8.2.6", None,
         ("Take the photo, then judge.", "请先拍照再判定。")),
    rule("nonconformity-needed", "The last result failed: a nonconformity must be raised first.",
         "上一个结果不合格：须先提出不合格。", "ISO 13485 8.3.1", _SUP, _NONCONFORMITY),
    rule("nonconformity-open", "A nonconformity is open: its disposition is not signed.",
         "存在未关闭的不合格：处置尚未签名。", "ISO 13485 8.3.2", _SUP, _CALL),
    rule("reading-state", "The reading is not stable: {state}.",
         "读数不可用：{state}。", "ISO 13485 7.6",
         None, _REPEAT),
    rule("reading-empty", "The instrument gave no value.",
         "仪器未给出数值。", "ISO 13485 7.6", None, _REPEAT),
    rule("reading-stale", "The reading is {age} ms old.",
         "读数已过时（{age} 毫秒前）。", "ISO 13485 7.6", None,
         _REPEAT),
    rule("reading-without-raw", "The instrument's own bytes are missing.", "缺少仪器的原始数据。",
         "ISO 13485 4.2.5", None, _REPEAT),
    rule("wrong-unit", "The unit is {got}; {expected} is required.",
         "单位为 {got}，应为 {expected}。",
         "ISO 13485 7.6", None, ("Switch the instrument's unit.", "请切换仪器单位。")),
    rule("typed-not-allowed", "This value may not be typed.", "此数值不允许手工输入。",
         "21 CFR 11.10(h)", _SUP, ("Use the instrument.", "请使用仪器读数。")),
    rule("typed-with-instrument", "A typed value cannot come from an instrument.",
         "手工输入的数值不能同时标注为仪器读数。", "21 CFR 11.10(h)", None, _REPEAT),
)  # fmt: skip
"""Rules about order, results and readings."""
