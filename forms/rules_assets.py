"""Rules about instruments: which one it is, whether it may measure, and how well."""

from __future__ import annotations

from forms.rule import Rule, rule
from forms.terms import PersonnelClass

_SUP, _QA = PersonnelClass.SUPERVISOR, PersonnelClass.QUALITY
_INSTRUMENT = ("Use another instrument of this class.", "请改用同类的其他仪器。")
_FINER = ("Use a finer instrument of this class.", "请改用同类中更精密的仪器。")

ASSETS: tuple[Rule, ...] = (
    rule("instrument-unknown", "Instrument {instrument} is not known at this station.",
         "本工位没有仪器 {instrument}。", "21 CFR 11.10(h); ISO 13485 7.6", _SUP, _INSTRUMENT),
    rule("instrument-class", "Instrument {instrument} is not of the class {expected}.",
         "仪器 {instrument} 不属于类别 {expected}。",
         "21 CFR 11.10(h); ISO 13485 7.6", None, _INSTRUMENT),
    rule("instrument-unusable", "Instrument {instrument} is withdrawn from use.",
         "仪器 {instrument} 已停用。", "ISO 13485 7.6", _QA, _INSTRUMENT),
    rule("calibration-overdue", "The calibration of {instrument} was due on {due}.",
         "仪器 {instrument} 的校准已于 {due} 到期。", "ISO 13485 7.6", _QA, _INSTRUMENT),
    rule("instrument-other", "The instrument says it is {got}; {instrument} is {expected}.",
         "仪器自报序列号 {got}，而 {instrument} 的序列号为 {expected}。",
         "21 CFR 11.10(h); ISO 13485 7.6", _QA,
         ("Connect the instrument of this station.", "请连接本工位的仪器。")),
    rule("instrument-quarantined", "Instrument {instrument} is kept apart: {why}",
         "仪器 {instrument} 已隔离：{why}", "ISO 13485 7.6; 8.3", _QA, _INSTRUMENT),
    rule("calibration-unknowable",
         "The clock is not known, so {instrument} may be past its calibration ({due}).",
         "时钟未知，无法确认仪器 {instrument} 是否已过校准期（{due}）。",
         "ISO 13485 7.6; 21 CFR 11.10(e)", None,
         ("Wait until the server has given the time.", "请等待服务器校准时间。")),
    rule("instrument-unit", "{instrument} measures in {got}; the limits are in {expected}.",
         "仪器 {instrument} 的单位为 {got}，限值的单位为 {expected}。",
         "ISO 10012 7.2.2", _QA, _INSTRUMENT),
    rule("instrument-range", "{instrument} measures from {low} to {high} {unit}; the limits go on.",
         "仪器 {instrument} 的量程为 {low} 至 {high} {unit}，限值超出量程。",
         "ISO 10012 7.2.2", _QA, _INSTRUMENT),
    rule("instrument-not-capable",
         "{instrument} is too coarse for these limits: {ratio} to 1; {least} to 1 is asked for.",
         "仪器 {instrument} 对此限值精度不足：{ratio} 比 1，要求至少 {least} 比 1。",
         "ANSI/NCSL Z540.3; ISO 10012 7.2.2", _QA, _FINER),
    rule("capability-unknown", "Nobody stated what {instrument} is capable of.",
         "尚未说明仪器 {instrument} 的测量能力。", "ISO 10012 7.1.1", _QA, _INSTRUMENT),
)  # fmt: skip
"""Rules about instruments."""
