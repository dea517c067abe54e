"""Rules about nonconformities, dispositions, corrections and holds."""

from __future__ import annotations

from forms.rule import Rule, rule
from forms.terms import PersonnelClass

_SUP, _QA = PersonnelClass.SUPERVISOR, PersonnelClass.QUALITY
_CALL = ("Call quality.", "请联系质量人员。")
_SAY = ("Say it in a few words.", "请简要说明。")
_INSTEAD = ("Raise a nonconformity instead.", "请改为提出不合格。")

QUALITY: tuple[Rule, ...] = (
    rule("about-nothing", "A nonconformity must name the records it is about.",
         "不合格须指明所涉及的记录。", "ISO 13485 8.3.1", None, _SAY),
    rule("description-missing", "A nonconformity needs a description.", "不合格须有描述。",
         "ISO 13485 8.3.1", None, _SAY),
    rule("reason-missing", "A reason must be given.", "须说明原因。",
         "21 CFR 11.10(e); EU GMP Annex 11.9", None, _SAY),
    rule("nonconformity-unknown", "Nonconformity {ref} is not known.", "没有不合格 {ref}。",
         "ISO 13485 8.3.2", None, _CALL),
    rule("nonconformity-decided", "Nonconformity {ref} is already decided and signed.",
         "不合格 {ref} 已处置并签名。", "ISO 13485 8.3.2", None, _CALL),
    rule("concession-by-quality", "Only quality may accept by concession, not {person}.",
         "仅质量人员可让步接收，{person} 不可。", "ISO 13485 8.3.2", _QA, _CALL),
    rule("correct-not-passed", "Record {ref} is no good result in force: it cannot be corrected.",
         "记录 {ref} 不是有效的合格结果，不能更正。",
         "21 CFR 11.10(e); ISO 13485 8.3", _SUP, _INSTEAD),
    rule("correct-elsewhere", "The record stands at {expected}; correct it there.",
         "该记录位于 {expected}，请在该处更正。", "21 CFR 11.10(e)", None, _CALL),
    rule("correct-field", "That record has no value {field} to correct.",
         "该记录没有可更正的字段 {field}。",
         "21 CFR 11.10(e)", None, _CALL),
    rule("correct-instrument", "An instrument's reading is never corrected.", "仪器读数不得更正。",
         "21 CFR 11.10(e); ISO 13485 7.6", _SUP, _INSTEAD),
    rule("correct-value", "{was} cannot be replaced by {now}.", "不能用 {now} 替换 {was}。",
         "21 CFR 11.10(e)", None, _CALL),
    rule("correct-author", "A correction is signed by its author, {expected}.",
         "更正须由其作者 {expected} 签名。", "21 CFR 11.10(e)", None, _CALL),
    rule("lift-unsigned", "A hold is lifted at the server, by signature of quality.",
         "冻结须在服务器上由质量人员签名解除。", "ISO 13485 8.3.1; 21 CFR 11.10(g)", _QA, _CALL),
    rule("hold-unknown", "Hold {ref} is not open.",
         "没有生效中的冻结 {ref}。", "ISO 13485 8.3.1", _QA, _CALL),
)  # fmt: skip
"""Rules about what is done when something is wrong."""
