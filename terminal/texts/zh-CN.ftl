# 终端用语。简短、直接，同一事物用同一个词（见 docs/terms）。

## 计数与状态栏
saved = 已保存
sent = 已发送
accepted = 已接收
witnessed = 已见证
link = 服务器
link-online = 在线
link-sending = 正在发送 { $n } 条
link-photos = 正在发送 { $n } 张照片
link-offline = 离线
link-offline-since = 离线 · 未发送已 { $n } 分钟
link-offline-hours = 离线 · 未发送已 { $n } 小时
link-offline-days = 离线 · 未发送已 { $n } 天
certificate-ends = 服务器证书将在 { $n } 天后到期（{ $day }）
certificate-ends-why = 可继续作业。请通知管理员：到期后须更换证书才能发送。
link-trouble = 服务器：{ $code }
clock-anchored = 时钟已校对
clock-unchecked = 时钟尚未校对
clock-free = 时钟 { $n } 小时前校对
clock-unknown = 时钟错误
lock-minutes = { $n } 分钟后锁定
lock-seconds = { $n } 秒后锁定
disk = 磁盘
disk-low = 即将满
disk-full = 已满，请完成本步骤
light-starting = 启动中
light-check-failed = 检查未通过
check-failed-cure = 请重新检查，或改用其他仪器。
light-ready = 就绪
light-absent = 未连接
light-silent = 无应答
light-fault = 故障
light-stopped = 关闭
light-standby = 待机
light-unit = 单位错误
light-wrong = 非本站仪器
light-black = 画面全黑
light-frozen = 画面停滞
light-reading = 读数中
instrument-scanner = 扫描枪
instrument-wedge = 键盘式扫描枪
instrument-balance = 天平
instrument-caliper = 卡尺
instrument-pressure-gauge = 压力表
instrument-camera = 相机
instrument-label-printer = 打印机
instruments-ready = { $n } 台就绪
instruments-troubled = { $n } 台未就绪

## 操作
action-accept = 接受
action-accept-reading = 采用读数
action-back = 返回
action-back-to-step = 返回工步
action-confirm-no = 否
action-confirm-yes = 是
action-help = 帮助
action-help-close = 关闭帮助
action-inspect-fail = 不合格
action-inspect-pass = 合格
action-next = 下一步
action-ok = 确定
action-open-job = 打开
action-overview = 总览
action-photo-again = 重新拍照
action-print-again = 重新打印
action-print-label = 打印标签
action-raise-nonconformity = 提出不合格
action-read-label = 读取标签
action-reject = 拒收本批
action-release = 放行本批
action-sign = 签名
action-unlock = 解锁
action-sign-out = 退出登录
action-take-photo = 拍照
action-to-release = 放行 …
action-export = 导出记录
action-try-again = 重试
action-type-value = 手工录入
action-rig = 仪器
action-check = 点检
action-check-again = 重新点检
action-check-failed = 无法完成
action-back-from-rig = 返回
action-back-to-rig = 返回仪器页
action-work-list = 工单列表

## 状态与判定
state-done = 完成
state-now = 当前
state-todo = 待做
state-blocked = 受阻
verdict-pass = 合格
verdict-fail = 未通过
outcome-pass = 合格
outcome-fail = 不合格
outcome-yes = 是
outcome-no = 否
reading-stable = 稳定
reading-settled = 已稳定
reading-unstable = 不稳定
reading-overload = 过载
reading-underload = 欠载
reading-error = 错误
reading-frozen = 读数冻结
load-gross = 毛重
load-net = 净重
value-typed = { $value }（手工录入）

## 人员
class-operator = 操作员
class-supervisor = 班组长
class-quality = 质量人员
class-administrator = 管理员
class-auditor = 审核员
meaning-authorship = 编写
meaning-performed = 操作
meaning-verified = 复核
meaning-reviewed = 审核
meaning-approved = 批准
meaning-responsibility = 负责
meaning-released = 放行
meaning-rejected = 拒收

