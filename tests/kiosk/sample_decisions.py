"""Sample frames: blocked, choose, sign."""
# ruff: noqa: E501 - a sentence and its translation stay side by side on one line

from __future__ import annotations

from dataclasses import replace

from terminal.intents import command
from terminal.views import (
    BlockedStage,
    Choice,
    ChooseStage,
    Fact,
    Frame,
    Mark,
    Pad,
    SignStage,
    Verdict,
)
from tests.kiosk.sample_base import Base, act


class Decisions(Base):
    """What a failure and an end lead to."""

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
            self.frame("labels", self._labels(), act("back", w("Back", "返回"))),
            self.frame("choose", choose, back, act("sign", w("Sign the decision", "签署决定"), usual=True)),
        )  # fmt: skip

    def _labels(self) -> ChooseStage:
        """Where is this label?"""
        w = self.w
        offered = (
            (w("Found, destroyed", "已找到并销毁"), w("It is in front of me and was made unusable.", "标签就在面前，已作废销毁。")),
            (w("Found, given back", "已找到并退回"), w("It was handed in unused.", "标签未使用，已交回。")),
            (w("It cannot be found", "找不到"), w("A nonconformity is opened; quality decides.", "提出不合格，由质量人员决定。")),
        )  # fmt: skip
        return ChooseStage(
            title=w("Label reconciliation", "标签平衡"),
            question=w("Where is this label?", "这枚标签在哪里？"),
            facts=(
                Fact("", w("103 issued: 98 used, 3 spoiled, 1 returned, 1 missing", "发放 103：使用 98，作废 3，退回 1，缺失 1"), Mark.WARN),
                Fact(w("Serial", "序列号"), "IV26K0012-0042"),
                Fact(w("Copy", "份数"), "2"),
                Fact(w("Person", "人员"), w("Katarzyna Lindqvist", "欧阳静怡")),
                Fact(w("Time", "时间"), "2026-11-22 14:03:07"),
            ),
            choices=tuple(Choice("label_found", *each) for each in offered),
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
        return (
            self.frame("sign-secret", stage, cancel, act("sign", w("Sign", "签名"), usual=True)),
            self.frame("sign-badge", badge, cancel),
        )
