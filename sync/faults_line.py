"""What can go wrong at the other end of the line: certificates not believed, a full disk."""

from __future__ import annotations

from sync.fault_entry import Entry

LINE_FAULTS: dict[str, Entry] = {
    "server-not-trusted": Entry(
        "transient",
        "The server's certificate is not by an authority this station trusts. Work goes on; nothing"
        " is sent. Tell the administrator.",
        "服务器证书并非由本站信任的机构签发。可继续作业；不会发送任何内容。请通知管理员。",
    ),
    "server-certificate-expired": Entry(
        "transient",
        "The server's certificate has expired, or this station's clock is ahead. Work goes on;"
        " nothing is sent. Compare the date below, then tell the administrator.",
        "服务器证书已过期，或本站时钟偏快。可继续作业；不会发送任何内容。请核对下方日期，然后通知管理员。",
    ),
    "server-certificate-early": Entry(
        "transient",
        "The server's certificate is not valid yet, or this station's clock is behind. Work goes"
        " on; nothing is sent. Compare the date below, then tell the administrator.",
        "服务器证书尚未生效，或本站时钟偏慢。可继续作业；不会发送任何内容。请核对下方日期，然后通知管理员。",
    ),
    "server-full": Entry(
        "transient",
        "The server's disk is full or refuses to write. Work goes on and nothing is lost; it is"
        " sent when there is room again. Tell the administrator.",
        "服务器磁盘已满或拒绝写入。可继续作业，不会丢失任何内容；有空间后会自动发送。请通知管理员。",
    ),
    "server-certificate-name": Entry(
        "transient",
        "The server's certificate is for another address than this station asks. Work goes on;"
        " nothing is sent. Tell the administrator.",
        "服务器证书的地址与本站访问的地址不符。可继续作业；不会发送任何内容。请通知管理员。",
    ),
}
