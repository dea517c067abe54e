"""Rules about people, stations' documents, and electronic signatures."""

from __future__ import annotations

from forms.rule import Rule, rule
from forms.terms import PersonnelClass

_SUP, _QA, _ADM = PersonnelClass.SUPERVISOR, PersonnelClass.QUALITY, PersonnelClass.ADMINISTRATOR
_CALL = ("Call your supervisor.", "请联系班组长。")
_SIGN_IN = ("Sign in with your own badge.", "请用本人工牌登录。")
_SYNC = (
    "Go on capturing where you can; connect the station to get a new work pack.",
    "可采集的工作请继续；请将工位联网以获取新的工作包。",
)
_AGAIN = ("Sign again.", "请重新签名。")
_OTHER = ("Ask another authorised person.", "请由另一名有权限的人员进行。")

PEOPLE: tuple[Rule, ...] = (
    rule("person-missing", "Nobody is signed in.", "无人登录。",
         "21 CFR 11.10(d)", None, _SIGN_IN),
    rule("person-unknown", "{person} is not known at this station.", "本工位没有人员 {person}。",
         "21 CFR 11.10(d)", _ADM, _CALL),
    rule("person-inactive", "{person} may no longer work here.", "{person} 的账户已停用。",
         "21 CFR 11.10(d)", _ADM, _CALL),
    rule("not-signed-in", "{person} is not the person signed in at this station.",
         "{person} 不是本工位当前登录人员。", "21 CFR 11.10(d)", None, _SIGN_IN),
    rule("class-missing", "{person} does not have the right needed: {needs}.",
         "{person} 没有所需权限：{needs}。", "21 CFR 11.10(g)", _ADM, _OTHER),
    rule("not-qualified", "{person} is not qualified for operation {operation}.",
         "{person} 没有工序 {operation} 的上岗资质。",
         "ISO 13485 6.2; 21 CFR 11.10(i)", _SUP, _OTHER),
    rule("qualification-expired", "The qualification of {person} ended on {until}.",
         "{person} 的资质已于 {until} 到期。", "ISO 13485 6.2; 21 CFR 11.10(i)", _SUP, _OTHER),
    rule("own-work", "{person} did part of this work and may not judge it.",
         "{person} 参与了该项操作，不得对其复核或批准。",
         "ISO 13485 8.2.6; 21 CFR 11.10(g)", None, _OTHER),
    rule("pack-unknown", "The work pack {pack} is not known here.", "此处没有工作包 {pack}。",
         "21 CFR 11.10(k)", _ADM, _SYNC),
    rule("pack-went-back", "Work pack {number} is older than the one already in force.",
         "工作包 {number} 比已生效的版本旧。", "21 CFR 11.10(k)", _QA, _SYNC),
    rule("pack-expired", "The work pack expired on {expired}: capture goes on, signing does not.",
         "工作包已于 {expired} 到期：可继续采集，但不能签名。",
         "21 CFR 11.10(g); 11.300(b)", _ADM, _SYNC),
    rule("clock-unknown", "The station's clock is not set: capture goes on, signing does not.",
         "本工位时钟未设定：可继续采集，但不能签名。",
         "21 CFR 11.10(e); 11.50(a)(2)", _ADM, _SYNC),
    rule("record-unsound", "Record {ref} failed its signature check.",
         "记录 {ref} 未通过签名验证。",
         "21 CFR 11.10(a); 11.70", _QA,
         ("Leave the lot where it is; quality investigates.", "请勿移动该批次，由质量人员调查。")),
    rule("components-missing", "Signing needs your badge and your secret.",
         "签名需要工牌和个人密码。", "21 CFR 11.200(a)(1)", None, _AGAIN),
    rule("name-differs", "The name signed is not the signer's: {expected}.",
         "签名姓名与签名人 {expected} 不一致。", "21 CFR 11.50(a)(1)", None, _AGAIN),
    rule("signature-time", "The time shown when signing, {time}, is not the time of the record.",
         "签名时显示的时间 {time} 与记录时间不符。", "21 CFR 11.50(a)(2)", None, _AGAIN),
    rule("wrong-meaning", "This signature must have the meaning: {meaning}.",
         "此处签名的含义应为：{meaning}。", "21 CFR 11.50(a)(3)", None, _AGAIN),
    rule("cover-size", "A signature covers 1 to {most} records, each once.",
         "一次签名应涵盖 1 至 {most} 条记录，且不得重复。", "21 CFR 11.70", None, _AGAIN),
    rule("cover-differs",
         "The signature covers {got} records; exactly these {expected} are required.",
         "签名涵盖 {got} 条记录；应恰好涵盖规定的 {expected} 条。", "21 CFR 11.70", None, _AGAIN),
    rule("record-unknown", "Record {ref} does not belong to this job order.",
         "记录 {ref} 不属于本生产工单。", "21 CFR 11.70", None, _CALL),
)  # fmt: skip
"""Rules about people, WorkPacks and signatures."""