## 登录
sign-in-title = 由谁操作？
sign-in-badge = 请扫描您的工牌。
sign-in-secret = 请输入密码，然后按“确定”。
enter-secret = 密码
refused-unknown-badge = 本工位不识别此工牌。请联系班组长。
refused-wrong-secret = 工牌与密码不符。连续输错 { $most } 次将被锁定。
refused-locked = 密码输错次数过多，已锁定。请在 { $minutes } 分钟后重新扫描工牌，或由班组长立即解锁。
refused-locked-until-lifted = 连续 20 次输错密码，已锁定。须由班组长、质量人员或管理员在此解锁。
lock-lifted = 已解锁。请扫描工牌并输入密码。
refused-inactive = 该人员已不能登录。请联系班组长。
refused-expired = 您的资质已过期。请联系班组长。
secret-initial = 您的密码由他人设定，他人知晓。请今天在可打开 Lotbook 的电脑上修改：点击您的姓名，进入“我的密码”。作业可继续。
refused-not-allowed = 该人员不能签署此项。
badge-not-asked = 此处不需要工牌。

## 工单列表
work-list-title = 生产工单
work-list-empty = 本工位没有工单。
progress = 第 { $n } 步，共 { $m } 步
status-new = 未开始
status-started = 进行中
status-decision-waits = 决定已签名；服务器尚未接收
status-finished = 待质量放行
status-no-master = 本站没有其作业文件
status-nonconformity = 有未处置的不合格
status-scrapped = 已报废

## 工步
where = { $operation }（第 { $n } 道，共 { $m } 道）· 第 { $step } 工步，共 { $steps } 步
sample-of = 样品 { $n } / { $m }
unit-of = 第 { $n } 件，共 { $m } 件 · { $serial }
expected-confirm = 请确认
expected-identify = 请扫描
expected-measure = 限值
expected-inspect = 请判定
expected-label = 标签
expected-sign = 签名含义
limits-both = { $low } 至 { $high } { $unit }
limits-low = 不小于 { $low } { $unit }
limits-high = 不大于 { $high } { $unit }
scan-the-code = 请扫描该批物料的条码。
live-source = { $instrument } · { $state }
read-from = 读自：{ $instrument }
wait-for-reading = 正在等待{ $instrument }读数 …
press-data-key = 请按{ $instrument }上的发送键。
instrument-not-ready = { $instrument }未就绪。请查看下方指示灯。
no-instrument = 本工位没有{ $role }。请联系班组长。
no-reading = 尚无新读数。
same-load = 上一样品仍在仪器上。取下后放上下一件。
type-it = 请录入仪器显示的数值
typed-marked = 手工录入：记录中将始终注明。
checked-identify = 物料、有效期、状态和数量已核对。
checked-label = 读回内容与打印内容逐字节一致。
typed-check = 与仪器显示的数值一致吗？
not-a-number = 这不是数字。
photo-first = 请先拍照。
no-code-seen = 相机未看到条码。请将标签放平、放正后重新读取。
photo-taken = 已拍照。请判定。
label-print = 打印 { $serial } 的标签
label-print-hint = 打印一枚标签，贴好后读取。
label-read-hint = 请扫描已贴好的标签。
sign-by = 签名人：{ $role }
part-item = 物料号
part-gtin = GTIN
part-di = UDI-DI
part-lot = 批号
part-serial = 序列号
part-expiry = 有效期至
part-needed = 需用量
part-copy = 副本
fact-also = 另有
fact-offered = 提交内容
fact-person = 人员
fact-step = 工步
fact-sample = 样品
fact-time = 时间
fact-disposition = 处置
fact-operations = 工序
fact-records = 记录数
sign-again-after = 一次签名最多涵盖 { $most } 条记录，其余记录须再次签名。
fact-units = 已完成件数
fact-signatures = 签名数
unexpected-scan = 未要求的条码：{ $code }。已留存，无效力。
too-fast = 扫描过快。最后一次未采用，请重新扫描。
instrument-fault = { $name }：{ $code }

