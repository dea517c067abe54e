"""Sample frames of every stage in both languages, with realistically long words."""
# ruff: noqa: E501 - a sentence and its translation stay side by side on one line

from __future__ import annotations

from dataclasses import replace

from terminal.intents import command
from terminal.views import (
    Action,
    Band,
    BlockedStage,
    Choice,
    ChooseStage,
    Fact,
    Frame,
    HelpStage,
    Light,
    Mark,
    MessageStage,
    OverviewStage,
    Pad,
    RailItem,
    RecordRow,
    SignInStage,
    SignStage,
    Stage,
    StepStage,
    Strip,
    TopBar,
    Verdict,
    WorkItem,
    WorkListStage,
)

LANGUAGES = ("en", "zh_CN")


def act(
    intent: str, label: str, *, usual: bool = False, destructive: bool = False, **params: str
) -> Action:
    """An action with its command code."""
    pairs = tuple(params.items())
    return Action(
        intent, label, usual=usual, destructive=destructive, params=pairs,
        command=command(intent, pairs),
    )  # fmt: skip


class Samples:
    """The frames in one language; ``w(english, chinese)`` picks the words."""

    def __init__(self, language: str) -> None:
        """``en`` or ``zh_CN``."""
        self.language = language

    def w(self, english: str, chinese: str) -> str:
        """The words in this language."""
        return chinese if self.language == "zh_CN" else english

    def top(self, *, signed_in: bool = True, job: bool = True) -> TopBar:
        """The top bar."""
        w = self.w
        top = TopBar(station="ST-01", work_unit=w("Clean room 2, bench 4", "二号洁净室 4 号工位"))
        if signed_in:
            top = replace(
                top,
                person=w("Katarzyna Lindqvist", "欧阳静怡"),
                role=w("Operator", "操作员"),
                lock_in=w("locks in 4:32", "4:32 后锁定"),
            )
        if job:
            top = replace(
                top,
                job_order="JO-2611-0007",
                lot=w("Lot IV26K0012", "批号 IV26K0012"),
                product=w("IV infusion set, 150 cm, luer lock", "一次性使用输液器 150 cm 鲁尔锁"),
            )
        return top

    def strip(self, *, online: bool = True) -> Strip:
        """The status strip."""
        w = self.w
        fine = Light(w("Server", "服务器"), w("online", "在线"), Mark.PASS)
        away = Light(
            w("Offline", "离线"),
            w("since 10:42, oldest 12 min", "自 10:42，最早 12 分钟"),
            Mark.WARN,
        )
        lights = (
            Light(w("Scanner", "扫码枪"), w("ready", "就绪"), Mark.PASS),
            Light(w("Balance", "天平"), w("stable", "稳定"), Mark.PASS),
            Light(w("Caliper", "卡尺"), w("ready", "就绪"), Mark.PASS),
            Light(w("Printer", "打印机"), w("no paper", "缺纸"), Mark.FAIL),
        )
        return Strip(
            saved=1284,
            sent=1284 if online else 1201,
            accepted=1284 if online else 1198,
            witnessed=1260 if online else 1190,
            words=(
                w("Saved", "已存"), w("Sent", "已送"), w("Accepted", "已收"), w("Witnessed", "已见证")
            ),
            link=fine if online else away,
            instruments=lights,
            clock=Light("10:54:02", w("anchored", "已校准"), Mark.PASS),
            language=w("中文", "English"),
        )  # fmt: skip

    def rail(self) -> tuple[RailItem, ...]:
        """The steps of OP10 to OP30."""
        w, done = self.w, self.w("done", "完成")
        return (
            RailItem("OP20", w("OP20 Bonding", "OP20 粘接"), "heading"),
            RailItem("1", w("Line clearance", "清场确认"), "done", done, signed=True),
            RailItem("2", w("Scan solvent lot", "扫描溶剂批号"), "done", done, repeats=1),
            RailItem("3", w("Weigh the adhesive portion", "称量胶粘剂份量"), "done", done, 2, 1),
            RailItem("OP30", w("OP30 Dimensions", "OP30 尺寸检验"), "heading"),
            RailItem(
                "4", w("Tube outer diameter", "导管外径"), "now", w("sample 3 of 5", "第 3 / 5 件")
            ),
            RailItem(
                "5", w("Leak test: hold pressure", "密封试验：保压"), "todo", w("to come", "待做")
            ),
            RailItem(
                "6",
                w("Leak test: look and photo", "密封试验：目视拍照"),
                "todo",
                w("to come", "待做"),
            ),
            RailItem("7", w("UDI labels", "UDI 标签"), "todo", w("0 of 20", "0 / 20")),
            RailItem("8", w("Supervisor signs", "主管签名"), "blocked", w("blocked", "受阻")),
        )

    def frame(self, name: str, stage: Stage, *actions: Action, rail: bool = False) -> Frame:
        """A frame around ``stage``."""
        return Frame(
            name=name,
            language=self.language,
            top=self.top(),
            strip=self.strip(),
            stage=stage,
            rail=self.rail() if rail else (),
            actions=actions,
        )

    def all(self) -> tuple[Frame, ...]:
        """Every stage, most of them in more than one state."""
        return (
            *self.entrance(), *self.steps(), *self.step_states(), *self.decisions(), *self.signing(),
            self.overview(), *self.others(),
        )  # fmt: skip

    def entrance(self) -> tuple[Frame, ...]:
        """Sign-in and work list."""
        w = self.w
        badge = SignInStage(
            title=w("Sign in at station ST-01", "登录工位 ST-01"),
            hint=w("Scan your badge with the scanner.", "请用扫码枪扫描您的工牌。"),
            picture="badge",
        )
        secret = SignInStage(
            title=badge.title,
            hint=w("Enter your secret, then touch OK.", "请输入密码，然后按 OK。"),
            picture="badge",
            pad=Pad(prompt=w("Secret", "密码"), typed="1234", secret=True),
            person=w("Katarzyna Lindqvist", "欧阳静怡"),
            problem=Verdict(
                Mark.FAIL,
                w("Not accepted", "未通过"),
                w("The secret is wrong. 3 tries are left, then the badge is locked.",
                  "密码错误。还可尝试 3 次，之后工牌将被锁定。"),
            ),
        )  # fmt: skip
        out = self.top(signed_in=False, job=False)
        return (
            replace(self.frame("sign-in-badge", badge), top=out),
            replace(
                self.frame("sign-in-secret", secret, act("back", w("Not me", "不是我"))), top=out
            ),
            self.work_list(),
            self.work_list_empty(),
        )

    def work_list(self) -> Frame:
        """Several job orders."""
        w = self.w
        product = w(
            "IV infusion set, 150 cm, luer lock, with air filter 15 µm",
            "一次性使用输液器 带 15 µm 空气过滤器 150 cm 鲁尔锁接头",
        )
        states = (
            (Mark.INFO, w("in work", "进行中"), 0.55, w("11 of 20 steps", "第 11 / 20 步")),
            (Mark.FAIL, w("blocked", "受阻"), 0.3, w("6 of 20 steps", "第 6 / 20 步")),
            (
                Mark.WARN,
                w("waits for signature", "等待签名"),
                0.95,
                w("19 of 20 steps", "第 19 / 20 步"),
            ),
            (Mark.NONE, w("not begun", "未开始"), 0.0, w("0 of 20 steps", "第 0 / 20 步")),
            (Mark.PASS, w("complete", "已完成"), 1.0, w("20 of 20 steps", "第 20 / 20 步")),
        )
        now = w(
            "OP30 Dimensions · Tube outer diameter, sample 3 of 5",
            "OP30 尺寸检验 · 导管外径 第 3 / 5 件",
        )
        items = tuple(
            WorkItem(
                f"JO-2611-000{i + 7}", product, f"IV26K001{i + 2}", progress, now, done, mark, word
            )
            for i, (mark, word, done, progress) in enumerate(states)
        )
        stage = WorkListStage(w("Which job order do you work on?", "请选择要做的工单"), items, "")
        return replace(self.frame("work-list", stage), top=self.top(job=False))

    def work_list_empty(self) -> Frame:
        """Nothing to do."""
        w = self.w
        stage = WorkListStage(
            w("Which job order do you work on?", "请选择要做的工单"),
            (),
            w("There is no job order for this station. Ask the planner; new work comes by itself.",
              "本工位暂无工单。请联系计划员；新工单会自动出现。"),
        )  # fmt: skip
        return replace(self.frame("work-list-empty", stage), top=self.top(job=False))

    def measure(self) -> StepStage:
        """The tube's diameter, live."""
        w = self.w
        return StepStage(
            kind="measure",
            where=w(
                "OP30 Dimensions, operation 3 of 6 · step 1 of 3",
                "OP30 尺寸检验，工序 3 / 6 · 步骤 1 / 3",
            ),
            title=w("Measure the tube's outer diameter", "测量导管外径"),
            instruction=w(
                "Close the caliper on the tube 20 mm from its end. Wait until the value stands "
                "still, then touch Take reading.",
                "在距管端 20 mm 处用卡尺夹住导管。数值稳定后，按“采集读数”。",
            ),
            critical=w("Do not squeeze the tube.", "不要挤压导管。"),
            picture="measure-tube-od",
            expected_label=w("Expected outer diameter", "外径要求"),
            expected=w("4.00 to 4.20 mm", "4.00 至 4.20 mm"),
            value="4.08",
            unit="mm",
            source=w(
                "Caliper CAL-07 · stable · calibrated until 2027-03-01",
                "卡尺 CAL-07 · 稳定 · 校准有效至 2027-03-01",
            ),
            sample=w("Sample 3 of 5", "第 3 / 5 件"),
            band=Band("4.00", "4.20", "4.10", 0.2, 0.8, 0.5, 0.44),
            history=(
                Fact(w("Sample 1", "第 1 件"), "4.11 mm", Mark.PASS),
                Fact(w("Sample 2", "第 2 件"), "4.09 mm", Mark.PASS),
            ),
        )

    def steps(self) -> tuple[Frame, ...]:
        """Confirm, identify, measure, inspect, label, sign."""
        w, measure = self.w, self.measure()
        raise_it = act("raise_nonconformity", w("Report a problem", "报告问题"), destructive=True)
        confirm = replace(
            measure,
            kind="confirm",
            title=w("Clear the line", "清场"),
            instruction=w(
                "Remove all parts, labels and papers of the last lot from bench, drawers and bins. "
                "Wipe the bench with 70 % isopropanol.",
                "将上一批的所有零件、标签和文件从工作台、抽屉和料箱中清除。用 70% 异丙醇擦拭工作台。",
            ),
            critical=w("One label of another lot left here can reach a patient.", "遗留一张其他批次的标签，就可能到达患者手中。"),
            picture="line-clearance",
            expected_label=w("You confirm", "您确认"),
            expected=w("Nothing of another lot is on this bench.", "本工作台上没有任何其他批次的物品。"),
            value="", unit="", source="", sample="", band=None, history=(),
            facts=(
                Fact(w("Last lot here", "上一批"), "IV26K0011"),
                Fact(w("Cleared by", "清场人"), w("M. Okonkwo, 2026-11-22 22:04", "王建国，2026-11-22 22:04")),
            ),
        )  # fmt: skip
        identify = replace(
            confirm,
            kind="identify",
            title=w("Scan the tubing lot", "扫描导管批号"),
            instruction=w("Scan the code on the bag's label. Scan each bag you open.", "扫描包装袋标签上的条码。每开一袋都要扫描。"),
            critical="",
            picture="scan-tubing",
            expected_label=w("Expected", "应为"),
            expected=w("TUBE-150 · PVC tubing 3.0 × 4.1 mm", "TUBE-150 · PVC 导管 3.0 × 4.1 mm"),
            value="TB-2609-0042",
            facts=(
                Fact(w("Item", "物料"), "(01) 09506000134352 · TUBE-150", Mark.PASS),
                Fact(w("Lot", "批号"), "(10) TB-2609-0042", Mark.PASS),
                Fact(w("Expiry", "有效期"), "(17) 2028-09-30", Mark.PASS),
            ),
            verdict=Verdict(Mark.PASS, w("Right lot", "批号正确"), w("Taken for this lot: 30 m of 600 m.", "已领用于本批：30 m / 600 m。")),
        )  # fmt: skip
        inspect = replace(
            confirm,
            kind="inspect",
            title=w("Look for bubbles under water", "水下观察气泡"),
            instruction=w(
                "Hold the set under water at 50 kPa for 15 s. Watch every joint.",
                "在 50 kPa 下将输液器浸入水中 15 s，观察每个接头。",
            ),
            critical=w("One bubble is a leak.", "出现一个气泡即为泄漏。"),
            picture="leak-inspect",
            expected_label=w("Is it tight?", "是否密封？"),
            expected=w("No bubbles at any joint", "所有接头均无气泡"),
            facts=(
                Fact(
                    w("Pressure", "压力"),
                    w("50.2 kPa held for 15 s", "50.2 kPa 保压 15 s"),
                    Mark.PASS,
                ),
            ),
            sample=w("Sample 2 of 5", "第 2 / 5 件"),
        )
        label = replace(
            identify,
            kind="label",
            title=w("Print, apply and read the UDI label", "打印、粘贴并读取 UDI 标签"),
            instruction=w(
                "Apply the label flat on the pouch, then scan it.",
                "将标签平整贴在包装袋上，然后扫描。",
            ),
            picture="label-apply",
            expected=w(
                "Serial 0007, byte for byte as printed", "序列号 0007，与打印内容逐字节一致"
            ),
            value="",
            sample=w("Unit 7 of 20", "第 7 / 20 件"),
            verdict=Verdict(
                Mark.INFO,
                w("Printed", "已打印"),
                w("Now scan the label on the pouch.", "请扫描包装袋上的标签。"),
            ),
        )
        sign = replace(
            confirm,
            kind="sign",
            title=w("Supervisor signs the operations off", "主管签署工序"),
            instruction=w(
                "Call the supervisor. They look through the overview, then sign.",
                "请主管到场，查看批次总览后签名。",
            ),
            critical="",
            picture="supervisor-sign",
            expected_label=w("Needed", "需要"),
            expected=w(
                "Reviewed by a supervisor who did none of this work", "由未参与本次作业的主管复核"
            ),
            facts=(),
        )
        return (
            self.frame("step-confirm", confirm, raise_it, act("confirm", w("Confirm: line is clear", "确认：已清场"), usual=True, answer="yes"), rail=True),
            self.frame("step-identify-pass", identify, raise_it, act("next", w("Next step", "下一步"), usual=True), rail=True),
            self.frame("step-measure-live", measure, raise_it, act("type_value", w("Type value", "手工输入")), act("accept_reading", w("Take reading", "采集读数"), usual=True), rail=True),
            self.frame("step-inspect", inspect, act("inspect", w("Bubbles: fail", "有气泡：不合格"), destructive=True, outcome="fail"), act("take_photo", w("Take photo", "拍照")), act("inspect", w("No bubbles: pass", "无气泡：合格"), usual=True, outcome="pass"), rail=True),
            self.frame("step-label", label, raise_it, act("print_label", w("Print again", "重新打印")), rail=True),
            self.frame("step-sign", sign, act("overview", w("Overview", "批次总览")), act("sign", w("Sign", "签名"), usual=True), rail=True),
        )  # fmt: skip

    def step_states(self) -> tuple[Frame, ...]:
        """Measure: failed, waiting, typed by hand; a scan nobody expected."""
        w, measure = self.w, self.measure()
        failed = replace(
            measure,
            title=w("Weigh the adhesive portion", "称量胶粘剂份量"),
            instruction=w("Put the cup on the pan and fill in the portion. Wait until the value stands still.",
                          "将杯放上秤盘，加入份量。等待数值稳定。"),
            picture="weigh-adhesive",
            expected_label=w("Expected mass", "质量要求"),
            expected=w("2.400 to 2.600 g", "2.400 至 2.600 g"),
            value="12.742", unit="g", sample="",
            critical=w("Zero the balance with the empty cup first.", "先放空杯，将天平清零。"),
            source=w("Balance BAL-03 · stable · calibrated until 2027-01-15", "天平 BAL-03 · 稳定 · 校准有效至 2027-01-15"),
            band=Band("2.400", "2.600", "2.500", 0.2, 0.8, 0.5, 0.97),
            verdict=Verdict(
                Mark.FAIL, w("Too heavy", "超重"),
                w("12.742 g is 10.142 g above the limit. The reading is kept. Report it, or measure again.",
                  "12.742 g 超出上限 10.142 g。读数已保留。请报告问题或重新测量。"),
            ),
            history=(Fact(w("Attempt 1", "第 1 次"), "2.684 g", Mark.FAIL),),
        )  # fmt: skip
        waiting = replace(measure, value="– –", band=Band("4.00", "4.20", "4.10", 0.2, 0.8, 0.5),
                          source=w("Caliper CAL-07 · no answer for 6 s · check its cable", "卡尺 CAL-07 · 6 s 无响应 · 请检查连接线"))  # fmt: skip
        typed = replace(
            measure, value="", history=(),
            pad=Pad(prompt=w("Type the outer diameter you read", "请输入读到的外径"), typed="4.1", unit="mm",
                    decimal=True, problem=w("Give two decimals.", "请输入两位小数。")),
        )  # fmt: skip
        again = act("accept_reading", w("Measure again", "重新测量"), usual=True)
        problem = act("raise_nonconformity", w("Report a problem", "报告问题"), destructive=True)
        notice = Verdict(
            Mark.WARN, w("Unexpected scan", "意外扫描"),
            w("(01) 09506000134369 · lot SV-2610-0003. Kept, changes nothing here.",
              "(01) 09506000134369 · 批号 SV-2610-0003。已保留，此处不产生影响。"),
        )  # fmt: skip
        return (
            self.frame("step-measure-fail", failed, problem, again, rail=True),
            replace(self.frame("step-measure-waiting", waiting, problem, rail=True), strip=self.strip(online=False), notice=notice),
            self.frame("step-measure-typed", typed, act("back", w("Use the caliper", "使用卡尺")), rail=True),
        )  # fmt: skip

    def decisions(self) -> tuple[Frame, ...]:
        """Blocked, choose."""
        w = self.w
        facts = (
            Fact(w("Lot", "批号"), "SV-2405-0019"),
            Fact(
                w("Expired", "过期日"),
                w("2026-10-31, 23 days ago", "2026-10-31，已过期 23 天"),
                Mark.FAIL,
            ),
            Fact(w("Scanned", "扫描时间"), "2026-11-23 10:54:02 +08:00"),
            Fact(
                w("On stock", "库存"),
                w("SV-2610-0003, cabinet 2", "SV-2610-0003，2 号柜"),
                Mark.PASS,
            ),
        )
        blocked = BlockedStage(
            title=w("Solvent lot SV-2405-0019 cannot be used", "溶剂批号 SV-2405-0019 不可使用"),
            verdict=Verdict(Mark.FAIL, w("Expired", "已过期"), w("The scan is kept as evidence. Nothing was taken.", "扫描已留作证据，未领用任何物料。")),
            rule=w("A component may be used only up to the end of its expiry date.", "组件只能在有效期截止日之前使用。"),
            source=w("SOP-MFG-012, section 5.3 · ISO 13485:2016, 7.5.11", "SOP-MFG-012 第 5.3 节 · ISO 13485:2016 7.5.11"),
            known=facts,
            lifted_by=w("Nobody can lift this. Quality can extend an expiry date: call 4410.", "任何人不得放行。质量部可延长有效期：请拨 4410。"),
            meanwhile=w("Take the lot from cabinet 2 and scan it, or go on with another job order.", "请取用 2 号柜中的批次并扫描，或继续其他工单。"),
        )  # fmt: skip
        words = (
            (w("Measure again", "重新测量"), w("A fault of handling; the first reading stays in the record.", "操作失误；首次读数保留在记录中。")),
            (w("Rework", "返工"), w("After rework work instruction RW-004, then measure again.", "按返工指导书 RW-004 处理后重新测量。")),
            (w("Scrap", "报废"), w("The unit is destroyed and counted.", "销毁该件并计数。")),
            (w("Use as is", "让步接收"), w("Only quality may decide this, with a reason.", "仅质量部可决定，须注明理由。")),
        )  # fmt: skip
        names = ("repeat", "rework", "scrap", "use-as-is")
        choices = tuple(
            Choice("decide", label, detail, index == 1, (("disposition", name),), command("decide", (("disposition", name),)))
            for index, ((label, detail), name) in enumerate(zip(words, names, strict=True))
        )  # fmt: skip
        choose = ChooseStage(
            title=w("Nonconformity NC-2611-0031: what is done with it?", "不合格 NC-2611-0031：如何处置？"),
            question=w("Decided by a supervisor. The decision is signed and stays in the batch record.", "由主管决定。决定须签名并保留在批记录中。"),
            facts=(
                Fact(w("Step", "步骤"), w("OP20 Weigh the adhesive portion", "OP20 称量胶粘剂份量")),
                Fact(w("Read", "读数"), "2.684 g", Mark.FAIL),
                Fact(w("Expected", "要求"), w("2.400 to 2.600 g", "2.400 至 2.600 g")),
                Fact(w("Raised by", "报告人"), w("Katarzyna Lindqvist", "欧阳静怡")),
            ),
            choices=choices,
        )  # fmt: skip
        back = act("back", w("Back to the step", "返回步骤"))
        return (
            self.frame("blocked", blocked, back, act("next", w("Scan another lot", "扫描其他批号"), usual=True), rail=True),
            self.frame("choose", choose, back, act("sign", w("Sign the decision", "签署决定"), usual=True)),
        )  # fmt: skip

    def signing(self) -> tuple[Frame, ...]:
        """Signing with a wrong secret, and after it."""
        w = self.w
        text = w(
            "I have reviewed operations OP10 to OP50 of job order JO-2611-0007, lot IV26K0012.\n\n"
            "Records covered: 128, root 9f2c 41aa 07de 5b13 …\nNonconformities: NC-2611-0031, reworked.\n"
            "Repeats: 2, both reviewed.\nRefused scans: 1 (expired solvent SV-2405-0019).\n\n"
            "By signing I declare that the work was done after work master IVSET-150 revision 3 and that "
            "every deviation is recorded.",
            "本人已复核工单 JO-2611-0007、批号 IV26K0012 的工序 OP10 至 OP50。\n\n"
            "涵盖记录：128 条，根 9f2c 41aa 07de 5b13 …\n不合格：NC-2611-0031，已返工。\n"
            "重复测量：2 次，均已复核。\n拒收扫描：1 次（过期溶剂 SV-2405-0019）。\n\n"
            "本人签名声明：作业按工艺主文件 IVSET-150 第 3 版执行，所有偏差均已记录。",
        )  # fmt: skip
        prompt = w("Enter your secret to sign", "输入密码以签名")
        stage = SignStage(
            title=w("Sign the operations off", "签署工序"),
            text=text,
            meaning=w("Meaning: reviewed by supervisor", "含义：主管复核"),
            person=w("Bartholomew Featherstonehaugh · Supervisor", "司马文昭 · 主管"),
            asks=prompt,
            pad=Pad(prompt=prompt, typed="12345", secret=True),
            problem=Verdict(
                Mark.FAIL, w("The secret is wrong. 3 tries left.", "密码错误，还可尝试 3 次。")
            ),
        )
        badge = replace(
            stage, pad=None, problem=None, asks=w("Scan your badge to begin.", "请扫描工牌开始。")
        )
        cancel = act("back", w("Do not sign", "不签名"))
        return (self.frame("sign-secret", stage, cancel), self.frame("sign-badge", badge, cancel))

    def overview(self) -> Frame:
        """The lot."""
        w = self.w
        who = w("Katarzyna Lindqvist", "欧阳静怡")
        passed, failed = w("pass", "合格"), w("fail", "不合格")
        rows = (
            RecordRow("08:02", "OP10", w("Line clearance", "清场确认"), w("confirmed", "已确认"), who, Mark.PASS, passed),
            RecordRow("08:05", "OP10", w("Tubing lot", "导管批号"), "TB-2609-0042", who, Mark.PASS, passed),
            RecordRow("08:06", "OP10", w("Drip chamber lot", "滴斗批号"), "DC-2608-0117", who, Mark.PASS, passed),
            RecordRow("08:31", "OP20", w("Solvent lot", "溶剂批号"), "SV-2405-0019", who, Mark.FAIL, w("refused: expired", "拒收：过期")),
            RecordRow("08:33", "OP20", w("Solvent lot", "溶剂批号"), "SV-2610-0003", who, Mark.PASS, passed),
            RecordRow("08:40", "OP20", w("Adhesive mass", "胶粘剂质量"), "2.684 g", who, Mark.FAIL, failed),
            RecordRow("08:52", "OP20", w("Adhesive mass, after rework", "胶粘剂质量（返工后）"), "2.512 g", who, Mark.WARN, w("pass, repeated", "合格，重测")),
            RecordRow("09:10", "OP30", w("Tube outer diameter, sample 1", "导管外径 第 1 件"), "4.11 mm", who, Mark.PASS, passed),
            RecordRow("09:11", "OP30", w("Tube outer diameter, sample 2", "导管外径 第 2 件"), "4.09 mm", who, Mark.PASS, passed),
        )  # fmt: skip
        stage = OverviewStage(
            title=w("Lot IV26K0012, overview", "批号 IV26K0012 总览"),
            facts=(
                Fact(w("Records", "记录"), w("128, none missing", "128 条，无缺失"), Mark.PASS),
                Fact(w("Signatures", "签名"), w("1 of 2", "1 / 2"), Mark.WARN),
                Fact(w("Made", "产量"), w("20 of 20 units", "20 / 20 件")),
            ),
            rows=rows,
            open_points=(
                Fact(w("Open", "未决"), w("Repeated adhesive mass is not reviewed", "胶粘剂重测尚未复核"), Mark.WARN),
                Fact(w("Open", "未决"), w("Supervisor has not signed OP10 to OP50", "主管尚未签署 OP10 至 OP50"), Mark.WARN),
            ),
            verdict=Verdict(Mark.WARN, w("Not ready for release", "尚不可放行"), w("2 points are open.", "还有 2 项未决。")),
        )  # fmt: skip
        return self.frame(
            "overview", stage, act("back", w("Back to the step", "返回步骤"), usual=True)
        )

    def others(self) -> tuple[Frame, ...]:
        """Help and messages."""
        w = self.w
        guide = HelpStage(
            title=w("Help: scanning a component", "帮助：扫描组件"),
            lines=(
                w("This screen takes the lot of a component into the lot you make.", "此屏幕将组件批号计入您正在生产的批次。"),
                w("Hold the scanner a hand's breadth from the label and pull the trigger.", "扫码枪距标签一掌宽，扣动扳机。"),
                w("If nothing happens: wipe the window, flatten the bag, look at the scanner's light below.", "若无反应：擦净窗口，抚平包装袋，查看下方扫码枪指示灯。"),
                w("Still nothing? Call the shift leader: 4402.", "仍无反应？请呼叫班长：4402。"),
            ),
            right_picture="scan-right",
            wrong_picture="scan-wrong",
            right_word=w("Right: flat, whole code in the beam", "正确：平整，光束覆盖整个条码"),
            wrong_word=w("Wrong: creased, too close", "错误：有折痕，距离太近"),
        )  # fmt: skip
        crash = MessageStage(
            title=w("The screen program stopped", "屏幕程序已停止"),
            verdict=Verdict(Mark.WARN, w("Your work is saved", "您的工作已保存"), w("1 284 records are safe on this station.", "本工位已安全保存 1 284 条记录。")),
            lines=(
                w("Why: the program met a fault and stopped before it could harm a record.", "原因：程序出现故障，在影响记录之前已停止。"),
                w("Now: wait. It starts again by itself in 10 s. If it stops again, call 4477 and read the code out.", "现在：请稍候，10 s 后自动重启。若再次停止，请拨 4477 并读出代码。"),
            ),
            code="K7-QF2-9M",
        )  # fmt: skip
        starting = MessageStage(
            title=w("Starting", "正在启动"),
            verdict=Verdict(Mark.INFO, w("Checking the records", "正在检查记录")),
            lines=(
                w(
                    "All records of this station are read and checked.",
                    "正在读取并检查本工位的所有记录。",
                ),
            ),
            progress=0.62,
        )
        return (
            self.frame("help", guide, act("back", w("Back to the step", "返回步骤"), usual=True)),
            replace(self.frame("message-crash", crash), top=self.top(signed_in=False, job=False)),
            replace(self.frame("message-starting", starting), top=self.top(signed_in=False, job=False)),
        )  # fmt: skip
