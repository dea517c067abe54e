"""The console's words about holds, recall cases and drills, in both languages."""

from __future__ import annotations

from server.recall.words import WORDS

TEXTS: dict[str, tuple[str, str]] = WORDS | {
    "place_hold_downstream": (
        "✗ Put on hold with everything made from it, now and later",
        "✗ 冻结本批次及由其制成的一切批次（含今后制成的）",
    ),
    "clear_hold": ("✓ Clear this lot alone of:", "✓ 仅对本批次解除："),
    "hold_inherited": ("✗ held with a lot inside it", "✗ 因所含批次冻结而冻结"),
    "recalls_lead": (
        "Every recall and every drill. What is open stands first on the page of each case.",
        "全部召回与模拟召回。每个召回页面首先列出未决事项。",
    ),
    "drill_run": ("Run a recall drill", "进行模拟召回"),
    "drill_help": (
        "One press: a lot at random unless one is named. Nothing is held, nothing is sent.",
        "一键完成：未指定批次时随机抽取。不冻结批次，不发出通知。",
    ),
    "or_random": ("empty: at random", "留空则随机"),
    "drill_press": ("Start the drill", "开始模拟召回"),
    "recall_open": ("Open a recall", "启动召回"),
    "recall_open_help": (
        "Holds the suspect with everything made from it, and freezes what is known now.",
        "冻结可疑对象及由其制成的一切，并固定当前已知的范围。",
    ),
    "recall_press": ("Sign: open this recall", "签署：启动召回"),
    "rc_serial_number": ("Serial number", "序列号"),
    "rc_pack": ("Evidence pack", "证据包"),
    "rc_destroyed": ("Destroyed", "已销毁"),
    "rc_next": ("Next steps", "后续步骤"),
    "rc_write": ("Write the notices to all consignees", "为全部收货方编写通知"),
    "rc_language": ("Language", "语言"),
    "rc_mark_sent": ("Sign: all notices not sent yet were sent", "签署：尚未发出的通知均已发出"),
    "rc_how": ("How", "方式"),
    "rc_how_visit": ("visit", "走访"),
    "rc_how_telephone": ("telephone", "电话"),
    "rc_how_letter": ("letter", "信函"),
    "rc_how_other": ("other", "其他"),
    "rc_mark_ack": ("Sign: the consignee acknowledged", "签署：收货方已确认"),
    "rc_who": ("Who of the consignee", "收货方人员"),
    "rc_count": ("Sign: this lot was counted", "签署：已清点该批次"),
    "rc_source": ("Station or history", "工位终端或历史"),
    "rc_unit": ("Unit", "单位"),
    "rc_explained": (
        "Why what is unknown may stay so (else empty)",
        "不明数量可予接受的原因（否则留空）",
    ),
    "rc_freeze": ("Sign: freeze the scope again", "签署：重新冻结范围"),
    "rc_terminate": ("Sign: terminate the recall", "签署：终止召回"),
    "holds_page": ("Holds", "冻结"),
    "holds_lead": (
        "What may not be used, and work done where nobody knew of a hold yet.",
        "不得使用的批次，以及在不知冻结的情况下所做的作业。",
    ),
    "holds_open": ("On hold now", "当前冻结"),
    "holds_reach": ("Reach", "范围"),
    "holds_far": ("✗ with everything made from it", "✗ 含由其制成的一切"),
    "holds_cleared": ("cleared", "已解除"),
    "holds_alone": ("this lot alone", "仅本批次"),
    "late_uses": ("Worked on while on hold", "冻结期间的作业"),
    "late_lot": ("Lot on hold", "被冻结批次"),
    "late_into": ("Lot being made", "所生产批次"),
    "late_records": ("records", "条记录"),
    "late_open": ("open: the lot cannot be released", "未关闭：该批次不可放行"),
    "hold_rules": ("Rules", "规则"),
    "hold_rules_help": (
        "What holds lots by itself. A change holds from the next event on.",
        "自动冻结批次的情形。更改自下一事件起生效。",
    ),
    "hold_rules_set": ("Sign: set the rules", "签署：设定规则"),
    "ev_deviation-opened": (
        "An instrument is found out of tolerance: the lots it measured",
        "仪器超差：其测量过的批次",
    ),
    "ev_lot-suspect": ("A release is taken back: that lot", "撤销放行：该批次"),
    "ev_late-use": (
        "Work on a lot on hold: the lot that was being made",
        "对冻结批次作业：所生产的批次",
    ),
    "rule_off": ("holds nothing", "不冻结"),
    "rule_alone": ("hold these lots", "冻结这些批次"),
    "rule_downstream": ("hold them and everything made from them", "冻结其及由其制成的一切"),
}
