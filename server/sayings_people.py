"""What the server refuses about people's own badges, secrets and second factors, twice."""

from __future__ import annotations

from server.sayings import Saying, say

PEOPLE: dict[str, Saying] = {
    "bad-identity": say(
        500,
        "The file of the identity provider {path} cannot be used: {why}",
        "无法使用身份提供方文件 {path}：{why}",
        "Correct it; [provider] has issuer, client_id, address: docs/guides/administrator.md.",
        "请更正；[provider] 须有 issuer、client_id、address，见 docs/guides/administrator.md。",
    ),
    "oidc-missing": say(
        500,
        "{path} names an identity provider, and what checks its tokens (joserfc) is not installed.",
        "{path} 指定了身份提供方，但未安装校验其令牌的组件（joserfc）。",
        "pip install 'lotbook[oidc]', then start; or take the file away: badge and secret open.",
        "请运行 pip install 'lotbook[oidc]' 后重新启动；或移走该文件：仍可用工牌和密码登录。",
    ),
    "identity-away": say(
        503,
        "The plant's identity provider does not answer as it should.",
        "工厂的身份提供方未正常应答。",
        "Sign in with badge and secret, as before; tell the administrator.",
        "请照常使用工牌和密码登录，并通知管理员。",
    ),
    "identity-refused": say(
        401,
        "The sign-in by the plant's account did not succeed.",
        "使用工厂账户登录未成功。",
        "Sign in with badge and secret, or ask an administrator: the audit trail says why.",
        "请使用工牌和密码登录，或询问管理员：审计追踪记有原因。",
    ),
    "identity-subject": say(
        400,
        "The subject is not one that an identity provider can name.",
        "该主体标识不是身份提供方可以给出的形式。",
        "Copy it from the token: at most {most} letters, digits and signs of ASCII.",
        "请从令牌中复制：最多 {most} 个 ASCII 字母、数字或符号。",
    ),
    "badge-used": say(
        409,
        "This badge is or was another person's.",
        "该工牌属于或曾属于其他人员。",
        "Take a new badge; a badge is never given to a second person.",
        "请使用新的工牌；工牌不得转给他人。",
    ),
    "own-place": say(
        403,
        "You would hold a class at work units where you hold none.",
        "这会使您在原本不持有职责的工位获得职责。",
        "Another administrator, or somebody else of quality, defines it.",
        "请由另一名管理员或质量人员定义。",
    ),
    "secret-differs": say(
        400,
        "The new secret was not written the same twice.",
        "两次输入的新密码不一致。",
        "Write it again in both fields.",
        "请在两栏中重新输入。",
    ),
    "secret-initial": say(
        403,
        "Your secret is still the one that others enrolled you with; nothing else is possible yet.",
        "您的密码仍是他人登记时设定的初始密码；修改前不能进行其他操作。",
        "Choose a secret of your own: console, your name, or POST /api/me/secret.",
        "请设定自己的密码：在控制台点击您的姓名，或调用 POST /api/me/secret。",
    ),
    "factor-needed": say(
        403,
        "Your personnel class takes a second factor here, and you have none yet.",
        "您的职责在此须使用第二因素，而您尚未设置。",
        "Set it up: console, your name, or POST /api/me/second-factor.",
        "请设置：在控制台点击您的姓名，或调用 POST /api/me/second-factor。",
    ),
    "factor-required": say(
        409,
        "Your personnel class takes a second factor here; it cannot be switched off.",
        "您的职责在此须使用第二因素，不能关闭。",
        "For a new phone, set it up again instead.",
        "如更换手机，请重新设置。",
    ),
    "factor-none": say(
        409,
        "There is no second factor to change, or the time to set it up has run out.",
        "没有可更改的第二因素，或设置时间已过。",
        "Begin again: badge and secret first.",
        "请重新开始：先输入工牌和密码。",
    ),
    "code-wrong": say(
        409,
        "That is not the code your phone shows for this key now.",
        "该验证码与当前密钥不符。",
        "Wait for the next code and enter that; if it fails again, set the phone's clock.",
        "请等待下一个验证码再输入；若仍失败，请校准手机时间。",
    ),
    "factor-unreadable": say(
        409,
        "The second factor kept here cannot be opened with this server's own key.",
        "此处保存的第二因素无法用本服务器的密钥打开。",
        "Two others reset it, then set it up again; check machine.secret after a restore.",
        "请由另外两人重置后重新设置；恢复后请检查 machine.secret。",
    ),
}
