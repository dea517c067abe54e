"""Every alarm the server can raise: what it means, what to do about it, and who may close it."""

from __future__ import annotations

from server.sayings_alarm import AlarmSaying, plant, records
from server.sayings_rules import RULED

ALARMS: dict[str, AlarmSaying] = {
    "fork": records(
        "A station's log has two histories that cannot both be true.",
        "某工位终端的日志存在两份互相矛盾的历史。",
        "The lots touched are frozen. Decide on the page Stations which history counts.",
        "相关批次已冻结。请在“工位终端”页面决定以哪份历史为准。",
    ),
    "station-copied": records(
        "A station's disk seems to run on two machines.",
        "某工位终端的磁盘似乎在两台机器上运行。",
        "Find the second machine and switch it off. Decide on the page Stations on its records.",
        "请找到并关闭第二台机器。请在“工位终端”页面对其记录作出决定。",
    ),
    "revoked-key-used": records(
        "Records were signed with a station's key after it was revoked.",
        "工位终端的密钥在吊销后仍被用于签署记录。",
        "Find out who has the key. Decide on the page Stations on these records.",
        "请查明何人持有该密钥。请在“工位终端”页面对这些记录作出决定。",
    ),
    "entry-quarantined": records(
        "A record cannot be read. It is kept byte for byte, and blocks nothing else.",
        "有一条记录无法读取。其字节已原样保留，不影响其他记录。",
        "Tell your supplier of Lotbook; the lot it belongs to needs quality's decision.",
        "请告知 Lotbook 供应商；其所属批次须由质量人员决定。",
    ),
    "record-disputed": records(
        "A record was made that the rule book does not accept.",
        "有一条记录不被规则认可。",
        "Read it in the batch record; raise a nonconformity or have it corrected.",
        "请在批记录中查看；提出不合格或安排更正。",
    ),
    "lot-overdrawn": records(
        "More was taken of a lot than was received.",
        "某批次的用量超过收货量。",
        "Count the lot; correct the quantity, or find the record that is wrong.",
        "请清点该批次；更正数量，或查出有误的记录。",
    ),
    "recall-grew": records(
        "Records that came later enlarge a recall. Its new scope is frozen.",
        "后到的记录扩大了召回范围，新范围已冻结。",
        "Open the case: notify the consignees that were added, hold what was added.",
        "请打开该召回：通知新增的收货方，并冻结新增批次。",
    ),
    "continuity-break": records(
        "A station began a new log: its disk was lost, put back or changed.",
        "某工位终端开始了新的日志：其磁盘曾丢失、还原或更换。",
        "The page Stations lists what is missing; fetch the old disk. Closing this lets it go.",
        "“工位终端”页面列出缺失内容；请取回旧磁盘。关闭此报警即放弃等待缺失的记录。",
    ),
    "continuity-contradicted": records(
        "Records turned up that a station said it never had.",
        "出现了工位终端称其从未有过的记录。",
        "Compare both on the page Stations and decide which history counts.",
        "请在“工位终端”页面比较两者，并决定以哪份历史为准。",
    ),
    "log-continued": records(
        "Two persons let the server's log go on without what nobody gave back.",
        "两人决定在缺失内容无人补送的情况下继续服务器日志。",
        "Assess the lots of that time; tell auditors the log's new name.",
        "请评估该时段的批次；并告知审核员日志的新名称。",
    ),
    "mark-contradicts": records(
        "A label shows a log mark that the log on this server does not have.",
        "某标签上的日志标记与本服务器的日志不符。",
        "Two histories were signed. Keep the label; quality investigates the station.",
        "说明曾签署过两份历史。请保留该标签；由质量人员调查该工位终端。",
    ),
    "records-missing": records(
        "A station is known to have had more records than arrived.",
        "已知某工位终端的记录多于已到达的记录。",
        "Fetch its old disk; lots wait. Closing this, once it ended, lets go what is missing.",
        "请取回其旧磁盘；相关批次须等待。该日志终止后关闭此报警，即放弃等待缺失的记录。",
    ),
    "rotation-refused": records(
        "A station's change of its key was not signed as it must be.",
        "某工位终端的密钥更换未按要求签署。",
        "Ask who changed it; if nobody did, revoke the station.",
        "请询问由谁更换；若无人更换，请吊销该终端。",
    ),
    "beacon-refused": records(
        "A station recorded a time that it says this server signed, and it did not.",
        "某工位终端记录了声称由本服务器签署的时间，但并非如此。",
        "Treat the times of that station as its own clock's; investigate the station.",
        "请将该终端的时间视为其自身时钟的时间，并调查该终端。",
    ),
    "office-parted": records(
        "The office's own journal is not the one this server took in.",
        "办公室自身的日志与本服务器所收不一致。",
        "Restore server and office from the same backup; see the administrator's guide.",
        "请用同一备份恢复服务器与办公室日志；参见管理员指南。",
    ),
    "attachment-damaged": plant(
        "A photo or file on the server's disk is not what it was.",
        "服务器磁盘上的某张照片或文件已损坏。",
        "Its station is asked for it again. If it stays hurt, or is the office's, use a backup.",
        "将向其工位终端重新索取。若仍损坏，或为办公室所提交，请从备份取回。",
    ),
    "person-at-two-stations": plant(
        "One person was signed in at two stations at the same time.",
        "同一人同时在两个工位终端登录。",
        "Ask the person: a borrowed badge, or a session left open.",
        "请询问本人：是否出借工牌，或未退出登录。",
    ),
    "badge-locked": plant(
        "A badge was locked after wrong secrets in a row.",
        "某工牌因连续输入错误密码而被锁定。",
        "Ask the person. A second person can lift the lock by signature.",
        "请询问本人。可由第二人签名解除锁定。",
    ),
    "witness-refused": plant(
        "A witness refuses this server's checkpoint.",
        "某见证方拒绝本服务器的检查点。",
        "Call its administrator. Sign no release on trust until it is understood.",
        "请联系其管理员。查明之前勿仅凭信任签署放行。",
    ),
    "witness-silent": plant(
        "A witness has not answered for longer than allowed.",
        "某见证方超过允许时间未应答。",
        "Check the line and the witness; records are taken meanwhile.",
        "请检查网络和见证方；其间仍接收记录。",
    ),
    "timestamp-missing": plant(
        "The time stamping authority gave no token.",
        "时间戳机构未给出时间戳。",
        "Check the line to it; nothing stops meanwhile.",
        "请检查与其的连接；其间不影响任何工作。",
    ),
    "mirror-missing": plant(
        "The second medium of the server's memory is not there.",
        "服务器第二存储介质不在位。",
        "Plug it in, or correct mirror.toml, and restart the server.",
        "请插入介质，或更正 mirror.toml，然后重启服务器。",
    ),
    "certificate-ends": plant(
        "The server's certificate ends soon.",
        "服务器证书即将到期。",
        "Renew it before that day and restart the server, or stations can no longer call.",
        "请在到期前更新并重启服务器，否则工位终端将无法联系。",
    ),
    "disk-low": plant(
        "The server's disk is nearly full.",
        "服务器磁盘即将写满。",
        "Free space, or give it a larger disk.",
        "请清理空间，或更换更大的磁盘。",
    ),
    "disk-full": plant(
        "The server's disk was full: new records were refused, stations keep theirs.",
        "服务器磁盘曾写满：拒收新记录，各终端保留其记录。",
        "Free space; stations then send by themselves.",
        "请清理空间；之后各终端会自动发送。",
    ),
    "disk-refusing": plant(
        "The server's disk took no writes.",
        "服务器磁盘曾拒绝写入。",
        "Replace the disk and restore, or let the stations feed the server again.",
        "请更换磁盘并恢复，或由各工位终端重新补送。",
    ),
    **RULED,
}
"""By code."""