## 受阻
blocked-title = 已停止
rule-source = 依据：{ $source }
lifted-by = 可由{ $role }解除
lifted-by-nobody = 任何人都不能解除。请纠正操作。
nonconformity-title = 不合格
nonconformity-question = 班组长：如何处置？
disposition-rework = 返工
disposition-rework-means = 重新加工后再次检验。
disposition-reinspection = 复检
disposition-reinspection-means = 产品可能合格，再次检验。
disposition-concession = 让步接收
disposition-concession-means = 按现状使用，须由质量人员签名。
disposition-scrap = 报废
disposition-scrap-means = 不得使用，隔离存放。
reason-title-reason = 原因？
reason-title-reprint = 重新打印的原因？
reason-title-reject = 拒收本批的原因？
reason-question = 请选择原因。
reason-process-repeated = 按规程重复该工序
reason-part-replaced = 已更换为合格件
reason-handling-error = 测量操作不当
reason-instrument-disturbed = 仪器受到干扰
reason-sample-prepared-wrongly = 样品制备不当
reason-no-effect-on-safety = 经评估不影响安全和性能
reason-customer-agreed = 已与客户商定
reason-cannot-be-repaired = 无法修复
reason-suspected-contamination = 怀疑污染
reason-label-damaged = 标签破损
reason-label-unreadable = 标签无法读取
reason-printer-jam = 打印机卡纸
action-label-absent = 没有打印出来
action-account-labels = 缺失标签
label-print-again-hint = 前一枚标签不作数。请再打印一枚，贴好后读取。
label-doubt = 无法确定该标签是否已打印。请查看打印机：如已打印，请扫描。
label-missing-what = 找不到 { $serial } 的标签（副本 { $copy }）
labels-title = 标签平衡
labels-question = 这枚标签在哪里？
labels-question-found = 该标签上报后已找到，由质量人员关闭上报。
labels-none = 所有标签均有去向。
labels-count = 发放 { $issued }：使用 { $used }，作废 { $spoiled }，退回 { $returned }，缺失 { $missing }
labels-reported = 已上报，由质量人员决定
labels-spoiled = 已找到并销毁
labels-spoiled-means = 标签就在面前，已作废销毁。
labels-returned = 已找到并退回
labels-returned-means = 标签未使用，已交回。
labels-missing = 找不到
labels-missing-means = 提出不合格，由质量人员决定。
labels-accept = 确认差异
labels-accept-means = 由质量人员说明原因并签名，确认标签丢失。
reason-title-label-accept = 确认标签丢失的原因？
labels-close = 关闭上报
labels-close-means = 由质量人员签名，确认标签已找到且无需其他处理。
reason-label-lost = 找不到该标签
reason-not-printed = 没有打印出标签
reason-label-found = 已重新找到
reason-label-searched = 已检查产线、废料桶和打印机，未找到
reason-label-destroyed-unseen = 已在产线销毁但未记录
fact-state = 状态
reason-records-incomplete = 记录不完整
reason-requirements-not-met = 不符合要求
reason-lot-damaged = 本批损坏

## 签名
accountability-title = 首次签名之前
accountability-accepted = 已接受。请再次输入密码进行签名。
sign-title-step = 签名
sign-title-disposition = 签署处置决定
sign-title-release = 签署批放行决定
sign-title-unlock = 解锁人员
ask-badge = 请扫描您的工牌（{ $role }）。
ask-secret-sign = 请输入密码进行签名。
ask-secret-accept = 请输入密码表示接受。
signed-by = { $name } 已签名。
signed-not-counted = 签名已记录，但不生效。
sign-stale = 期间有新的记录。请重新阅读后再签名。
sign-text-step =
    含义：{ $meaning }
    生产工单 { $job }，批号 { $lot }，{ $product }
    { $operation }：{ $step }
    本人签署 { $count } 条记录，包括被拒和重复的记录。
    记录摘要：{ $root }
sign-text-disposition =
    含义：{ $meaning }
    生产工单 { $job }，批号 { $lot }，{ $product }
    不合格 { $ref }：{ $what }
    处置：{ $disposition }
    原因：{ $reason }
sign-text-release =
    含义：{ $meaning }
    生产工单 { $job }，批号 { $lot }，{ $product }
    件数：{ $units }
    本人已审核 { $count } 条记录。
    记录摘要：{ $root }
sign-text-reason = 原因：{ $reason }
sign-text-unlock =
    在本工位解锁 { $name }（{ $id }）。
    本人确认请求者身份：其本人在场。

