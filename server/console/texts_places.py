"""The console's words about places, the site's parameters and one station, in both languages."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "pl_places": ("Places", "场所"),
    "pl_lead": (
        (
            "Areas, work centers, and the work units in each. A class held at a place reaches what "
            "is made there, and nothing else."
        ),
        "区域、工作中心及其工位。在某一场所持有的职责仅及于该处的生产。",
    ),
    "pl_area": ("Area", "区域"),
    "pl_center": ("Work center", "工作中心"),
    "pl_units": ("Work units", "工位"),
    "pl_stations": ("Stations", "终端"),
    "pl_people": ("Classes held just here", "仅在此处持有职责的人员"),
    "pl_define": ("Define a work center", "设定工作中心"),
    "pl_define_help": (
        (
            "From now on these work units are in that work center. A unit is in one only: the "
            "newest word counts. What was made before stays as it was."
        ),
        "自此这些工位归属该工作中心。每个工位仅归属一处，以最新声明为准。此前的生产记录不变。",
    ),
    "pl_sign": ("Sign: define", "签署：设定"),
    "pl_history": ("Who said so", "设定记录"),
    "pl_founded": (
        "Nothing was said since the founding: every unit is where the plan put it.",
        "建厂后未作变更：各工位仍归属计划中的位置。",
    ),
    "sp_parameters": ("Site parameters", "工厂参数"),
    "sp_lead": (
        "What the site asks of itself. No value switches the audit trail or an alarm off.",
        "工厂对自身的要求。任何取值都不会关闭审计追踪或报警。",
    ),
    "sp_name": ("Parameter", "参数"),
    "sp_now": ("Now", "当前值"),
    "sp_usual": ("Unless set", "默认值"),
    "sp_set_by": ("Set by, when, why", "设定人、时间、原因"),
    "sp_never": ("never set", "未设定"),
    "sp_station_silent_minutes": (
        "A station not heard of for longer raises an alarm (minutes)",
        "终端无联系超过此时限即报警（分钟）",
    ),
    "sp_completeness_percent": (
        "Of the records that stations say they saved, so many are to be here (%)",
        "终端声明已保存的记录中应已到达的比例（%）",
    ),
    "sp_backup_hours": (
        "A checked backup is not to be older (hours)",
        "已核验备份的最长间隔（小时）",
    ),
    "sp_drill_days": ("A restore is to be tried so often (days)", "恢复演练的最长间隔（天）"),
    "sp_witness_hours": (
        "A checkpoint is to be cosigned by somebody else within (hours)",
        "检查点须由他方见证的时限（小时）",
    ),
    "sp_review_before_release": (
        "A lot is released only when the audit trail of its job order was reviewed",
        "工单的审计追踪经审核后方可放行批次",
    ),
    "sp_second_factor_classes": (
        "These classes must have a second factor at the console",
        "控制台上须使用第二因素的职责",
    ),
    "sp_change": ("Change", "变更"),
    "sp_sign": ("Sign: ask this of the site", "签署：设定工厂参数"),
    "sp_only_quality": ("Only quality sets these.", "仅质量人员可设定。"),
    "sp_history": ("History", "历史"),
    "ss_revoke": ("Revoke the station", "吊销终端"),
    "ss_revoke_help": (
        (
            "Its records below the number stay valid; from there on nothing is believed. Left "
            "empty: nothing above what somebody else had witnessed, record {size}. A cut-off never "
            "moves up again; the way back is a new enrolment."
        ),
        (
            "该编号以下的记录仍然有效；其后一概不作数。留空则以他方最后见证的第 {size} 条为界。"
            "界限不可再上移；恢复使用须重新注册。"
        ),
    ),
    "ss_valid_to": ("Records below this number stay valid", "此编号以下的记录仍然有效"),
    "ss_sign_revoke": ("Sign: revoke", "签署：吊销"),
    "ss_revoked_at": ("Revoked from record", "自此记录起吊销"),
    "ss_back": ("All stations", "全部终端"),
    "ss_beside": (
        "Only if the second person stands here now; else that person approves later.",
        "仅当第二人此刻在场时填写；否则由其稍后批准。",
    ),
}
