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
    "kind_history": ("imported", "历史导入"),
    "kind_consumed": ("used", "领用"),
    "kind_split": ("split", "拆分"),
    "kind_merged": ("merged", "合并"),
    "kind_reworked": ("reworked", "返工"),
    "kind_relabelled": ("relabelled", "重新贴标"),
    "kind_returned": ("returned", "退货"),
}
"""Key → English, Chinese."""
