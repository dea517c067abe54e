"""The fixed words of the batch record, in both languages: headings, marks, columns."""

from __future__ import annotations

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Batch record", "批生产记录"),
    "page": ("Page", "第"),
    "of": ("of", "页，共"),
    "product": ("Product", "产品"),
    "item": ("Item", "物料号"),
    "udi_di": ("UDI-DI (GTIN)", "产品标识 UDI-DI（GTIN）"),
    "lot": ("Lot", "批号"),
    "job": ("Job order", "生产工单"),
    "quantity": ("Quantity", "数量"),
    "quantity_words": (
        "{made} made of {units} ordered, {scrapped} scrapped",
        "计划 {units}，完成 {made}，报废 {scrapped}",
    ),
    "status": ("Status", "状态"),
    "master": ("Work master", "工艺规程"),
    "revision": ("revision", "版本"),
    "approved_by": ("Approved by", "批准人"),
    "plant": ("Plant", "生产地点"),
    "period": ("Recorded from - to", "记录起止"),
    "records": ("Records", "记录条数"),
    "records_words": (
        "{count} records, {findings} without effect (refused or repeated), all kept",
        "共 {count} 条，其中 {findings} 条无效（被拒或重复），全部保留",
    ),
    "changed": ("Values changed after first entry", "首次录入后被更改的数值"),
    "changed_none": ("None.", "无。"),
    "changed_some": (
        "{count}, each marked ◆ and listed under “Changes”.",
        "{count} 处，均以 ◆ 标记并列于“更改”一节。",
    ),
    "typed": ("Values typed by hand", "手工输入的数值"),
    "typed_some": ("{count}, each marked ⌨.", "{count} 处，均以 ⌨ 标记。"),
    "released_by": ("Decision by", "决定人"),
    "components": ("Components consumed", "所用组件"),
    "component": ("Component", "组件"),
    "expiry": ("Expiry", "有效期至"),
    "supplier": ("Supplier", "供应商"),
    "operations": ("Operations and results", "工序与结果"),
    "limits": ("Limits", "限值"),
    "sample": ("No.", "样号"),
    "result": ("Result", "结果"),
    "verdict": ("Verdict", "判定"),
    "instrument": ("Instrument, calibration due, certificate", "仪器，校准到期，证书"),
    "who": ("Who, when, where", "人员、时间、工位"),
    "record": ("Record", "记录"),
    "no_records": ("No records.", "无记录。"),
    "other": ("Other records of the job order", "工单的其他记录"),
    "nonconformities": ("Nonconformities and dispositions", "不合格与处置"),
    "about": ("about", "涉及"),
    "disposition": ("Disposition", "处置"),
    "decided_by": ("Decided by", "决定"),
    "changes": ("Changes", "更改"),
    "was": ("was", "原值"),
    "now": ("now", "新值"),
    "reason": ("Reason", "原因"),
    "labels": ("Label reconciliation", "标签平衡"),
    "labels_ordered": ("Units ordered", "计划数量"),
    "labels_issued": ("Labels issued", "发放标签"),
    "labels_again": ("of these reprinted", "其中重打"),
    "labels_read": ("Read back and equal", "回读一致"),
    "labels_bad": ("Read back and refused", "回读被拒"),
    "labels_used": ("Used on units", "用于产品"),
    "labels_spoiled": ("Spoiled", "作废"),
    "labels_returned": ("Returned", "退回"),
    "labels_missing": ("Missing", "缺失"),
    "labels_accepted": ("of these accepted by quality", "其中质量部门已确认"),
    "units": ("Units", "产品清单"),
    "serial": ("Serial", "序列号"),
    "udi": ("UDI as printed and read back", "UDI（打印并回读）"),
    "signatures": ("Signature manifest", "电子签名清单"),
    "name": ("Printed name", "签名人"),
    "time": ("Date and time (zone)", "日期与时间（时区）"),
    "meaning": ("Meaning", "含义"),
    "what": ("What was signed", "签署内容"),
    "digest": ("Digest", "摘要"),
    "covers": ("records covered: {count}", "涵盖记录 {count} 条"),
    "text_digest": ("Text signed, SHA-256", "签署文本 SHA-256"),
    "signed_by": ("Signed by", "签名人"),
    "colon": (": ", "："),
    "valid": ("✓ valid", "✓ 有效"),
    "invalid": ("✗ not valid", "✗ 无效"),
    "photos": ("Photos", "照片"),
    "proof": ("Log proof", "日志证明"),
    "proof_words": (
        (
            "Every record is an entry of its station's signed log and of the server's log. The"
            " evidence pack of this job order holds the proofs; “lotbook-verify” checks them"
            " offline"
            " with public keys alone."
        ),
        (
            "每条记录均为其工位已签名日志及服务器日志中的一项。本工单的证据包内含全部证明；"
            "“lotbook-verify” 仅凭公钥即可离线核验。"
        ),
    ),
    "log": ("Log", "日志"),
    "size": ("Size", "条数"),
    "root": ("Root", "根"),
    "range": ("Records", "记录"),
    "checkpoint": ("Server checkpoint", "服务器检查点"),
    "witnesses": ("Cosigned by", "见证签名"),
    "none": ("none", "无"),
    "legend": ("Marks", "标记说明"),
    "legend_words": (
        (
            "✓ good   ✗ out of limits or failed, counts   ⊘ refused, no effect   ↻ superseded by a"
            " disposition   △ accepted by concession   ◆ changed after first entry   ⌨ typed"
        ),
        (
            "✓ 合格   ✗ 超限或不合格（计入）   ⊘ 被拒，无效   ↻ 经处置后被替代   △ 让步接收"
            "   ◆ 首次录入后被更改   ⌨ 手工输入"
        ),
    ),
    "passed": ("✓ good", "✓ 合格"),
    "failed": ("✗ failed", "✗ 不合格"),
    "refused": ("⊘ no effect", "⊘ 无效"),
    "superseded": ("↻ superseded", "↻ 被替代"),
    "conceded": ("△ concession", "△ 让步接收"),
    "scrapped": ("✗ scrapped", "✗ 报废"),
    "kept": ("– kept", "– 留存"),
    "unit": ("unit", "件"),
    "status_dispatched": ("– dispatched", "– 已下达"),
    "status_running": ("○ in progress", "○ 进行中"),
    "status_complete": ("○ complete, not released", "○ 已完成，未放行"),
    "status_released": ("✓ released", "✓ 已放行"),
    "status_rejected": ("✗ rejected", "✗ 拒收"),
    "clock_free": ("clock not anchored", "时钟未锚定"),
    "clock_too-early": ("its time cannot be: made", "时间不可能成立：实际形成于"),
    "clock_too-late": ("its time cannot be: made", "时间不可能成立：实际形成于"),
    "clock_unknown": ("clock unknown", "时钟不明"),
    "state_open": ("△ open", "△ 未决"),
    "state_decided": ("△ decided, not signed", "△ 已决定，未签署"),
    "state_in_force": ("✓ in force", "✓ 已生效"),
    "printed_copy": ("printed, copy {copy}", "打印第 {copy} 次"),
    "unsound": ("✗ does not verify", "✗ 验证失败"),
    "unread": ("kind unknown to this version", "本版本未知的类型"),
}