## 总览与放行
overview-title = 本批总览
release-title = 放行决定
release-ready = 没有妨碍放行的事项。
release-waits = 暂不能放行
release-waits-why = 服务器须在线并已接收全部记录。
release-asks = 正在向服务器询问本批情况。
release-at-console = 服务器与本工位的结论不一致。请查看未结事项；由质量人员在控制台放行。
server-no-answer = 服务器未答复（{ $code }）。{ $hint }
server-other-records = 服务器持有本工单的记录 { $there } 条，本工位 { $here } 条，二者不一致。其他工位的记录仅在控制台可见，请在控制台放行。
server-not-ready = 服务器认为本批尚不能放行，但未给出原因。
server-reason-unknown = 服务器给出了本终端无法显示的原因：{ $said }。
open-points = 未结事项：{ $n } 项。
next-step = 下一步：{ $step }。
next-quality = 下一步：质量人员登录并决定是否放行。
next-release = 下一步：按“放行 …”。
next-decide = 下一步：放行或拒收，然后签名。
next-job = 下一步：返回工单列表。
rows-first = 请先查看这些记录
rows-first-none = 无被拒、重复、手工录入或更正的记录
rows-lot = 整批
rows-cut = 较早的合格记录未在此显示，见批生产记录
rows-dated = { $days } · 时间 { $zone }
row-repeated = 重复
row-typed = 手工录入
row-unread = 此处无法读取该记录。
row-recovered = 已恢复应答。
row-unexpected = 未要求
kind-unread = 无法读取的记录
kind-operation-started = 工序开始
kind-lot-identified = 扫描批次
kind-code-unexpected = 意外条码
kind-material-consumed = 领用物料
kind-measurement-taken = 测量
kind-inspected = 检验
kind-confirmed = 确认
kind-label-printed = 打印标签
kind-label-read = 读取标签
kind-label-result = 打印结果
kind-label-accounted = 标签去向
kind-material-produced = 完成一件
kind-nonconformity-raised = 不合格
kind-disposition-decided = 处置
kind-corrected = 更正
kind-signed = 签名
kind-release-decided = 决定
kind-hold-placed = 冻结
kind-hold-lifted = 解除冻结
kind-instrument-faulted = 仪器
kind-instrument-checked = 仪器点检
kind-session-opened = 登录
kind-session-closed = 退出
kind-session-refused = 被拒
kind-lock-lifted = 已解锁
kind-accountability-accepted = 责任确认

## 等待与故障
waiting-saving = 正在保存 …
waiting-server = 正在询问服务器 …
waiting-key = 正在核对工牌和密码 …
waiting-photo = 正在等待相机 …
waiting-printer = 正在打印 …
not-saved = 未保存（{ $code }）
starting-title = Lotbook
starting = 正在启动
starting-line = 正在打开本工位的记录。
no-pack-title = 没有作业文件
no-pack = 正在等待服务器
no-pack-line = 本工位尚未收到作业文件。系统会自动向服务器索取，无需操作。
no-pack-offline = 目前无法连接服务器。若持续如此，请检查网线并联系管理员。
no-pack-unreadable = 本站保存的作业文件无法读取，暂不能作业。请联系管理员：须在服务器上重新签发，本站会自动获取。已记录的内容均已保留。
rescue-title = 本终端无法工作
rescue = 已停止
rescue-saved = 显示为已保存的内容都还在。
rescue-kept = 没有任何内容被覆盖。仍可读取的内容可以导出。
export-how = 取走记录：插入存储介质，然后按“导出记录”。
export-runs = 正在写入介质。请勿拔出。
export-done = 已将 { $n } 条记录写入 { $folder }。请把介质交给管理员。
fact-lots = 批号
fact-unsent = 尚未发送
unsent-of = { $n } 条，共 { $m } 条记录
fact-photos = 照片
photos-unsent = { $n } 张尚未发送
unsent-counting = 正在计数……
unsent-unknown = 无法计数：{ $code }
fact-newest = 最新一条
fact-unreadable = 无法读取
and-more = 另有 { $n } 个
crash-title = Lotbook 出现故障
crash = 程序故障
crash-saved = 您的工作已保存。
crash-now = 请将代码读给管理员。画面将在几秒内自动恢复。

## 帮助
help-title = 帮助
help-about = 帮助：{ $title }
help-right = 应这样做
help-right-scan = 正确：平整，光束覆盖整个条码
help-wrong-scan = 错误：有折痕，或距离太近
help-right-balance = 正确：放在中央，无气流
help-wrong-balance = 错误：放在边缘，有气流
help-right-caliper = 正确：量爪仅轻触导管
help-wrong-caliper = 错误：量爪挤压导管
help-scanner = 不便触摸？请扫描按钮上的小码，或命令卡上的数字码。
help-any = 看左侧说明，照做，在右侧作答。
help-sign-in =
    将您的工牌对准扫描枪。只能使用本人的工牌。
    输入密码后按“确定”。屏幕只显示圆点。
    连续输错五次将被锁定。
