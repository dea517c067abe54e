"""What can go wrong with a station's or the server's own key."""

from __future__ import annotations

from sync.fault_entry import Entry

KEY_FAULTS: dict[str, Entry] = {
    "key-unreadable": Entry(
        "permanent",
        "The station's key cannot be read. Call the administrator: the station may have to be"
        " enrolled again.",
        "无法读取本站密钥。请联系管理员：可能需要重新登记本站。",
    ),
    "key-file-unsafe": Entry(
        "permanent",
        "The station's key file can be read by others. Set its permissions to 0600.",
        "本站密钥文件可被他人读取。请将其权限设为 0600。",
    ),
    "key-of-another-machine": Entry(
        "permanent",
        "This disk was moved or copied from another machine: its key does not open here. Stop work"
        " and call the administrator, who enrols this machine anew with quality; the records on the"
        " disk stay.",
        "本磁盘是从另一台机器移来或复制的：其密钥在此无法打开。请停止作业并联系管理员，"
        "由其会同质量部门重新登记本机；磁盘上的记录保持不变。",
    ),
    "key-token-missing": Entry(
        "transient",
        "The key token (smartcard or HSM) does not answer: this was NOT saved. Put the token back"
        " in, then do it again.",
        "密钥介质（智能卡或 HSM）无应答：本次未保存。请重新插入介质，然后重做。",
    ),
    "key-pin-refused": Entry(
        "permanent",
        "The key token refused its PIN. The same PIN is not tried again, so that the token does"
        " not lock. The administrator corrects the PIN and starts the program again.",
        "密钥介质拒绝了 PIN。同一 PIN 不会再次尝试，以免锁死介质。"
        "请管理员更正 PIN 后重新启动程序。",
    ),
    "key-pin-locked": Entry(
        "permanent",
        "The key token is locked, or one wrong PIN away from it, and is left alone. Call the"
        " administrator, who unlocks it with the token's own tool.",
        "密钥介质已锁死，或再错一次即锁死，系统不再尝试。请联系管理员，由其使用介质自带工具解锁。",
    ),
    "key-pin-missing": Entry(
        "permanent",
        "The key token's PIN is not at hand. The administrator puts it into the file or the"
        " variable that the configuration names, readable by this program alone.",
        "未找到密钥介质的 PIN。请管理员将其写入配置所指的文件或变量，且仅本程序可读。",
    ),
    "key-not-on-token": Entry(
        "permanent",
        "The key token holds no key of this name. Check that it is this machine's token, or enrol"
        " with it first.",
        "密钥介质中没有该名称的密钥。请确认是否为本机介质，或先用它登记。",
    ),
    "key-module-missing": Entry(
        "permanent",
        "The key token's driver cannot be loaded. Check the path of the PKCS#11 module and that"
        " Lotbook was installed with the pkcs11 extra.",
        "无法加载密钥介质驱动。请检查 PKCS#11 模块路径，并确认安装 Lotbook 时包含 pkcs11 组件。",
    ),
}
"""Codes about keys; part of :data:`sync.faults.FAULTS`."""
