"""The words of the alarms that rules raise (``server.alarms.rules``)."""

from __future__ import annotations

from server.sayings_alarm import AlarmSaying, plant, records

RULED: dict[str, AlarmSaying] = {
    "deviation-open": records(
        "An instrument was found out of tolerance; its deviation is open.",
        "某仪器超差，其偏差尚未关闭。",
        "Read the look-back on the page Instruments, hold what it touched, and conclude.",
        "请在“仪器”页面查看回溯，冻结涉及批次，并作出结论。",
    ),
    "hold-touched": records(
        "A lot was used after it was held.",
        "某批次在冻结后仍被使用。",
        "Keep the units apart; conclude on the deviation on the page Holds.",
        "请隔离相关产品；并在“冻结”页面对该偏差作出结论。",
    ),
    "station-silent": plant(
        "A station has not been heard of for longer than the site allows.",
        "某工位终端超过工厂允许的时间未联系。",
        "Switch it on, or check its network; it keeps its records and sends them then.",
        "请开启终端或检查网络；其记录保留在终端，恢复后自动发送。",
    ),
    "records-outstanding": plant(
        "A station has saved more records than have arrived.",
        "某工位终端保存的记录多于已到达的记录。",
        "Check its network; the strip on its screen says how many are sent, and for how long not.",
        "请检查其网络；终端屏幕的状态栏显示已发送数量及未发送时长。",
    ),
    "clock-set": plant(
        "A clock was set while records were made.",
        "在产生记录期间时钟被调整。",
        "Find out by whom and why; the order of records does not depend on it.",
        "请查明由谁、因何调整；记录的先后次序不受其影响。",
    ),
    "calibration-due": plant(
        "An instrument's calibration ends soon.",
        "某仪器的校准即将到期。",
        "Plan its calibration; after the day its readings are refused.",
        "请安排校准；到期后其读数将被拒绝。",
    ),
    "calibration-overdue": plant(
        "An instrument's calibration is overdue.",
        "某仪器的校准已过期。",
        "Have it calibrated and enter the result, or take it out of service.",
        "请校准并录入结果，或停用该仪器。",
    ),
    "backup-overdue": plant(
        "There is no checked backup as new as the site asks.",
        "没有符合工厂时限要求且经核验的备份。",
        "Run `lotbook-server backup` and see why its timer did not.",
        "请执行 `lotbook-server backup`，并查明定时任务为何未执行。",
    ),
    "drill-overdue": plant(
        "No restore was tried for longer than the site allows.",
        "超过工厂允许的时间未做恢复演练。",
        "Run `lotbook-server drill-restore` with the newest backup.",
        "请用最新备份执行 `lotbook-server drill-restore`。",
    ),
    "checkpoint-unwitnessed": plant(
        "Nobody else has cosigned this server's log for longer than the site allows.",
        "超过工厂允许的时间没有其他见证方签署本服务器日志。",
        "Switch stations on, check the line to the witnesses (page Status).",
        "请开启工位终端，并检查与见证方的连接（“状态”页面）。",
    ),
    "backup-differs": plant(
        "A backup or a restore does not lead to this server's log.",
        "某备份或恢复结果与本服务器日志不一致。",
        "Keep it apart; make a new backup, and run `lotbook-server fsck` on both.",
        "请将其单独保存；重新备份，并对两者执行 `lotbook-server fsck`。",
    ),
    "verification-failed": records(
        "What is stored does not lead to what was signed.",
        "所存储的内容与已签署的内容不一致。",
        "Stop the server and run `lotbook-server fsck`: it names each place.",
        "请停止服务器并执行 `lotbook-server fsck`：将指明每一处。",
    ),
}
"""By code."""
