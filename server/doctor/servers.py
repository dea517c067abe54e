"""Several servers on one database: who lives, who serves, and what copies of the database do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.checkup import Finding, bad, good

if TYPE_CHECKING:
    from server.store.fleet import Copy, Fleet

FAR_BEHIND = 64 * 1024**2
"""Bytes of log: a copy that lags so far would take a while to be promoted."""

_WAIT = "patronictl edit-config -s synchronous_mode=true"


def look(fleet: Fleet) -> list[Finding]:
    """A line about servers and one about copies; none for a database in a file."""
    if fleet.serving is None and not fleet.servers:
        return []
    return [_servers(fleet), *([_copies(fleet)] if fleet.copies else [])]


def _servers(fleet: Fleet) -> Finding:
    now, others = fleet.serving, [one.name for one in fleet.servers if not one.serves]
    if now is None:
        return bad(
            "servers",
            "broken",
            (f"Nobody serves; {len(others)} stand by.", f"无服务器在服务；{len(others)} 台待命。"),
            ("Look at what each wrote on its standard error: it says why it does not serve.",
             "请查看各服务器的标准错误输出：其中说明不提供服务的原因。"),
        )  # fmt: skip
    since, listed = f"{now.since:%Y-%m-%d %H:%M:%S}", ", ".join(others)
    said = (
        f"{now.name or '?'} serves since {since} (term {now.term}); stands by: {listed or 'none'}.",
        f"{now.name or '?'} 自 {since} 起提供服务（第 {now.term} 任期）；待命：{listed or '无'}。",
    )
    if now.address or not others:
        return good("servers", *said)
    return bad(
        "servers",
        "attention",
        said,
        ("The others cannot pass requests on: start it with --advertise https://HOST:PORT",
         "其他服务器无法转发请求：请以 --advertise https://HOST:PORT 启动"),
    )  # fmt: skip


def _copies(fleet: Fleet) -> Finding:
    said = ("; ".join(_copy(one) for one in fleet.copies) + ".",) * 2
    if any(not one.state for one in fleet.copies):
        cure = "GRANT pg_monitor TO lotbook"
        return bad("copies", "attention", said, (f"To see more: {cure}", f"查看更多：{cure}"))
    if not fleet.protected:
        return bad(
            "copies",
            "attention",
            said,
            (f"No commit waits for a second machine: {_WAIT}", f"提交不等待第二台机器：{_WAIT}"),
        )  # fmt: skip
    if any(one.behind > FAR_BEHIND for one in fleet.copies):
        return bad(
            "copies",
            "attention",
            said,
            ("One is far behind: look at its disk and its line; patronictl list",
             "有副本严重滞后：请检查其磁盘和线路；patronictl list"),
        )  # fmt: skip
    return good("copies", *said)


def _copy(one: Copy) -> str:
    """As PostgreSQL says it; the words are its own in every language."""
    return f"{one.name}: {one.state or '?'}, {one.kind or '?'}, {one.behind} B, {one.seconds:.1f} s"
