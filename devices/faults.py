"""What can go wrong with an instrument, and what the person does about it, in both languages."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["transient", "ambiguous", "permanent"]


class Known(NamedTuple):
    """A fault of the catalogue."""

    kind: Kind
    """*transient* may pass by itself; *ambiguous* may or may not have had its effect;
    *permanent* needs a person."""
    light: Literal["absent", "silent", "fault"]
    """The instrument's light while it lasts."""
    hint: dict[str, str]
    """What to do, by language."""


def _known(kind: Kind, light: Literal["absent", "silent", "fault"], en: str, zh_cn: str) -> Known:
    return Known(kind, light, {"en": en, "zh_CN": zh_cn})


FAULTS: dict[str, Known] = {
    "absent": _known(
        "transient",
        "absent",
        "The instrument cannot be reached. Check its cable and power; it reconnects by itself.",
        "无法连接仪器。请检查电缆和电源；恢复后会自动重新连接。",
    ),
    "unplugged": _known(
        "transient",
        "absent",
        "The connection broke. Plug the instrument in again; it reconnects by itself.",
        "连接已断开。请重新插好仪器；会自动重新连接。",
    ),
    "no-answer": _known(
        "transient",
        "silent",
        "The instrument is connected but does not answer. Switch it on or wake it from standby.",
        "仪器已连接但无应答。请开机或从待机状态唤醒。",
    ),
    "standby": _known(
        "transient",
        "silent",
        "The instrument sleeps: it is there but gives no values. Wake it at its own key, then set "
        "zero and tare again; waking may have cleared them.",
        "仪器处于待机状态：在线但不给出读数。请按仪器上的按键唤醒，然后重新置零和去皮；唤醒可能已将其清除。",
    ),
    "half-frame": _known(
        "transient",
        "fault",
        "Only part of a message arrived; it was not used. Measure or scan again.",
        "只收到部分数据，未采用。请重新测量或扫描。",
    ),
    "frame-too-long": _known(
        "transient",
        "fault",
        "The instrument sends without end. Check its interface settings, then reconnect it.",
        "仪器持续发送数据。请检查其接口设置后重新连接。",
    ),
    "garbled": _known(
        "transient",
        "fault",
        "The message could not be understood; it was not used. Try again; if it stays, check "
        "baud rate and parity.",
        "无法识别收到的数据，未采用。请重试；若仍出现，请检查波特率和校验位。",
    ),
    "wrong-answer": _known(
        "ambiguous",
        "fault",
        "The instrument answered something else than what was asked. Try again.",
        "仪器的应答与请求不符。请重试。",
    ),
    "busy": _known(
        "transient",
        "fault",
        "The instrument is busy. Wait until it shows a stable value, then try again.",
        "仪器忙。请等待显示稳定后重试。",
    ),
    "refused": _known(
        "permanent",
        "fault",
        "The instrument refused the command. Check its settings.",
        "仪器拒绝该指令。请检查仪器设置。",
    ),
    "instrument-error": _known(
        "permanent",
        "fault",
        "The instrument reports an error of its own. Follow its manual or use another one.",
        "仪器报告自身错误。请按其说明书处理或更换仪器。",
    ),
    "unit-refused": _known(
        "permanent",
        "fault",
        "The instrument shows another unit than this station uses. Switch its unit back.",
        "仪器单位与本工位不符。请将单位切换回来。",
    ),
    "wrong-instrument": _known(
        "permanent",
        "fault",
        "This is not the instrument assigned to this station. Connect the right one.",
        "这不是分配给本工位的仪器。请连接正确的仪器。",
    ),
    "several-codes": _known(
        "transient",
        "fault",
        "Several codes came in one shot; none was used. Cover the others and scan again.",
        "一次读到多个条码，均未采用。请遮住其他条码后重新扫描。",
    ),
    "scan-prefix": _known(
        "permanent",
        "fault",
        "The scanner's prefix has changed; it must be set up again with its set-up card.",
        "扫描枪前缀设置已改变；请用设置卡重新设置。",
    ),
    "scan-symbology": _known(
        "permanent",
        "fault",
        "This kind of code is not allowed at this station.",
        "本工位不允许使用此类条码。",
    ),
    "scan-key": _known(
        "permanent",
        "fault",
        "The scanner sent a key that stands for no character; the scan was not used. Test its "
        "settings with the test card.",
        "扫描枪发送了无法识别的按键，该扫描未采用。请用测试卡检查其设置。",
    ),
    "scan-caps-lock": _known(
        "permanent",
        "fault",
        "Caps Lock is on: capitals and small letters cannot be told; the scan was not used. Switch "
        "Caps Lock off and scan again.",
        "Caps Lock 已开启，无法区分字母大小写，该扫描未采用。请关闭 Caps Lock 后重新扫描。",
    ),
    "camera-black": _known(
        "transient",
        "fault",
        "The picture is dark. Remove the lens cover or switch the light on.",
        "画面全黑。请取下镜头盖或打开照明。",
    ),
    "camera-frozen": _known(
        "transient",
        "fault",
        "The camera repeats its picture or gives an old one. Reconnect it.",
        "相机画面停滞。请重新连接相机。",
    ),
    "camera-replay": _known(
        "transient",
        "fault",
        "The camera gives a picture that it gave before, as if it were new. Reconnect it.",
        "相机把以前的画面当作新画面送出。请重新连接相机。",
    ),
    "camera-blank": _known(
        "transient",
        "fault",
        "The picture shows nothing but one even brightness. Check lens, focus and light.",
        "画面亮度均匀，没有内容。请检查镜头、对焦和照明。",
    ),
    "picture-unusable": _known(
        "transient",
        "fault",
        "The picture cannot be read. Take it again.",
        "图像无法读取。请重新拍摄。",
    ),
    "file-unreadable": _known(
        "permanent",
        "fault",
        "The file cannot be read. Check its name and its permissions.",
        "无法读取该文件。请检查文件名和权限。",
    ),
    "decoder-failed": _known(
        "transient",
        "fault",
        "Reading the picture took too long or failed; the decoder was restarted. Try again.",
        "图像解码超时或失败，解码程序已重启。请重试。",
    ),
    "label-refused": _known(
        "permanent",
        "fault",
        "The label's content cannot be written as a code. Ask quality.",
        "标签内容无法生成条码。请联系质量人员。",
    ),
    "printer-not-ready": _known(
        "transient",
        "fault",
        "The printer has no paper, is open or paused. Make it ready and print again.",
        "打印机缺纸、未合盖或已暂停。请处理后重新打印。",
    ),
    "print-unknown": _known(
        "ambiguous",
        "fault",
        "The printer did not confirm. Look whether the label came out before printing again.",
        "打印机未确认。请先查看标签是否已打印，再决定是否重打。",
    ),
    "bad-config": _known(
        "permanent",
        "fault",
        "This instrument's settings are not usable. Ask the administrator.",
        "该仪器的配置不可用。请联系管理员。",
    ),
    "unknown-command": _known(
        "permanent",
        "fault",
        "This instrument cannot do that.",
        "该仪器不支持此操作。",
    ),
    "instruments-restarted": _known(
        "transient",
        "fault",
        "The instruments program stopped and was started again. Repeat the last reading.",
        "仪器程序已停止并重新启动。请重复上一次读取。",
    ),
}
"""Every code a driver, the rig or the instruments process may report."""


class DeviceFault(Exception):
    """An instrument did not do what it should. ``code`` is a key of :data:`FAULTS`."""

    def __init__(self, code: str, detail: str = "", raw: bytes = b"") -> None:
        """Name the fault; ``detail`` is for the log, ``raw`` what was received (cut to 256 B)."""
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail[:200]
        self.raw = raw[:256]

    @property
    def known(self) -> Known:
        """The catalogue's entry."""
        return FAULTS[self.code]

    @property
    def kind(self) -> Kind:
        """transient, ambiguous or permanent."""
        return self.known.kind

    @property
    def hint(self) -> dict[str, str]:
        """What to do, by language (``en``, ``zh_CN``)."""
        return self.known.hint