help-work-list = 触摸您要做的工单。系统会回到上次停下的工步。
help-step-confirm = 先查看，属实才选“是”。选“否”将停止该工步并通知班组长。
help-step-identify =
    扫描所用批次的条码。系统核对物料、有效期、状态和数量。
    被拒的批次会留在记录中。请放到一边，换一批扫描。
help-step-measure =
    等数值稳定后触摸“采用读数”，或按仪器发送键。
    提交的每个读数都会记录，无论好坏。
help-step-inspect = 需要时先拍照，再判定合格或不合格。不合格将停止该工步。
help-labels = 每一枚发放的标签都应已贴用、销毁或退回。请说明这枚标签在哪里；找不到时由质量人员决定。
help-step-label = 打印一枚，贴好，扫描已贴好的标签。一枚标签对应一件产品。
help-step-sign = 由指定人员签名，不能由操作者本人签。请先看总览。
help-blocked = 系统说明违反了哪条规则、谁能解除、此间可做什么。您提交的内容已留存。
help-nonconformity = 由班组长选择处置方式、给出原因并签名。
help-reason = 触摸真实的原因。它会写入记录。
help-accountability = 请阅读。输入密码即表示接受：您在此处的签名与纸上签名具有同等约束力。
help-sign =
    请阅读文字：签署的正是这段文字。
    首次签名：工牌和密码。之后：密码。
help-overview = 本批的全部记录（包括被拒的）以及未结事项。
help-release = 由质量人员决定。没有未结事项、服务器已收到全部记录且意见一致时方可放行。仅服务器掌握的事项在控制台决定。
help-starting = 终端正在启动。请稍候。
help-rescue = 终端无法记录。请联系管理员并读出代码。
help-no-pack = 一旦连上服务器，作业文件会自动送达。
help-rig =
    本工位的全部仪器：状态、当前读数、校准情况、所在端口。
    点按卡片即可点检该仪器，不到一分钟。当前工步在此页面下保留。
help-check = 按提示操作，终端自动判断并进入下一步。结果连同您的姓名一起记录，不合格也记录。

## 仪器
rig-title = 仪器
rig-title-check = 仪器：点按即可点检
rig-empty = 本工位没有仪器。
fact-last-frame = 最近数据
fact-calibration = 校准
fact-capability = 测量能力
not-capable = 对此限值不足
fact-port = 端口
fact-checked = 最近点检
checked-pass = 合格，{ $at }，{ $person }
checked-fail = 不合格，{ $at }，{ $person }
checked-left = 未完成，{ $at }，{ $person }
check-title = 点检：{ $instrument }
check-where = 第 { $n } 步，共 { $m } 步
expected-check = 合格条件
check-waits = { $state } · 剩余 { $n } s
check-empty = 取下所有物品，等待显示为零。
check-load = 将标准砝码放在秤盘中央。
check-cleared = 取下砝码。
check-closed = 擦净量爪，合拢，按数据键。
check-piece = 测量量块，按数据键。
check-fresh = 让仪器测量一次。
check-scan = 扫描测试卡上的条码 { $key }（{ $name }）。
check-picture = 等待画面。是否清晰、明亮、位置正确？
check-print = 等待打印测试标签。
check-label = 扫描测试标签，然后丢弃。
check-expects-empty = 零
check-expects-load = 读到载荷
check-expects-cleared = 回到零
check-expects-closed = 零
check-expects-piece = 读到量块
check-expects-fresh = 新的读数
check-expects-scan = 读到测试卡
check-expects-picture = 新的画面
check-expects-print = 已打印
check-expects-label = 标签与打印内容一致
check-expects-known = { $load } { $unit }
check-passed = 已连同您的姓名记录。
check-not-kept = 无人登录：点检未记录。
check-step-pass = 合格
check-step-fail = 不合格
check-why-not-zero = 未显示零。请清洁、置零后重新点检。若仍如此：改用其他仪器并呼叫班组长。
check-why-not-as-expected = 读数不是应有的值。请勿使用，呼叫班组长。
check-why-too-late = 一分钟内没有数据。请重新点检，或改用其他仪器。
check-why-person = 您表示无法完成。请改用其他仪器并呼叫班组长。
check-why-other = 仪器报告：{ $code }。请改用其他仪器并呼叫班组长。

## 卡片
card-command-sheet = 命令卡
card-digits = 数字
card-actions = 操作
