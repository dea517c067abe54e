"""What ``lotbook-verify`` says of a journal or an export: what is proved, and what is not."""

from __future__ import annotations

SAYINGS: dict[str, tuple[str, str]] = {
    "unsound-log": ("NOT SOUND - {count} finding(s):", "不完好 - 发现 {count} 处问题："),
    "proved": ("Proved:", "已证明："),
    "not-proved-log": ("Not proved:", "不能证明："),
    "sound-journal": (
        "SOUND - journal of {origin}, {size} records",
        "完好 - 工位日志 {origin}，共 {size} 条记录",
    ),
    "journal-range": (
        (
            "{origin}: records #0 to #{last} are all here, in order, byte for byte as the station's"
            " key signed them (log of {size})."
        ),
        "{origin}：记录 #0 至 #{last} 齐全、有序，与工位密钥所签名的一致（日志共 {size} 条）。",
    ),
    "journal-signatures": (
        (
            "{count} electronic signature(s) belong to the records, person, meaning, time and words"
            " they name."
        ),
        "{count} 个电子签名与其所列的记录、人员、含义、时间和文本一一对应。",
    ),
    "journal-accepted": (
        "The server's signed receipts cover the first {size} records.",
        "服务器已签名的回执涵盖前 {size} 条记录。",
    ),
    "journal-files": (
        "{count} file(s) named by records are the ones recorded.",
        "记录所引用的 {count} 个文件与所记录的一致。",
    ),
    "journal-seen": (
        "The log continues the state remembered outside at {size}.",
        "该日志延续外部所记的 {size} 处状态。",
    ),
    "journal-witnessed": (
        (
            "This station verified the server's log at {checkpoint}: an export of the server must"
            " contain it."
        ),
        "本工位已验证服务器日志的状态 {checkpoint}：服务器的导出必须包含它。",
    ),
    "doubt-keys": (
        "that the keys in the keys file are the right ones: get them another way;",
        "密钥文件中的密钥是否正确：请通过其他途径取得；",
    ),
    "doubt-truth": (
        "that people and instruments told the truth;",
        "人员与仪器所记是否属实；",
    ),
    "doubt-clock": (
        "the exact time of a record: the order is proved, not the hour;",
        "记录的准确时刻：可证明的是先后次序，而非钟点；",
    ),
    "doubt-class": (
        (
            "that a signer had the right to sign, and that key at the time: the server's export"
            " says who had which class and key;"
        ),
        "签名人当时是否有权签署、密钥是否有效：各人职责与密钥见服务器的导出；",
    ),
    "doubt-unbound": (
        (
            "which of their classes {count} signer(s) signed in: an older form of signature, which"
            " does not bind it;"
        ),
        "{count} 个签名所用的是签名人的哪一项职责：较旧的签名格式未约束此项；",
    ),
    "doubt-unaccepted": (
        "that the server knows the records from #{size} on: there is no receipt for them;",
        "服务器是否已知自 #{size} 起的记录：没有相应回执；",
    ),
    "doubt-tail": (
        (
            "that the log did not go on beyond {size}: compare a label or a head known from outside"
            " (--seen);"
        ),
        "日志在 {size} 之后是否还有记录：请与标签或外部已知的日志头比对（--seen）；",
    ),
    "doubt-heads": (
        "the log head that {count} signature(s) name: it lies too far back to be looked up;",
        "{count} 个签名所引用的日志头：距今过远，未能核对；",
    ),
    "doubt-files": (
        "the photos and files that records name: they did not come along.",
        "记录所引用的照片与文件：未随附。",
    ),
    "sound-export": (
        "SOUND - server {origin}: {logs} station logs, {records} records, {leaves} leaves",
        "完好 - 服务器 {origin}：{logs} 个工位日志，{records} 条记录，{leaves} 个叶节点",
    ),
    "export-leaves": (
        "The server's log is complete from leaf 0 to {last}, as it signed it: {size}:{root}.",
        "服务器日志自叶节点 0 至 {last} 完整，与其签名一致：{size}:{root}。",
    ),
    "export-log": (
        (
            "{origin}: records #0 to #{last} are all here, as the station signed and the server"
            " named them."
        ),
        "{origin}：记录 #0 至 #{last} 齐全，与工位所签名及服务器所列的一致。",
    ),
    "export-empty": (
        "{origin}: enrolled, without any record.",
        "{origin}：已登记，尚无记录。",
    ),
    "export-signatures": (
        (
            "{count} electronic signature(s) belong to what they name, by people who were enrolled,"
            " active and in that class when they arrived."
        ),
        "{count} 个电子签名与其所列内容一致；签名到达时，签名人均已登记、有效并具备相应职责。",
    ),
    "export-statements": (
        (
            "Every enrolment, right and approval in the server's log is signed by the people it"
            " names, and by two where two are needed."
        ),
        "服务器日志中的每项登记、权限与批准均由所列人员签署；需两人者均有两人签署。",
    ),
    "export-files-listed": (
        "{count} file(s) named by records are listed as arrived.",
        "记录所引用的 {count} 个文件均列为已到达。",
    ),
    "export-quarantine": (
        "{count} record(s) that the server could not read are kept byte for byte.",
        "服务器无法读取的 {count} 条记录按原始字节保存。",
    ),
    "export-forks": (
        "{count} second histor(ies) are kept as evidence.",
        "{count} 个第二历史作为证据保存。",
    ),
    "export-witness": (
        "{name} has seen and signed the server's log up to {size}.",
        "{name} 已见证并签署服务器日志至 {size}。",
    ),
    "doubt-unwitnessed": (
        (
            "that the server shows everyone the same log: no witness of the keys file signed any"
            " checkpoint;"
        ),
        "服务器向所有人出示的是同一日志：密钥文件中无见证方签署任何检查点；",
    ),
    "doubt-since": (
        (
            "that the server shows everyone the same leaves from {size} on: no witness has signed"
            " them yet;"
        ),
        "自 {size} 起服务器向所有人出示的是同一叶节点：尚无见证方签署；",
    ),
    "doubt-withheld": (
        (
            "that nothing after leaf {size} is withheld: compare a checkpoint that a station or"
            " witness keeps (--seen);"
        ),
        "叶节点 {size} 之后是否有被扣留的内容：请与工位或见证方所存检查点比对（--seen）；",
    ),
    "doubt-revoked": (
        "{origin}, from #{size} on: its key was revoked there; these records count for nothing;",
        "{origin} 自 #{size} 起的记录：其密钥已在该处吊销，这些记录不作数；",
    ),
    "doubt-kept-back": (
        "that no station holds records it has not sent: compare its labels or its journal.",
        "是否有工位持有尚未发送的记录：请与其标签或日志比对。",
    ),
}
"""Every sentence: English, Chinese."""