KINDS: dict[str, tuple[str, str]] = {
    "session.opened": ("signed in", "登录"),
    "session.closed": ("signed out", "退出"),
    "session.refused": ("sign-in refused", "登录被拒"),
    "lock.lifted": ("person unlocked", "人员解锁"),
    "accountability.accepted": ("accountability accepted", "已接受签名责任声明"),
    "operation.started": ("operation started", "工序开始"),
    "lot.identified": ("scanned", "扫描"),
    "code.unexpected": ("unexpected code", "意外条码"),
    "material.consumed": ("consumed", "消耗"),
    "measurement.taken": ("measured", "测量"),
    "inspected": ("inspected", "检验"),
    "confirmed": ("confirmed", "确认"),
    "label.printed": ("label", "标签"),
    "label.read": ("read back", "回读"),
    "label.result": ("printer's answer", "打印结果"),
    "label.accounted": ("label accounted for", "标签去向"),
    "material.produced": ("produced", "产出"),
    "nonconformity.raised": ("nonconformity", "不合格"),
    "disposition.decided": ("disposition", "处置"),
    "corrected": ("corrected", "更正"),
    "signed": ("signed", "签名"),
    "release.decided": ("release decision", "放行决定"),
    "hold.placed": ("hold placed", "冻结"),
    "hold.lifted": ("hold lifted", "解除冻结"),
    "instrument.faulted": ("instrument", "仪器"),
    "instrument.checked": ("instrument checked", "仪器点检"),
    "pass": ("pass", "合格"),
    "fail": ("fail", "不合格"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "printed": ("printed", "已打印"),
    "failed": ("not printed", "未打印"),
    "unknown": ("not known", "不明"),
    "spoiled": ("spoiled", "作废"),
    "returned": ("returned", "退回"),
    "absent": ("did not come out", "未打出"),
}
"""Kinds of records and closed answers, as shown."""


def word(key: str, language: str, **params: object) -> str:
    """A fixed word in ``language``, filled with ``params``."""
    return _WORDS[key][language == "zh_CN"].format(**params)


def kind_word(key: str, language: str) -> str:
    """A kind or answer as shown; the key itself where it is unknown."""
    pair = KINDS.get(key)
    return pair[language == "zh_CN"] if pair else key


def all_words(language: str) -> dict[str, str]:
    """Every fixed word, for a template."""
    return {key: pair[language == "zh_CN"] for key, pair in _WORDS.items()}
