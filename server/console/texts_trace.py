"""Words of the trace page: how a lot became another, and where it was shipped."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "none_enrolled": (
        "No station is enrolled: nobody reports what is made.",
        "没有已注册的终端：无人上报生产记录。",
    ),
    "tr_reached": ("Lots reached", "涉及批次"),
    "tr_lines": ("Shipment lines", "发货行"),
    "tr_consignee": ("Consignee", "收货方"),
    "tr_consignees": ("Consignees", "收货方"),
    "tr_shipment": ("Shipment / line", "发货单 / 行"),
    "tr_nearest": ("Only the nearest are listed", "仅列出最近的记录"),
    "tr_units": ("Units", "单件"),
    "tr_each_line": ("Line by line", "逐行"),
    "tr_level": ("Level {depth}", "第 {depth} 层"),
    "tr_level_word": ("Level", "层级"),
    "tr_asked": ("Asked for", "所查批次"),
    "tr_lots_of": ("{count} lots", "{count} 个批次"),
    "tr_lines_of": ("{count} lines", "{count} 行"),
    "tr_other_items": ("{count} other items", "其他 {count} 种物料"),
    "tr_others": ("{count} others", "其他 {count} 家"),
    "tr_groups": ("By level and item", "按层级与物料"),
    "tr_summary": (
        (
            "Read from left to right. A lot stands at the level nearest to the one asked for; a "
            "thicker line stands for more uses. A box opens its lots or lines below."
        ),
        "从左至右阅读。每个批次列于距所查批次最近的层级；线越粗，领用越多。点击方框可在下方展开其批次或发货行。",
    ),
    "tr_on": ("Trace from here", "由此追溯"),
    "tr_close": ("Close", "收起"),
    "tr_everybody": ("Lines of everybody", "全部收货方的发货行"),
    "tr_may_grow": (
        "{count} sources may still add to this answer: see below.",
        "尚有 {count} 个来源可能补充此结果，见下。",
    ),
    "tr_uses": ("Every use, nearest first", "全部领用，由近及远"),
    "kind_history": ("imported", "历史导入"),
    "kind_consumed": ("used", "领用"),
    "kind_split": ("split", "拆分"),
    "kind_merged": ("merged", "合并"),
    "kind_reworked": ("reworked", "返工"),
    "kind_relabelled": ("relabelled", "重新贴标"),
    "kind_returned": ("returned", "退货"),
}
"""Key → English, Chinese."""
