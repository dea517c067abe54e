"""Sample frames: sign-in, work list."""

from __future__ import annotations

from dataclasses import replace

from terminal.views import (
    Frame,
    Mark,
    Pad,
    SignInStage,
    Verdict,
    WorkItem,
    WorkListStage,
)
from tests.kiosk.sample_base import Base, act


class Entrance(Base):
    """Coming in."""

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
                self.frame(
                    "sign-in-secret",
                    secret,
                    act("back", w("Not me", "不是我")),
                    act("key", "OK", usual=True, key="ok"),
                ),
                top=out,
            ),
            replace(
                self.frame(
                    "sign-in-locked",
                    replace(badge, problem=self.locked()),
                    act("help", w("Help", "帮助")),
                    act("unlock", w("Unlock", "解锁")),
                ),
                top=out,
            ),
            self.work_list(),
            self.work_list_empty(),
        )

    def locked(self) -> Verdict:
        """Refused, with the way out."""
        word = self.w(
            "Locked after too many wrong secrets. Scan your badge again in 4 min, or have a"
            " supervisor unlock it now.",
            "密码输错次数过多，已锁定。请在 4 分钟后重新扫描工牌，或由班组长立即解锁。",
        )
        return Verdict(Mark.FAIL, word)

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
        others = Verdict(
            Mark.WARN,
            w("Others chose your secret and know it. Choose your own today, at a computer with"
              " Lotbook: your name, My secret. You can go on working.",
              "您的密码由他人设定，他人知晓。请今天在可打开 Lotbook 的电脑上修改：点击您的姓名，"
              "进入“我的密码”。作业可继续。"),
        )  # fmt: skip
        return replace(self.frame("work-list", stage), top=self.top(job=False), notice=others)

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
