"""What can go wrong with a database that is a server of its own."""

from __future__ import annotations

from sync.fault_entry import Entry

STORE_FAULTS: dict[str, Entry] = {
    "database-away": Entry(
        "transient",
        "The database server does not answer: this was NOT saved. It is tried again with every"
        " request; look whether it runs and can be reached.",
        "数据库服务器没有应答：本次未保存。每次请求都会重试；请检查其是否运行并可访问。",
    ),
    "commit-unknown": Entry(
        "ambiguous",
        "The database server went away while it was saving: this may be saved or not. Look before"
        " doing it again.",
        "数据库服务器在保存过程中断开：本次可能已保存，也可能未保存。重做之前请先查看。",
    ),
    "database-taken-over": Entry(
        "permanent",
        "Another server process has written to this database meanwhile: this was NOT saved. Start"
        " this one again, or leave the work to the other.",
        "其间另一个服务器进程已写入此数据库：本次未保存。请重新启动本进程，或由另一进程继续。",
    ),
}
