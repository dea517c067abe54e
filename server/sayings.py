"""What the server refuses in talk with people and stations: status, message and hint, twice."""

from __future__ import annotations

import msgspec

from forms.terms import Text


class Saying(msgspec.Struct, frozen=True, kw_only=True):
    """What a code means: the HTTP status, the message, and what to do about it."""

    status: int
    message: Text
    hint: Text


def say(status: int, en: str, zh: str, hint_en: str, hint_zh: str) -> Saying:
    """A saying in both languages."""
    return Saying(
        status=status, message=Text(en=en, zh_CN=zh), hint=Text(en=hint_en, zh_CN=hint_zh)
    )


TALK: dict[str, Saying] = {
    "sign-in-needed": say(
        401,
        "You are not signed in.",
        "您尚未登录。",
        "Sign in with your badge and secret.",
        "请使用工牌和密码登录。",
    ),
    "sign-in-failed": say(
        401,
        "Badge and secret do not belong together, or the code is missing or not good.",
        "工牌与密码不匹配，或验证码缺失、无效。",
        "Try again; a code is good once. After five failures the badge is locked for a while.",
        "请重试；每个验证码只能用一次。连续五次失败后工牌将被锁定一段时间。",
    ),
    "locked": say(
        429,
        "This badge is locked after too many failures, until {until}.",
        "失败次数过多，工牌已锁定至 {until}。",
        "Wait, or have a supervisor, quality or an administrator unlock it.",
        "请等待，或由班组长、质量人员或管理员解锁。",
    ),
    "too-many": say(
        429,
        "There were too many attempts to sign in from here.",
        "来自此处的登录尝试过多。",
        "Wait for {seconds} seconds, then try again.",
        "请等待 {seconds} 秒后重试。",
    ),
    "too-often": say(
        429,
        "Too many requests come from this address.",
        "来自该地址的请求过多。",
        "Wait for {seconds} seconds; many stations behind one address: run --address-requests.",
        "请等待 {seconds} 秒；若多个终端共用一个地址，请调整 run --address-requests。",
    ),
    "not-allowed": say(
        403,
        "Your personnel class may not do this; it takes: {classes}.",
        "您的职责无权执行此操作；需要：{classes}。",
        "Ask somebody of that class.",
        "请联系持有该职责的人员。",
    ),
    "not-allowed-here": say(
        403,
        "Your personnel class does not reach this place; you hold it at: {places}.",
        "您的职责不及于此处；您仅在以下场所持有该职责：{places}。",
        "Ask somebody who holds it there or at the whole site.",
        "请联系在此处或整个工厂持有该职责的人员。",
    ),
    "own-rights": say(
        403,
        "Nobody gives a right to themselves, or takes one from themselves.",
        "任何人不得为自己授予或撤销权限。",
        "Two others do it: one administrator and one of quality.",
        "请由另外两人办理：一名管理员和一名质量人员。",
    ),
    "last-two": say(
        409,
        "Then nobody could enrol people any more: it takes two persons, {classes}.",
        "此后将无人能够登记人员：需要两个人（{classes}）。",
        "Give the class to somebody else first.",
        "请先将该类别授予其他人员。",
    ),
    "not-found": say(
        404,
        "There is no {what} {name}.",
        "找不到 {what} {name}。",
        "Check the spelling, or look in the list.",
        "请检查拼写，或在列表中查找。",
    ),
    "unfit-value": say(
        422,
        "This cannot be kept as it is: {why}.",
        "无法原样保存：{why}。",
        "Text has no NUL and no half characters; whole numbers have 18 digits at most.",
        "文本中不得含 NUL 或残缺字符；整数最多 18 位。",
    ),
    "bad-request": say(
        400,
        "The request cannot be understood: {why}",
        "无法理解该请求：{why}",
        "Compare it with /openapi.json.",
        "请对照 /openapi.json 检查。",
    ),
    "path-missing": say(
        400,
        "There is no {path}.",
        "不存在 {path}。",
        "Check how it is written, and the folder you are in.",
        "请检查路径写法和当前文件夹。",
    ),
    "nowhere-to-ask": say(
        400,
        "Neither a server nor a data folder is named.",
        "未指定服务器或数据文件夹。",
        "Add --url of a running server, or --data of a stopped one.",
        "请添加 --url（正在运行的服务器）或 --data（已停止的服务器）。",
    ),
    "nobody-to-ask": say(
        400,
        "Badge and secret are needed, and nobody is there to type them.",
        "需要工牌代码和密码，但无人可以输入。",
        "Give --badge and --secret-stdin, or set LOTBOOK_BADGE and LOTBOOK_SECRET.",
        "请使用 --badge 和 --secret-stdin，或设置 LOTBOOK_BADGE 和 LOTBOOK_SECRET。",
    ),
    "too-large": say(
        413,
        "The request is larger than {limit} bytes.",
        "请求超过 {limit} 字节。",
        "Send less at once.",
        "请减少单次发送量。",
    ),
    "too-slow": say(
        408,
        "The request did not arrive in time.",
        "请求未在规定时间内到达。",
        "Check the network and send it again.",
        "请检查网络后重新发送。",
    ),
    "wrong-token": say(
        403,
        "A page of this server must send this request.",
        "该请求必须由本服务器的页面发出。",
        "Load the page again and repeat.",
        "请刷新页面后重试。",
    ),
    "stations-waiting": say(
        429,
        "{most} stations that nobody planned wait for approval: no more are heard.",
        "已有 {most} 台计划外终端等待批准：不再受理新的申请。",
        "Approve those that are yours; turn the others down: lotbook-server stations revoke.",
        "请批准属于本厂的终端；其余请拒绝：lotbook-server stations revoke。",
    ),
    "station-unknown": say(
        403,
        "The station {name} is not enrolled.",
        "工位终端 {name} 尚未注册。",
        "Ask for enrolment on the station; two persons approve it.",
        "请在终端上申请注册，并由两人批准。",
    ),
    "station-revoked": say(
        403,
        "The station {name} was revoked at record {size}; later records are not taken.",
        "工位终端 {name} 已在记录 {size} 处吊销；其后的记录不被接收。",
        "Enrol the station again with a new key.",
        "请使用新密钥重新注册该终端。",
    ),
    "station-copied": say(
        403,
        "This is a copy of the station {name}: its records are kept as evidence only.",
        "这是工位终端 {name} 的副本：其记录仅作为证据保存。",
        "Stop the copy; enrol the station anew if it is to go on.",
        "请停用该副本；如需继续使用该终端，请重新注册。",
    ),
    "proof-wrong": say(
        403,
        "The proof of possession of the key is wrong.",
        "密钥持有证明错误。",
        "Ask for a new challenge and sign that.",
        "请获取新的质询并重新签名。",
    ),
    "key-refused": say(
        400,
        "This public key is not acceptable.",
        "该公钥不可接受。",
        "Make a new Ed25519 key on the station.",
        "请在终端上重新生成 Ed25519 密钥。",
    ),
    "gap": say(
        409,
        "Records are missing before record {from_}; the server has {have}.",
        "记录 {from_} 之前有缺失；服务器已有 {have} 条。",
        "Send again from there.",
        "请从该处重新发送。",
    ),
    "fork": say(
        409,
        "The station's log contradicts what it sent before; both branches are kept.",
        "该终端的日志与此前发送的内容矛盾；两个分支均已保存。",
        "Stop the station and call quality: two machines have one identity, or an old disk.",
        "请停用该终端并通知质量部门：可能存在身份重复或磁盘被还原。",
    ),
    "push-unsound": say(
        422,
        "The batch does not prove itself: {why}",
        "该批数据无法自证：{why}",
        "Nothing was stored; the station keeps its records. Check the station's key and disk.",
        "未存储任何内容；终端仍保留其记录。请检查终端的密钥与磁盘。",
    ),
    "two-persons": say(
        409,
        "This takes two different persons: {classes}.",
        "此操作需要两名不同人员：{classes}。",
        "Ask a second person of the missing class to sign too.",
        "请由所缺类别的另一人签署。",
    ),
    "exists": say(
        409,
        "{what} {name} exists already.",
        "{what} {name} 已存在。",
        "Use another identifier; identifiers are never reused.",
        "请使用其他标识；标识不可重复使用。",
    ),
    "not-ready": say(
        409,
        "The lot cannot be released: {reasons}",
        "该批次不能放行：{reasons}",
        "Clear the reasons listed, then decide again.",
        "请先消除所列原因，再作决定。",
    ),
    "text-changed": say(
        409,
        "What you would sign has changed since you read it; nothing was signed.",
        "您阅读之后，待签署的内容已有变化；未作任何签署。",
        "Read the new text and sign that.",
        "请阅读新的内容后再签署。",
    ),
    "reason-needed": say(
        400,
        "This needs a reason.",
        "此操作须说明原因。",
        "Write it in one or two sentences; it stays in the record.",
        "请用一两句话写明；该原因将保留在记录中。",
    ),
    "secret-weak": say(
        400,
        "The secret needs at least 6 characters.",
        "密码至少需要 6 个字符。",
        "Choose a longer one.",
        "请选择更长的密码。",
    ),
    "master-unfit": say(
        422,
        "The work master cannot be used: {why}",
        "该工艺规程不可用：{why}",
        "Correct the lines named and check it again: lotbook-server forms check FILE",
        "请更正所列各行，并重新检查：lotbook-server forms check FILE",
    ),
    "wrong-state": say(
        409,
        "{what} {name} is {state}; this cannot be done now.",
        "{what} {name} 状态为 {state}；现在不能执行此操作。",
        "Look at its history and take the step that is due.",
        "请查看其历史并执行应做的步骤。",
    ),
    "recall-open": say(
        409,
        "Recall {name} cannot be terminated yet: {reasons}",
        "召回 {name} 尚不能终止：{reasons}",
        "Close what is open on the page of the case, then terminate it.",
        "请先处理该召回页面上的未决事项，再终止。",
    ),
    "drill-only": say(
        409,
        "{name} is a drill: nothing is held and no notice is sent.",
        "{name} 为模拟召回：不冻结任何批次，也不发出通知。",
        "Open a recall case for the real thing.",
        "如属真实情况，请启动召回。",
    ),
    "attachment-wrong": say(
        422,
        "The bytes do not have the digest {name}.",
        "该内容与摘要 {name} 不符。",
        "Send the file again; the record keeps its digest.",
        "请重新发送文件；记录保留其摘要。",
    ),
}
