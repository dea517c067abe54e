"""Words of the status page about several servers on one database."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "sv_servers": ("Servers", "服务器"),
    "sv_server": ("Server", "服务器"),
    "sv_where": ("Reached at", "地址"),
    "sv_serves": ("serves", "提供服务"),
    "sv_stands_by": ("stands by", "待命"),
    "sv_copies": ("Copies of the database", "数据库副本"),
    "sv_copy": ("Copy", "副本"),
    "sv_kind": ("Commits", "提交"),
    "sv_waited_for": ("wait for it", "等待该副本"),
    "sv_not_waited_for": ("do not wait for it", "不等待该副本"),
    "sv_behind": ("Behind, bytes", "滞后（字节）"),
    "sv_delay": ("Delay, s", "延迟（s）"),
}
"""Key → English, Chinese."""
