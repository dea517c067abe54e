"""Rules about material lots, codes, labels and units."""

from __future__ import annotations

from forms.rule import Rule, rule
from forms.terms import PersonnelClass

_SUP, _QA = PersonnelClass.SUPERVISOR, PersonnelClass.QUALITY
_OTHER_LOT = ("Keep this lot apart and scan another one.", "请隔离该批次并扫描其他批次。")
_SCAN = ("Scan the code again.", "请重新扫描条码。")
_RELABEL = ("Destroy the label and print it again.", "请销毁该标签并重新打印。")
_CALL = ("Call your supervisor.", "请联系班组长。")

MATERIAL: tuple[Rule, ...] = (
    rule("scan-typed", "A code must be scanned, not typed.", "条码必须扫描，不得手工输入。",
         "21 CFR 11.10(h)", None, _SCAN),
    rule("scan-differs", "The record does not say what the code's bytes say.",
         "记录内容与条码原始数据不一致。", "21 CFR 11.10(a)", _QA, _SCAN),
    rule("code-finding", "The code cannot be trusted: {finding}.", "条码不可信：{finding}。",
         "GS1 General Specifications; ISO 13485 7.5.8", None, _OTHER_LOT),
    rule("code-without-lot", "The code carries no lot number.", "条码中没有批号。",
         "ISO 13485 7.5.9.1", _QA, _OTHER_LOT),
    rule("wrong-item", "The code says {got}; {item} ({expected}) is required.",
         "条码为 {got}；应为 {item}（{expected}）。", "ISO 13485 7.5.1; 21 CFR 11.10(f)", None,
         ("Fetch the right component and scan it.", "请取用正确的组件并扫描。")),
    rule("item-not-in-bom", "{item} is not on the bill of material.", "{item} 不在物料清单中。",
         "ISO 13485 4.2.3", _QA, _CALL),
    rule("lot-unknown", "Lot {lot} of {item} is not known: it was not received and inspected.",
         "{item} 的批次 {lot} 未知：未经收货检验。", "ISO 13485 7.4.3", _QA, _OTHER_LOT),
    rule("lot-status", "Lot {lot} may not be used: {status}.", "批次 {lot} 不得使用：{status}。",
         "ISO 13485 7.5.8", _QA, _OTHER_LOT),
    rule("lot-held", "Lot {lot} is on hold: {reason}", "批次 {lot} 已冻结：{reason}",
         "ISO 13485 8.3.1", _QA, ("Stop and keep the lot apart.", "请停止使用并隔离该批次。")),
    rule("lot-expired", "Lot {lot} expired on {expiry}.", "批次 {lot} 已过有效期（{expiry}）。",
         "ISO 13485 7.5.11", None, _OTHER_LOT),
    rule("expiry-unknowable",
         "The clock is not known, so lot {lot} may be past its expiry ({expiry}).",
         "时钟未知，无法确认批次 {lot} 是否已过有效期（{expiry}）。",
         "ISO 13485 7.5.11; 21 CFR 11.10(e)", None,
         ("Wait until the server has given the time.", "请等待服务器校准时间。")),
    rule("expiry-missing", "Lot {lot} must carry an expiry date.", "批次 {lot} 缺少有效期。",
         "ISO 13485 7.5.8", _QA, _OTHER_LOT),
    rule("expiry-differs", "The code of lot {lot} says {printed}, the receipt says {known}.",
         "批次 {lot} 条码有效期为 {printed}，收货记录为 {known}。",
         "ISO 13485 7.4.3", _QA, _OTHER_LOT),
    rule("quantity-short", "Lot {lot} has {left} left; {needed} is needed.",
         "批次 {lot} 剩余 {left}，需要 {needed}。", "ISO 13485 7.5.1", None, _OTHER_LOT),
    rule("consumed-unidentified", "Consumption must rest on the passing scan of this step.",
         "消耗必须以本工步合格的扫描为依据。", "ISO 13485 7.5.9.1", None, _SCAN),
    rule("consumed-differs", "Lot {lot} was identified, not {got}.",
         "已识别的批次为 {lot}，而不是 {got}。",
         "ISO 13485 7.5.9.1", None, _SCAN),
    rule("quantity-differs", "{needed} is to be consumed, not {got}.",
         "应消耗 {needed}，而不是 {got}。",
         "ISO 13485 7.5.9.1", None, _CALL),
    rule("serial-unknown", "Serial {serial} is not allotted to this lot.",
         "序列号 {serial} 未分配给本批次。",
         "21 CFR 830.40; ISO 13485 7.5.9", None, _CALL),
    rule("serial-used", "Serial {serial} is already used or scrapped.",
         "序列号 {serial} 已使用或已报废。",
         "21 CFR 830.40; ISO 13485 7.5.9", None, _CALL),
    rule("label-content", "The label must say {expected}.", "标签内容应为 {expected}。",
         "21 CFR 801.20; QMSR 820.45(a)", None, _RELABEL),
    rule("copy-number", "This is copy {expected} of the label, not {got}.",
         "这是标签的第 {expected} 份，而不是第 {got} 份。",
         "QMSR 820.45(c)", None, _CALL),
    rule("reprint-reason", "A reprint needs a reason.",
         "重新打印须说明原因。", "QMSR 820.45(c)", None,
         ("Choose a reason.", "请选择原因。")),
    rule("label-not-printed", "The newest label of serial {serial} is another one.",
         "序列号 {serial} 的最新标签不是这一张。", "QMSR 820.45(c)", None, _RELABEL),
    rule("label-symbology", "The label was read as {got}, not as {expected}.",
         "标签码制为 {got}，应为 {expected}。", "21 CFR 801.40", None, _RELABEL),
    rule("label-differs", "The label reads other than printed: {expected}",
         "标签读取内容与打印内容不一致：{expected}",
         "QMSR 820.45(a)", None, _RELABEL),
    rule("unit-unproved", "The label of unit {serial} has not been read back.",
         "序列号 {serial} 的标签尚未读回验证。",
         "QMSR 820.45(a)", None, ("Read the label.", "请扫描标签。")),
    rule("unit-differs", "The unit is not what its label says: {expected}",
         "产品与其标签不一致：{expected}",
         "QMSR 820.35(c)", None, _RELABEL),
)  # fmt: skip
"""Rules about lots, codes, labels and units."""
