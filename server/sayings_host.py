"""What stands in the way on the server's own machine: files, disk, port, TLS, other processes."""

from __future__ import annotations

from server.sayings import Saying, say

HOST: dict[str, Saying] = {
    "server-recovery": say(
        503,
        "The server's database is older than what it signed: it is in recovery and signs nothing.",
        "服务器数据库早于其已签署的内容：处于恢复状态，不再签署。",
        "Switch the stations on: they feed it again by themselves; the console says how far it is.",
        "请开启各工位终端：它们会自动重新补送。进度见控制台。",
    ),
    "busy": say(
        503,
        "The server has more in hand than it can take; come again in {seconds} seconds.",
        "服务器当前任务过多；请在 {seconds} 秒后再试。",
        "Nothing to do: stations keep their records and send them again by themselves.",
        "无需处理：各终端会保留记录并自动重发。",
    ),
    "bad-witnesses": say(
        500,
        "The file of witnesses {path} cannot be used: {why}",
        "无法使用见证方文件 {path}：{why}",
        "Correct it; each [[witness]] has url, vkey and silent_after_minutes.",
        "请更正；每个 [[witness]] 须有 url、vkey 和 silent_after_minutes。",
    ),
    "not-yours": say(
        403,
        "The badge and secret given are not those of {name}.",
        "所给工牌与密码不属于 {name}。",
        "Leave out --by, or let that person sign.",
        "请去掉 --by，或由本人签名。",
    ),
    "tls-incomplete": say(
        500,
        "TLS needs a certificate and its key.",
        "TLS 需要证书及其私钥。",
        "Give both --tls-certificate FILE and --tls-key FILE, or neither.",
        "请同时给出 --tls-certificate FILE 和 --tls-key FILE，或都不给。",
    ),
    "tls-unreadable": say(
        500,
        "The TLS file {file} cannot be used: {why}",
        "无法使用 TLS 文件 {file}：{why}",
        "Give an existing PEM file, readable by this user; the key without a passphrase.",
        "请给出本用户可读的 PEM 文件；私钥不得带口令。",
    ),
    "tls-mismatch": say(
        500,
        "The TLS key {file} does not belong to the certificate.",
        "TLS 私钥 {file} 与证书不匹配。",
        "Give the key the certificate was made for.",
        "请给出与该证书对应的私钥。",
    ),
    "tls-expired": say(
        500,
        "The TLS certificate {file} is valid from {start} to {end}, not today.",
        "TLS 证书 {file} 的有效期为 {start} 至 {end}，今日不在有效期内。",
        "Get a new certificate, or set the server's clock right.",
        "请换用新证书，或校正服务器时钟。",
    ),
    "in-use": say(
        503,
        "Another lotbook-server works on this data.",
        "另一个 lotbook-server 正在使用此数据。",
        "Stop it first, or give it the order with --url.",
        "请先停止它，或使用 --url 向其发送指令。",
    ),
    "port-taken": say(
        503,
        "The server cannot answer on {host}, port {port}: {why}",
        "服务器无法在 {host} 的端口 {port} 上应答：{why}",
        "Stop what uses this port, or choose another one with --port.",
        "请停止占用该端口的程序，或使用 --port 选择其他端口。",
    ),
    "disk-full": say(
        507,
        "The server's disk is full; nothing was stored.",
        "服务器磁盘已满；未存储任何内容。",
        "Free space; stations keep their records and send them again by themselves.",
        "请释放空间；各终端会保留记录并自动重发。",
    ),
    "write-failed": say(
        507,
        "The server's disk refused to write; nothing was stored. ({why})",
        "服务器磁盘拒绝写入；未存储任何内容。（{why}）",
        "Check the server's disk; stations keep their records and send them again by themselves.",
        "请检查服务器磁盘；各终端会保留记录并自动重发。",
    ),
    "damaged": say(
        500,
        "The database is damaged: {why}",
        "数据库已损坏：{why}",
        "Stop the server, keep the files, restore the newest backup, then run fsck.",
        "请停止服务器，保留文件，恢复最新备份，然后运行 fsck。",
    ),
    "backup-unfit": say(
        500,
        "This backup cannot be used: {why}",
        "该备份不可用：{why}",
        "Check the backup's key, the file, and the folder with the server's own keys.",
        "请检查备份密钥、备份文件以及存放服务器自身密钥的目录。",
    ),
    "keys-unfit": say(
        500,
        "keys.toml in the data folder cannot be used: {why}",
        "数据目录中的 keys.toml 不可用：{why}",
        "Correct it as server/own_keys.py shows, then start again.",
        "请按 server/own_keys.py 的示例更正后重新启动。",
    ),
    "no-data": say(
        500,
        "There is no server at {path}.",
        "{path} 处没有服务器数据。",
        "Make one with: lotbook-server init --data DIR --plan FILE",
        "请先运行：lotbook-server init --data DIR --plan FILE",
    ),
    "unreachable": say(
        503,
        "The server cannot be reached: {why}",
        "无法连接服务器：{why}",
        "Check the address and that it runs: lotbook-server run --data DIR",
        "请检查地址，并确认服务器正在运行：lotbook-server run --data DIR",
    ),
    "server-said": say(
        400,
        "{message} {hint}",
        "{message} {hint}",
        "The server said so; nothing was changed.",
        "以上为服务器的答复；未作任何更改。",
    ),
}
