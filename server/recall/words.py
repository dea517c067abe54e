"""Words about recalls and drills, for the console and for print, in both languages."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "recall": ("Recall", "召回"),
    "recalls": ("Recalls", "召回"),
    "drill": ("Recall drill", "模拟召回"),
    "is_drill": ("DRILL", "模拟召回"),
    "rc_case": ("Case", "编号"),
    "rc_suspect": ("Suspect", "可疑对象"),
    "rc_lot": ("lot", "批次"),
    "rc_serial": ("unit", "单件"),
    "rc_supplier-lot": ("supplier's lot", "供应商批次"),
    "rc_asset": ("instrument", "仪器"),
    "rc_reason": ("Reason", "原因"),
    "rc_depth": ("Depth", "召回层级"),
    "rc_consumer": ("consumer or user", "使用者"),
    "rc_retail": ("retail", "零售"),
    "rc_wholesale": ("wholesale", "批发"),
    "rc_class": ("Class", "级别"),
    "rc_unclassified": ("not classified yet", "尚未分级"),
    "rc_opened": ("Opened", "启动"),
    "rc_status": ("Status", "状态"),
    "rc_open": ("△ open", "△ 进行中"),
    "rc_terminated": ("✓ terminated", "✓ 已终止"),
    "rc_conclusion": ("Conclusion", "结论"),
    "rc_points": ("Open questions", "未决事项"),
    "rc_no_points": ("Nothing is open. The case can be terminated.", "无未决事项，可终止该召回。"),
    "rc_scope": ("Frozen scope", "已冻结的范围"),
    "rc_revision": ("Revision", "版次"),
    "rc_lots": ("Lots", "批次"),
    "rc_units": ("Units", "件数"),
    "rc_lines": ("Shipment lines", "发货行"),
    "rc_consignees": ("Consignees", "收货方"),
    "rc_unknown_sources": ("Not known yet", "尚不明确"),
    "rc_added": ("Added", "新增"),
    "rc_digest": ("SHA-256", "SHA-256"),
    "rc_known_at": ("Server log, leaves", "服务器日志条数"),
    "rc_balance": ("Mass balance", "物料平衡"),
    "rc_balance_help": (
        (
            "made = used + with consignees + returned + in stock + scrapped + unknown. Returned: "
            "came back and did not go again. A negative unknown is a contradiction: more was found "
            "than was made."
        ),
        (
            "生产 = 已用 + 收货方处 + 已退回 + 库存 + 报废 + 不明。"
            "已退回：退回后未再发出、使用或报废的。不明为负即自相矛盾：找到的多于生产的。"
        ),
    ),
    "rc_item": ("Item", "物料"),
    "rc_made": ("Made", "生产"),
    "rc_used": ("Used", "已用"),
    "rc_with": ("With consignees", "收货方处"),
    "rc_returned": ("Returned", "已退回"),
    "rc_stock": ("In stock", "库存"),
    "rc_scrapped": ("Scrapped", "报废"),
    "rc_unknown": ("Unknown", "不明"),
    "rc_not_counted": ("not counted", "未清点"),
    "rc_contradiction": ("✗ contradiction", "✗ 自相矛盾"),
    "rc_consignee": ("Consignee", "收货方"),
    "rc_notice": ("Notice", "通知"),
    "rc_sent": ("Sent", "发出"),
    "rc_acknowledged": ("Acknowledged", "确认收到"),
    "rc_check": ("Effectiveness check", "有效性检查"),
    "rc_reached": ("✓ reached", "✓ 已送达"),
    "rc_not_reached": ("✗ not reached", "✗ 未送达"),
    "rc_steps": ("Steps", "步骤"),
    "rc_leaf": ("Leaf", "日志序号"),
    "rc_time": ("Date and time", "日期与时间"),
    "rc_step": ("Step", "步骤"),
    "rc_person": ("Person", "人员"),
    "rc_said": ("What it says", "内容"),
    "rc_server": ("the server", "服务器"),
    "dr_total": ("From the suspect lot to the last signed pack", "从可疑批次到最后一个已签工作包"),
    "dr_goal": ("goal", "目标"),
    "dr_phases": ("How long each phase took", "各阶段用时"),
    "dr_find": ("find the suspect lots", "查找可疑批次"),
    "dr_list": ("the complete list", "列出全部清单"),
    "dr_freeze": ("freeze and sign the scope", "冻结并签署范围"),
    "dr_packs": ("build and sign every online station's pack", "为各在线工位生成并签署工作包"),
    "dr_sign": ("sign the report", "签署报告"),
    "dr_online": ("Online stations", "在线工位"),
    "dr_offline": ("Not reached (offline)", "未触及（离线）"),
    "dr_stopped": ("lots on hold in its pack", "工作包中冻结的批次数"),
    "dr_bytes": ("bytes", "字节"),
    "dr_precision": ("Precision", "查准率"),
    "dr_recall": ("Recall", "查全率"),
    "dr_not_judged": ("not judged: no truth was given", "未评定：未提供真值"),
    "dr_dry": (
        (
            "Nothing was held and nothing was sent: the packs were built and signed with the holds "
            "inside, and discarded. A station asks for its pack every 3 seconds; that time is not "
            "in the figure."
        ),
        (
            "未冻结任何批次，也未发出任何通知：工作包含冻结内容生成并签署后即丢弃。"
            "工位每 3 秒查询一次工作包，该时间不计入。"
        ),
    ),
    "recall.opened": ("opened", "启动"),
    "recall.scoped": ("scope frozen", "冻结范围"),
    "recall.noticed": ("notices written", "编写通知"),
    "recall.sent": ("notices sent", "发出通知"),
    "recall.acknowledged": ("acknowledged", "确认收到"),
    "recall.checked": ("effectiveness check", "有效性检查"),
    "recall.counted": ("lot counted", "清点批次"),
    "recall.accounted": ("accounted for", "不再等待"),
    "recall.drilled": ("drill measured", "模拟召回计时"),
    "recall.terminated": ("terminated", "终止"),
}
"""English and Chinese."""


def words_of(language: str) -> dict[str, str]:
    """Every word in that language."""
    return {key: pair[language == "zh_CN"] for key, pair in WORDS.items()}
