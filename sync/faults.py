"""What can go wrong with keeping and carrying records, each with words that say what to do next."""

from __future__ import annotations

from sync.fault_entry import Entry, FaultKind
from sync.faults_keys import KEY_FAULTS
from sync.faults_line import LINE_FAULTS
from sync.faults_store import STORE_FAULTS

__all__ = ["FAULTS", "Entry", "Fault", "FaultKind"]

FAULTS: dict[str, Entry] = {
    "database-in-use": Entry(
        "permanent",
        "Another Lotbook is already running on this machine. Use that one, or close it first.",
        "本机已有一个 Lotbook 在运行。请使用它，或先将其关闭。",
    ),
    "database-corrupt": Entry(
        "permanent",
        "The record file is damaged. Stop work here, leave the machine on and call the"
        " administrator; nothing was overwritten.",
        "记录文件已损坏。请停止在本站作业，保持开机并联系管理员；没有任何内容被覆盖。",
    ),
    "database-unreadable": Entry(
        "permanent",
        "The record file cannot be opened. Check that the disk is there and may be written to.",
        "无法打开记录文件。请检查磁盘是否存在且可写。",
    ),
    "database-of-another-program": Entry(
        "permanent",
        "This record file belongs to another station or another program. Check the configuration.",
        "该记录文件属于其他工位或其他程序。请检查配置。",
    ),
    "sqlite-too-old": Entry(
        "permanent",
        "The database engine is too old to be safe. Install the locked packages again.",
        "数据库引擎版本过旧，不安全。请重新安装锁定版本的软件包。",
    ),
    "database-busy": Entry(
        "transient",
        "The record file is busy. Wait a moment and do it again.",
        "记录文件正忙。请稍候再试。",
    ),
    "disk-full": Entry(
        "permanent",
        "The disk is full: this was NOT saved. Free some space or call the administrator, then do"
        " it again.",
        "磁盘已满：本次未保存。请清理空间或联系管理员，然后重做。",
    ),
    "disk-reserve": Entry(
        "permanent",
        "The disk is full: this was NOT saved. What is left is for the step that was open: finish"
        " it, then stop and call the administrator.",
        "磁盘已满：本次未保存。剩余空间只供完成当前已打开的步骤：请完成该步骤，然后停止作业并联系管理员。",
    ),
    "write-failed": Entry(
        "permanent",
        "The disk refused to save: this was NOT saved. Do it again; if it fails again, stop and"
        " call the administrator.",
        "磁盘拒绝写入：本次未保存。请重做；若再次失败，请停止作业并联系管理员。",
    ),
    "disk-read-only": Entry(
        "permanent",
        "The disk can only be read: this was NOT saved. The system does that when a disk fails."
        " Stop work here and call the administrator.",
        "磁盘变为只读：本次未保存。磁盘出现故障时系统会这样处理。请停止在本站作业并联系管理员。",
    ),
    "medium-missing": Entry(
        "transient",
        "No medium was found that can be written to. Plug one in, wait a moment, then export.",
        "未找到可写入的存储介质。请插入介质，稍候片刻，再导出。",
    ),
    "export-failed": Entry(
        "transient",
        "The export was NOT finished: the medium is full or was pulled out. Nothing here was"
        " changed; take another medium and export again.",
        "导出未完成：介质已满或被拔出。本站内容没有改变；请换一个介质后重新导出。",
    ),
    "journal-damaged": Entry(
        "permanent",
        "The station's log does not match its own signature. Stop work here and call the"
        " administrator, who fetches the damaged records back: lotbook-terminal heal.",
        "本站日志与其自身签名不符。请停止在本站作业并联系管理员，由其取回受损记录："
        "lotbook-terminal heal。",
    ),
    "journal-rolled-back": Entry(
        "permanent",
        "Records that existed before are missing on this station: an old copy was put back. Stop"
        " work here and call the administrator, who restores it: lotbook-terminal restore.",
        "本站缺少先前已有的记录：系统被恢复成旧副本。请停止在本站作业并联系管理员，由其恢复："
        "lotbook-terminal restore。",
    ),
    "journal-forked": Entry(
        "permanent",
        "The server holds other records under this station's name. Both are kept; quality decides."
        " Stop work here and call the administrator, who enrols it anew: lotbook-terminal restore.",
        "服务器上以本站名义存有不同的记录。两者均已保存，由质量部门裁定。"
        "请停止在本站作业并联系管理员，由其重新登记：lotbook-terminal restore。",
    ),
    "station-copied": Entry(
        "permanent",
        "This disk is a copy: another machine has worked as this station since. The records here"
        " were handed over. Stop work, leave the machine on, call quality and the administrator.",
        "本机磁盘是副本：此后另一台机器已以本站名义作业。本机记录已移交。请停止在本站作业，保持开机，"
        "并联系质量部门和管理员。",
    ),
    "station-revoked": Entry(
        "permanent",
        "This station's key was revoked. Its records were handed over for review. Stop work here"
        " and call the administrator, who enrols it anew: lotbook-terminal restore.",
        "本站密钥已被撤销。本站记录已移交审查。请停止在本站作业并联系管理员，由其重新登记："
        "lotbook-terminal restore。",
    ),
    "station-replaced": Entry(
        "permanent",
        "A newer installation took this station's place. The records here were handed over. Stop"
        " work here and call the administrator.",
        "本站已由新的安装取代。此处的记录已移交。请停止在本站作业并联系管理员。",
    ),
    "rotation-not-now": Entry(
        "permanent",
        "The key is changed only when the server has every record. Connect the station, wait until"
        " accepted equals saved, then change it.",
        "仅当服务器已有全部记录时才能更换密钥。请将本站联网，待“已接收”等于“已保存”后再更换。",
    ),
    "rotation-unfinished": Entry(
        "permanent",
        "A change of this station's key was interrupted; no record is lost. Call the administrator,"
        " who runs it again: lotbook-terminal rotate.",
        "本站密钥更换被中断，没有丢失任何记录。"
        "请联系管理员，由其再次执行：lotbook-terminal rotate。",
    ),
    "past-not-proved": Entry(
        "permanent",
        "The earlier records that came back are not those that were signed. Nothing was begun;"
        " tell quality and the administrator.",
        "取回的早期记录与当初所签内容不符。未开始新纪元；请通知质量部门和管理员。",
    ),
    "restore-first-epoch": Entry(
        "permanent",
        "There is no epoch before the one configured. Make the last number of origin in the station"
        " file one higher, then restore.",
        "所配置的纪元之前没有更早的纪元。请将工位文件中 origin 的最后一个数字加一，再执行恢复。",
    ),
    "restore-not-needed": Entry(
        "permanent",
        "This station works in the epoch configured already; nothing was moved. To begin another,"
        " make the last number of origin in the station file one higher.",
        "本站已在所配置的纪元中运行；未移动任何文件。如需开始新的纪元，请将工位文件中 origin 的"
        "最后一个数字加一。",
    ),
    "entry-refused": Entry(
        "permanent",
        "This record cannot be written in the agreed form. Report it; nothing was saved.",
        "该记录无法按约定格式写入。请上报；未保存任何内容。",
    ),
    "attachment-too-large": Entry(
        "permanent",
        "The picture or file is too large to keep. Take it again at a lower size.",
        "图片或文件过大，无法保存。请以较小尺寸重新拍摄。",
    ),
    "attachment-damaged": Entry(
        "permanent",
        "A stored photo is damaged. Work can go on; keep the machine on and call the administrator,"
        " who fetches it back: lotbook-terminal heal.",
        "已存的照片已损坏。可继续作业；请保持开机并联系管理员，由其取回：lotbook-terminal heal。",
    ),
    **KEY_FAULTS,
    **LINE_FAULTS,
    **STORE_FAULTS,
    "server-unreachable": Entry(
        "transient",
        "The server cannot be reached. Work goes on; records are sent when it is back.",
        "无法连接服务器。可继续作业；恢复后将自动发送记录。",
    ),
    "answer-lost": Entry(
        "ambiguous",
        "The server's answer did not arrive. Nothing needs to be done: it is asked again.",
        "未收到服务器应答。无需操作：系统会再次询问。",
    ),
    "answer-not-understood": Entry(
        "ambiguous",
        "Something answered that is not the Lotbook server (a portal or a proxy). Records stay"
        " here; tell the administrator if it lasts.",
        "应答方不是 Lotbook 服务器（可能是门户或代理）。记录保留在本站；若持续请通知管理员。",
    ),
    "server-busy": Entry(
        "transient",
        "The server is busy. Records are sent a little later.",
        "服务器正忙。稍后将发送记录。",
    ),
    "server-error": Entry(
        "ambiguous",
        "The server had an error. Records stay here and are sent again.",
        "服务器出错。记录保留在本站并会再次发送。",
    ),
    "session-refused": Entry(
        "transient",
        "The server does not accept this station's session. It signs in again by itself.",
        "服务器不接受本站会话。系统会自动重新登录。",
    ),
    "station-not-enrolled": Entry(
        "permanent",
        "This station is not enrolled, or its key was revoked. Two persons must approve it on the"
        " server; records stay here.",
        "本站未登记或其密钥已被撤销。须由两人在服务器上批准；记录保留在本站。",
    ),
    "batch-too-large": Entry(
        "permanent",
        "The server takes only smaller batches. Smaller ones are sent by themselves.",
        "服务器只接受较小批次。系统会自动减小批次发送。",
    ),
    "batch-refused": Entry(
        "permanent",
        "The server refused a batch of records as damaged. They stay here and are sent again; tell"
        " the administrator if it lasts.",
        "服务器判定一批记录已损坏并拒收。记录保留在本站并会重发；若持续请通知管理员。",
    ),
    "request-refused": Entry(
        "permanent",
        "The server refused the request. Tell the administrator; records stay here.",
        "服务器拒绝了请求。请通知管理员；记录保留在本站。",
    ),
    "upgrade-needed": Entry(
        "permanent",
        "This terminal's program is too old for the server. Update it; records stay here.",
        "本终端程序版本过旧。请更新；记录保留在本站。",
    ),
    "receipt-wrong": Entry(
        "permanent",
        "The server's receipt is not for these records or not signed by the known server. Tell the"
        " administrator; records stay here.",
        "服务器回执与这些记录不符或并非由已知服务器签署。请通知管理员；记录保留在本站。",
    ),
    "server-log-rolled-back": Entry(
        "permanent",
        "The server's log is shorter than it was: an old copy was put back. Work goes on here; call"
        " quality and the administrator.",
        "服务器日志比先前短：系统被恢复成旧副本。本站可继续作业；请联系质量部门和管理员。",
    ),
    "server-log-forked": Entry(
        "permanent",
        "The server's log is not the one this station saw before: history was changed. Work goes on"
        " here; call quality and the administrator.",
        "服务器日志与本站先前所见不一致：历史被更改。本站可继续作业；请联系质量部门和管理员。",
    ),
    "server-log-misses-entries": Entry(
        "permanent",
        "The server's log does not hold records that it signed for. They are safe here and work"
        " goes on; call quality and the administrator.",
        "服务器日志缺少其已签收的记录。记录安全保存在本站，可继续作业；请联系质量部门和管理员。",
    ),
    "server-recovery": Entry(
        "transient",
        "The server was put back from an older copy and is in recovery. Work goes on; records stay"
        " here and are sent again by themselves.",
        "服务器由旧副本恢复，正处于恢复状态。可继续作业；记录保留在本站并会自动重新发送。",
    ),
    "server-key-unknown": Entry(
        "permanent",
        "This is not the server this station knows (other key). Check the address; tell the"
        " administrator.",
        "该服务器并非本站已知的服务器（密钥不同）。请检查地址并通知管理员。",
    ),
    "pack-unreadable": Entry(
        "permanent",
        "The work documents received are damaged. The ones in force stay in force.",
        "收到的作业文件已损坏。现行文件继续有效。",
    ),
    "pack-not-signed": Entry(
        "permanent",
        "The work documents received are not signed by the known server. The ones in force stay.",
        "收到的作业文件并非由已知服务器签署。现行文件继续有效。",
    ),
    "pack-older": Entry(
        "permanent",
        "The work documents received are older than those in force, and were left aside.",
        "收到的作业文件比现行文件旧，已搁置。",
    ),
    "pack-conflict": Entry(
        "permanent",
        "Two different sets of work documents have the same number. Tell the administrator.",
        "两套不同的作业文件使用了同一编号。请通知管理员。",
    ),
}
"""Every code there is. Codes are never reused."""


class Fault(Exception):
    """Something went wrong that a person or a retry can do something about."""

    def __init__(self, code: str, detail: str = "", retry_after_s: int | None = None) -> None:
        """``code`` is in FAULTS; ``detail`` for the log, ``retry_after_s`` if it said so."""
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.retry_after_s = retry_after_s

    @property
    def kind(self) -> FaultKind:
        """transient, ambiguous or permanent."""
        return FAULTS[self.code].kind

    @property
    def hint(self) -> dict[str, str]:
        """What to do next, by language."""
        entry = FAULTS[self.code]
        return {"en": entry.en, "zh_CN": entry.zh_CN}
