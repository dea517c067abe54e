"""What a server says that is one of several on a database."""

from __future__ import annotations

from server.sayings import Saying, say

FLEET: dict[str, Saying] = {
    "stands-by": say(
        503,
        "This server stands by: another one serves.",
        "本服务器处于待命状态：另一台正在提供服务。",
        "Ask the other one, or again in {seconds} seconds: it takes over if the other one ends.",
        "请访问另一台，或 {seconds} 秒后再试：若另一台停止，本机将接替。",
    ),
    "answer-lost": say(
        503,
        "The server that serves went away while it worked on this; whether it is done is unknown.",
        "正在处理时，提供服务的服务器断开；尚不确定是否已完成。",
        "Look before you do it again; stations ask by themselves and send what is missing.",
        "重做之前请先查看；各终端会自动查询并补发缺少的内容。",
    ),
    "hop-unproved": say(
        403,
        "This request says it was passed on by another server of the plant, and does not prove it.",
        "该请求声称由本厂另一台服务器转发，但未能证明。",
        "All servers need the same machine.secret and version; nobody else may send lotbook-hop.",
        "所有服务器须使用相同的 machine.secret 和相同版本；其他程序不得发送 lotbook-hop。",
    ),
    "single-file": say(
        409,
        "The database is a file of this server: there are no other servers.",
        "数据库为本服务器的单个文件：没有其他服务器。",
        "Several servers need PostgreSQL: lotbook-server move --to postgresql://…",
        "多台服务器需要 PostgreSQL：lotbook-server move --to postgresql://…",
    ),
}
