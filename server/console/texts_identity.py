"""The console's words about signing in by the plant's identity provider, in both languages."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "id_button": ("Sign in with: {name}", "使用 {name} 登录"),
    "id_signs": (
        "That session reads and asks. Every signature still takes your badge and your secret.",
        "该会话仅供查看与查询。每次签名仍须使用您的工牌和密码。",
    ),
    "id_in": ("Signed in: {name}", "已登录：{name}"),
    "id_go_on": ("Continue", "继续"),
    "id_code": ("Your second factor", "您的第二因素"),
    "id_code_help": (
        "The provider asked for no second factor. Type the code of your phone, or a recovery code.",
        "身份提供方未要求第二因素。请输入手机上的验证码或恢复码。",
    ),
    "id_code_label": ("Code", "验证码"),
    "id_linked": ("Plant account", "工厂账户"),
    "id_not_linked": (
        "Bound to no account: signs in with badge and secret.",
        "未绑定账户：使用工牌和密码登录。",
    ),
    "id_link": ("Bind a plant account", "绑定工厂账户"),
    "id_link_help": (
        (
            "By issuer and subject, as the provider names the person for good; never by mail "
            "address. A refused try of the person is in the audit trail with its subject."
        ),
        "按签发方与主体标识绑定（由身份提供方永久分配），绝不按邮箱绑定。该人员被拒的尝试及其主体标识见审计追踪。",
    ),
    "id_subject": ("Subject (sub)", "主体标识（sub）"),
    "id_issuer": ("Issuer", "签发方"),
    "id_left": (
        "A plant account is still bound to this person: end the binding.",
        "仍有工厂账户绑定于该人员：请解除绑定。",
    ),
    "id_end": ("End a binding", "解除绑定"),
}
