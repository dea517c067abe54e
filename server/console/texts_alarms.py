"""The console's words about open alarms, in both languages."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "open_alarms": ("Open alarms", "未关闭的报警"),
    "alarm": ("Alarm", "报警"),
    "about": ("About", "对象"),
    "since": ("Since", "起始时间"),
    "no_alarm": ("✓ No alarm is open.", "✓ 没有未关闭的报警。"),
    "scrub": ("Stored data, read again", "已存储数据的复读"),
    "close_alarm": ("Close this alarm", "关闭此报警"),
    "close_reason": ("What was found and done", "调查结果与处理"),
    "by_quality": (
        "About the records themselves: quality closes it.",
        "涉及记录本身：由质量人员关闭。",
    ),
}
"""Merged into :func:`server.console.texts.texts`."""
