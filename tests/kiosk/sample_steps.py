"""Sample frames: the steps, and states of a measurement."""
# ruff: noqa: E501 - a sentence and its translation stay side by side on one line

from __future__ import annotations

from dataclasses import replace

from terminal.views import (
    Band,
    Fact,
    Frame,
    Mark,
    Pad,
    StepStage,
    Verdict,
)
from tests.kiosk.sample_base import Base, act


class Steps(Base):
    """The work."""

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
        cold = replace(
            typed, title=w("Read the freezer", "读取冷冻柜温度"), critical="",
            instruction=w("Read the display of the freezer.", "读取冷冻柜显示屏。"),
            expected_label=w("Expected temperature", "温度要求"),
            expected=w("-25.0 to -15.0 °C", "-25.0 至 -15.0 °C"), sample="",
            source=w("Typed values are marked as typed.", "手工输入的值将被标记。"),
            band=Band("-25.0", "-15.0", "-20.0", 0.2, 0.8, 0.5),
            pad=Pad(prompt=w("Type what you read", "请输入读数"), typed="-20.5", unit="°C",
                    decimal=True, sign=True),
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
            self.frame("step-measure-typed", typed, act("back", w("Use the caliper", "使用卡尺")), act("key", "OK", usual=True, key="ok"), rail=True),
            self.frame("step-measure-cold", cold, act("back", w("Back", "返回")), act("key", "OK", usual=True, key="ok"), rail=True),
        )  # fmt: skip
