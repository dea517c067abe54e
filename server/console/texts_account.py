"""Words of the page about oneself: secret, sessions, second factor."""

TEXTS: dict[str, tuple[str, str]] = {
    "code": ("Code", "验证码"),
    "code_help": (
        "The six digits your phone shows, or a recovery code. Empty if you have none.",
        "手机上显示的六位数字，或一个恢复码；未设置则留空。",
    ),
    "code_help_on": (
        "The six digits your phone shows, or a recovery code.",
        "手机上显示的六位数字，或一个恢复码。",
    ),
    "account": ("My account", "我的账户"),
    "go_on": ("Go on", "继续"),
    "codes_used": ("A recovery code was used", "恢复码已被使用"),
    "codes_used_lead": (
        "Since you signed in before, somebody signed in as you with a recovery code:",
        "自您上次登录以来，有人使用恢复码以您的身份登录：",
    ),
    "codes_used_todo": (
        "If that was not you, change your secret and your recovery codes now, and tell quality.",
        "若非您本人，请立即修改密码并更换恢复码，然后告知质量人员。",
    ),
    "codes_left": ("Recovery codes left", "剩余恢复码"),
    "owes_secret": (
        "First choose a secret of your own, which nobody else knows. Nothing else is open yet.",
        "请先设定您自己的密码。此密码仅您本人知晓；在此之前不能进行其他操作。",
    ),
    "owes_factor": (
        "Your personnel class takes a second factor here. Set it up; nothing else is open yet.",
        "您的职责在此须使用第二因素。请先设置；在此之前不能进行其他操作。",
    ),
    "who_i_am": ("Who I am", "本人信息"),
    "person_id": ("Person", "人员编号"),
    "at_site": ("whole site", "整个工厂"),
    "held_classes": ("Classes, and where", "职责及场所"),
    "qualified_for": ("Qualified for", "资质"),
    "my_secret": ("My secret", "我的密码"),
    "secret_now": ("Secret now", "当前密码"),
    "secret_new": ("New secret", "新密码"),
    "secret_again": ("New secret, once more", "再次输入新密码"),
    "secret_rule": (
        "At least 6 characters. Stations take it with their next pack; your other sessions end.",
        "至少 6 个字符。各终端在下一个工作包中取得新密码；您的其他会话将结束。",
    ),
    "change_secret": ("Change my secret", "修改密码"),
    "secret_changed": ("Your secret is changed.", "密码已修改。"),
    "second_factor": ("Second factor", "第二因素"),
    "factor_is_on": ("on since", "已启用，自"),
    "factor_is_off": ("not set up", "未设置"),
    "factor_required": ("required of your class", "您的职责须使用"),
    "factor_lead": (
        (
            "An app on your phone shows a code of six digits, a new one every 30 seconds. Once it "
            "is on, badge and secret alone open nothing here."
        ),
        "手机应用每 30 秒显示一个六位验证码。启用后，仅凭工牌和密码无法登录控制台。",
    ),
    "factor_begin": ("Set it up", "开始设置"),
    "factor_new": ("New phone", "更换手机"),
    "factor_off": ("Switch it off", "关闭"),
    "factor_scan": (
        "1. Open an authenticator app on your phone and scan this code.",
        "1. 在手机上打开验证器应用，扫描此码。",
    ),
    "factor_type": ("Cannot scan? Type this key into the app:", "无法扫描？请在应用中输入此密钥："),
    "factor_confirm": (
        "2. Enter the six digits that the app shows now. Only then is it on.",
        "2. 输入应用当前显示的六位数字，之后方可启用。",
    ),
    "factor_turn_on": ("Switch it on", "启用"),
    "recovery_codes": ("Recovery codes", "恢复码"),
    "recovery_once": (
        (
            "Shown this once. Write them down and keep them apart from your phone. Each is good "
            "once, in place of the phone's code."
        ),
        "仅显示这一次。请抄写并与手机分开保管。每个码可代替手机验证码使用一次。",
    ),
    "recovery_renew": ("New recovery codes", "更换恢复码"),
    "recovery_void": ("Those you have are worth nothing then.", "现有恢复码将随之失效。"),
    "kept_them": ("I have written them down", "我已抄写"),
    "my_sessions": ("Where I am signed in", "我的登录会话"),
    "session_opened": ("Opened", "登录时间"),
    "session_seen": ("Last request", "最近请求"),
    "session_ends": ("Ends", "最迟结束"),
    "session_how": ("With", "方式"),
    "how_secret": ("badge and secret", "工牌和密码"),
    "how_code": ("badge, secret, code", "工牌、密码、验证码"),
    "how_recovery": ("badge, secret, recovery code", "工牌、密码、恢复码"),
    "how_oidc": ("identity provider, with a second factor", "身份提供方（含第二因素）"),
    "how_oidc_alone": ("identity provider", "身份提供方"),
    "this_one": ("this one", "当前会话"),
    "end_one": ("End", "结束"),
    "end_others": ("End all others", "结束其他所有会话"),
    "lost_phone": (
        "Phone and recovery codes lost? An administrator and quality together reset it.",
        "手机和恢复码均已丢失？由管理员与质量人员共同重置。",
    ),
}
