"""What every sample frame has: bars, rail, actions; in both languages."""
# ruff: noqa: E501 - a sentence and its translation stay side by side on one line

from __future__ import annotations

from dataclasses import replace

from terminal.intents import command
from terminal.views import (
    Action,
    Frame,
    Light,
    Mark,
    RailItem,
    Stage,
    Strip,
    TopBar,
)


def act(
    intent: str, label: str, *, usual: bool = False, destructive: bool = False, **params: str
) -> Action:
    """An action with its command code."""
    pairs = tuple(params.items())
    return Action(
        intent, label, usual=usual, destructive=destructive, params=pairs,
        command=command(intent, pairs),
    )  # fmt: skip


class Base:
    """Words and bars in one language; ``w(english, chinese)`` picks the words."""

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
            clock=Light("10:54", w("clock checked", "时钟已校对"), Mark.PASS),
            date="2026-11-23",
            ready=w("3 ready", "3 台就绪"),
            troubled=w("1 not ready", "1 台未就绪"),
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
