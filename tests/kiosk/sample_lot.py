"""Sample frames: the lot, help and messages."""
# ruff: noqa: E501 - a sentence and its translation stay side by side on one line

from __future__ import annotations

from dataclasses import replace

from terminal.views import (
    Fact,
    Frame,
    HelpStage,
    Mark,
    MessageStage,
    OverviewStage,
    RecordRow,
    Verdict,
)
from tests.kiosk.sample_base import Base, act


class Lot(Base):
    """The whole lot, and the screens about the terminal."""

    def lots(self) -> tuple[Frame, ...]:
        """The lot in work, and ready for a decision."""
        w = self.w
        back = act("back", w("Back to the step", "返回步骤"), usual=True)
        ready = Verdict(
            Mark.PASS,
            w("Nothing stands against release.", "没有妨碍放行的事项。"),
            w("Next: quality signs the release.", "下一步：质量人员签署放行。"),
        )
        finished = replace(self.lot(), open_points=(), verdict=ready)
        reject = act("release", w("Reject lot", "拒收本批"), destructive=True, decision="rejected")
        good = act("release", w("Release lot", "放行本批"), usual=True, decision="released")
        return (
            self.frame("overview", self.lot(), back),
            self.frame("release", finished, reject, replace(back, usual=False), good),
        )

    def lot(self) -> OverviewStage:
        """Many records; what needs a look is first."""
        w = self.w
        who = w("Katarzyna Lindqvist", "欧阳静怡")
        good = w("Good", "合格")

        def head(what: str, count: int, mark: Mark = Mark.NONE) -> RecordRow:
            return RecordRow("", "", what, str(count), "", mark, "", heading=True)

        diameters = tuple(
            RecordRow(f"09:{10 + n}:27", w("TUBE-OD", "TUBE-OD"), w("Measured", "测量"), f"4.0{n}\u2009mm", who, Mark.PASS, good)
            for n in range(9)
        )  # fmt: skip
        rows = (
            head(w("Look at these first", "请先查看这些记录"), 4, Mark.WARN),
            RecordRow("08:31:04", "OP20 SCAN-SOLVENT", w("Lot scanned", "扫描批次"), "SV-2405-0019", who, Mark.WARN, w("Lot SV-2405-0019 expired on 2026-10-31.", "批次 SV-2405-0019 已过有效期（2026-10-31）。")),
            RecordRow("08:40:55", "OP20 WEIGH", w("Measured", "测量"), "2.684\u2009g", who, Mark.FAIL, w("2.684 g is out of limits 2.400 to 2.600 g.", "2.684 g 超出限值 2.400 至 2.600 g。")),
            RecordRow("08:44:11", "OP20 WEIGH", w("Disposition", "处置"), w("Rework", "返工"), who, Mark.INFO, w("The process step is repeated", "重复该工序")),
            RecordRow("08:52:30", "OP20 WEIGH", w("Measured", "测量"), "2.512\u2009g", who, Mark.WARN, w("repeated", "重复")),
            head(w("OP10 Line clearance and kitting", "OP10 清场与备料"), 3),
            RecordRow("08:02:10", "CLEARANCE", w("Confirmed", "确认"), w("Yes", "是"), who, Mark.PASS, good),
            RecordRow("08:05:49", "SCAN-TUBING", w("Lot scanned", "扫描批次"), "TB-2609-0042", who, Mark.PASS, good),
            RecordRow("08:05:49", "SCAN-TUBING", w("Material taken", "领用物料"), "TUBE-150 TB-2609-0042 7.5\u2009m", who, Mark.PASS, good),
            head(w("OP30 Dimensional check", "OP30 尺寸检验"), 9),
            *diameters,
        )  # fmt: skip
        return OverviewStage(
            title=w("Lot overview", "本批总览"),
            facts=(
                Fact(w("Records", "记录数"), "128"),
                Fact(w("Signatures", "签名数"), "1"),
                Fact(w("Units made", "已完成件数"), "20 / 20"),
            ),
            rows=rows,
            open_points=(
                Fact(w("Open", "未结"), w("Repeated adhesive mass is not reviewed", "胶粘剂重测尚未复核"), Mark.WARN),
                Fact(w("Open", "未结"), w("Supervisor has not signed OP10 to OP50", "主管尚未签署 OP10 至 OP50"), Mark.WARN),
            ),
            verdict=Verdict(Mark.WARN, w("Not ready for release", "尚不可放行"), w("2 points are open.", "还有 2 项未决。")),
            dated=w("2026-11-23 · times +08:00", "2026-11-23 · 时间 +08:00"),
        )  # fmt: skip

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
        rescue = MessageStage(
            title="",
            verdict=Verdict(Mark.FAIL, w("This terminal cannot work", "本终端无法工作"), "disk-read-only"),
            lines=(
                w("The disk can only be read: this was NOT saved. The system does that when a disk fails. Stop work here and call the administrator.", "磁盘变为只读：本次未保存。磁盘出现故障时系统会这样处理。请停止在本站作业并联系管理员。"),
                w("5,284 records were written to USB-STICK/lotbook-ST-01-1-20261126-011500. Give the medium to the administrator.", "已将 5,284 条记录写入 USB-STICK/lotbook-ST-01-1-20261126-011500。请把介质交给管理员。"),
                w(
                    "Nothing was overwritten. What can still be read can be exported.",
                    "没有任何内容被覆盖。仍可读取的内容可以导出。",
                ),
            ),
            code="disk-read-only",
            progress=0.62,
            facts=(
                Fact(w("Not sent yet", "尚未发送"), w("1,284 of 5,284 records", "1,284 条，共 5,284 条记录"), Mark.WARN),
                Fact(w("Newest", "最新一条"), "2026-03-02 08:00:00+00:00"),
                Fact(w("Lots", "批号"), ", ".join(f"IV26K00{number}" for number in range(6)) + w(", and 3 more", ", 另有 3 个")),
                Fact(w("Cannot be read", "无法读取"), "1", Mark.FAIL),
            ),
        )  # fmt: skip
        return (
            replace(
                self.frame(
                    "rescue", rescue, act("export", w("Export records", "导出记录"), usual=True)
                ),
                top=self.top(signed_in=False, job=False),
                rail=(),
            ),
            self.frame("help", guide, act("back", w("Back to the step", "返回步骤"), usual=True)),
            replace(self.frame("message-crash", crash), top=self.top(signed_in=False, job=False)),
            replace(
                self.frame("message-starting", starting), top=self.top(signed_in=False, job=False)
            ),
        )
