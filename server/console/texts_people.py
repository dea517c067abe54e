"""The console's words about people: who is enrolled, how each stands, what is done by two."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "pe_people": ("People", "人员"),
    "pe_lead": (
        "Everybody ever enrolled. An id is never given to another; records and signatures stay.",
        "所有曾注册的人员。编号不会转给他人；其记录与签名永久保留。",
    ),
    "pe_id": ("Id", "编号"),
    "pe_name": ("Name", "姓名"),
    "pe_state": ("State", "状态"),
    "pe_active": ("active", "在用"),
    "pe_locked": ("locked", "已锁定"),
    "pe_inactive": ("inactive", "已停用"),
    "pe_since": ("Enrolled", "注册时间"),
    "pe_ended": ("Ended", "停用时间"),
    "pe_holds": ("Class, and where", "职责及场所"),
    "pe_site": ("whole site", "整个工厂"),
    "pe_qualified": ("Qualified for", "资质"),
    "pe_everything": ("every operation", "全部工序"),
    "pe_until": ("Qualified until", "资质有效期"),
    "pe_no_end": ("no end", "无期限"),
    "pe_expired": ("expired", "已过期"),
    "pe_any": ("all", "全部"),
    "pe_class": ("Class", "职责"),
    "pe_filter_name": ("Name or id", "姓名或编号"),
    "pe_shown": ("{count} of {total} people", "共 {total} 人，显示 {count} 人"),
    "pe_csv": ("As CSV, with dates", "导出 CSV（含日期）"),
    "pe_rights": ("Who may do what", "权限表"),
    "pe_enrol": ("Enrol a person", "注册人员"),
    "pe_enrol_help": (
        (
            "Two persons sign, an administrator and one of quality, after an identity document was "
            "checked. The new person's badge is scanned and a first secret typed here."
        ),
        "核对身份证件后，由管理员与质量人员两人签名。在此扫描新人员的工牌并输入首个密码。",
    ),
    "pe_new_badge": ("Badge code of the person", "该人员的工牌代码"),
    "pe_new_secret": ("Secret of the person", "该人员的密码"),
    "pe_document": ("Identity document that was checked", "已核对的身份证件"),
    "pe_checked_by": ("Checked by", "核对人"),
    "pe_qualified_help": (
        "MASTER/OPERATION, spaces between; * for every operation",
        "工艺规程/工序，以空格分隔；* 表示全部工序",
    ),
    "pe_sign_two": ("Sign, both", "两人签名"),
    "pe_first": ("First: you", "第一人：您本人"),
    "pe_second": ("Second: somebody else", "第二人：另一人"),
    "pe_two_help": (
        "One administrator and one of quality; each types the own badge and secret.",
        "一名管理员和一名质量人员；各自输入本人的工牌与密码。",
    ),
    "pe_lock_until": (
        "{failures} wrong secrets in a row. No try is taken until {until}.",
        "连续 {failures} 次密码错误。{until} 之前不接受尝试。",
    ),
    "pe_failures": (
        "{failures} wrong secrets in a row since the last right one.",
        "自上次正确以来连续 {failures} 次密码错误。",
    ),
    "pe_key": ("Public key", "公钥"),
    "pe_held": ("What is held", "现有职责"),
    "pe_nothing_held": ("No class is held.", "未持有任何职责。"),
    "pe_sessions": ("Open sessions", "当前会话"),
    "pe_no_session": ("Signed in nowhere.", "未登录。"),
    "pe_opened": ("Opened", "登录时间"),
    "pe_seen": ("Last request", "最近操作"),
    "pe_ends": ("Ends at the latest", "最迟结束"),
    "pe_history": ("History", "历史"),
    "pe_by": ("Signed by", "签名人"),
    "pe_founding": ("the founding", "建厂时"),
    "pe_trail": ("What this person did, in the audit trail", "审计追踪中该人员的操作"),
    "pe_refused_tries": ("Refused tries", "被拒的尝试"),
    "pe_older": ("Older lines are in the audit trail.", "更早的记录见审计追踪。"),
    "pe_acts": ("What may be done here", "可办理的事项"),
    "pe_done": (
        "Done and signed; it stands first in the history below.",
        "已完成并签名，列于下方历史的首行。",
    ),
    "pe_give": ("Give a class", "授予职责"),
    "pe_withdraw": ("Withdraw a class", "撤销职责"),
    "pe_where": ("Where", "场所"),
    "pe_grant_help": (
        "The person is signed out at once and signs in again with the new rights.",
        "该人员将立即退出登录，并以新的权限重新登录。",
    ),
    "pe_own": (
        "This is you: nobody changes their own rights, key, second factor or lock. Two others do.",
        "这是您本人：任何人不得变更自己的权限、密钥、第二因素或锁定。请由另外两人办理。",
    ),
    "pe_rekey": ("New key", "新密钥"),
    "pe_rekey_help": (
        (
            "For a forgotten secret or a lost badge. The identity is proved again. What arrives "
            "signed under the old key from then on does not count: let the stations deliver first."
        ),
        "用于遗忘密码或工牌遗失。须重新核对身份。此后以旧密钥到达的签名不作数：请先让各终端完成上传。",
    ),
    "pe_reset": ("Reset the second factor", "重置第二因素"),
    "pe_reset_help": (
        (
            "For a lost phone whose recovery codes are lost too. The identity is proved again. The "
            "person is signed out at once; from then on badge and secret alone open the console, "
            "until the person sets up another factor."
        ),
        (
            "用于手机与恢复码均已丢失。须重新核对身份。该人员将立即退出登录；此后仅凭工牌和密码即可登录控制台，"
            "直至其重新设置第二因素。"
        ),
    ),
    "pe_unlock": ("Unlock", "解锁"),
    "pe_unlock_help": (
        "The person may try again at once. Ask first who tried.",
        "该人员可立即重试。请先查明是谁在尝试。",
    ),
    "pe_not_locked": ("Not locked: there is nothing to lift.", "未锁定，无需解锁。"),
    "pe_deactivate": ("End the right to act", "停用"),
    "pe_deactivate_help": (
        "For good: the person signs in and signs no more. Records and signatures stay.",
        "永久有效：该人员不得再登录或签名。其记录与签名保留。",
    ),
    "pe_end_sessions": ("End all sessions", "结束全部会话"),
    "pe_end_help": ("Wherever the person is signed in.", "无论该人员在何处登录。"),
    "pe_gone": (
        "Inactive for good. The id stays taken, the records and signatures stay.",
        "已永久停用。编号不再使用，其记录与签名保留。",
    ),
    "pe_nothing_offered": (
        "Your class may look at this page, and change nothing on it.",
        "您的职责仅可查看本页，不能更改。",
    ),
    "pe_back": ("All people", "全部人员"),
}
