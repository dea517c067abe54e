"""The instruments' own error codes in words, by family: what it says and what to do about it.

A reading in state *error* carries ``FAMILY CODE`` as its detail, such as ``and E11``. The tables
are from the manuals named on each family's page in ``docs/instruments``.
"""

from __future__ import annotations

from forms.terms import Text


def _text(en: str, zh_cn: str) -> Text:
    return Text(en=en, zh_CN=zh_cn)


_AND = {
    "E01": _text("The command is not known to this model.", "该型号不认识此指令。"),
    "E02": _text("The command cannot be carried out now.", "当前无法执行该指令。"),
    "E03": _text("The command was cut off.", "指令接收超时。"),
    "E04": _text("The command has too many characters.", "指令字符过多。"),
    "E05": _text("No such ID is stored.", "没有该编号。"),
    "E06": _text("The command is badly formed.", "指令格式错误。"),
    "E07": _text("The value set is out of range.", "设定值超出范围。"),
    "E11": _text("The value is not stable. Keep draughts and vibration away.",
                 "读数不稳定。请避免气流和振动。"),
    "E16": _text("The internal weight was not moved. Try again.", "内部砝码未动作。请重试。"),
    "E17": _text("The internal weight fails. Have it serviced.", "内部砝码异常。请送修。"),
    "E20": _text("The calibration weight is too heavy. Check pan and weight.",
                 "校准砝码过重。请检查秤盘和砝码。"),
    "E21": _text("The calibration weight is too light. Check pan and weight.",
                 "校准砝码过轻。请检查秤盘和砝码。"),
}  # fmt: skip
_SICS = {
    "busy": _text("The balance is busy: it waits for stability or calibrates.",
                  "天平忙：正在等待稳定或校准。"),
    "1": _text("Boot error.", "启动错误。"),
    "2": _text("Brand error.", "品牌识别错误。"),
    "3": _text("Checksum error.", "校验和错误。"),
    "9": _text("Option failed.", "选件故障。"),
    "10": _text("Memory (EEPROM) error.", "存储器（EEPROM）错误。"),
    "11": _text("Parts do not match.", "部件不匹配。"),
    "12": _text("A part was plugged in while it was on.", "带电插入了部件。"),
    "14": _text("Terminal and balance do not match.", "显示终端与天平不匹配。"),
    "15": _text("Not adjusted. Adjust it.", "未校准。请校准。"),
}  # fmt: skip
_SBI = {
    "busy": _text("The balance calibrates or is in a menu.", "天平正在校准或处于菜单中。"),
    "01": _text("The display overflows.", "显示溢出。"),
    "02": _text("The load is unfit for calibration. Unload, zero, calibrate again.",
                "载荷不适合校准。请卸载、置零后重新校准。"),
    "03": _text("Calibration took too long. Warm up and try again.", "校准超时。请预热后重试。"),
    "06": _text("The internal weight fails. Have it serviced.", "内部砝码异常。请送修。"),
    "08": _text("The load is too heavy to be set to zero.", "载荷过重，无法置零。"),
    "09": _text("Taring is not possible at or below nought.", "毛重为零或负值，无法去皮。"),
    "10": _text("Taring is blocked by the application.", "应用程序占用皮重，无法去皮。"),
    "11": _text("The tare memory cannot be used.", "不允许使用皮重存储。"),
    "22": _text("The weight is too small or no sample is there.", "重量过小或无样品。"),
    "30": _text("The interface to the printer is blocked.", "打印接口被禁用。"),
    "50": _text("The weight converter fails. Have it serviced.", "称重转换器故障。请送修。"),
    "53": _text("The temperature converter fails. Have it serviced.", "温度转换器故障。请送修。"),
}  # fmt: skip
_MITUTOYO = {
    "911": _text("The gauge cannot measure: check it and its cable.",
                 "量具无法测量：请检查量具及其电缆。"),
}  # fmt: skip
_MARK10 = {
    "10": _text("The command is not known to the gauge.", "仪器不认识此指令。"),
    "11": _text("The command does not fit its settings.", "指令与当前设置不符。"),
    "20": _text("Analogue output cannot be set.", "无法设置模拟输出。"),
    "21": _text("The memory is full or empty.", "存储器已满或为空。"),
}  # fmt: skip
_MAHR = {
    "0": _text("The sensor fails: speed or scale.", "传感器错误：速度或量程。"),
    "1": _text("The command is not known to the instrument.", "仪器不认识此指令。"),
    "2": _text("A byte was damaged on the line.", "传输奇偶校验错误。"),
    "3": _text("The measuring range is exceeded.", "超出测量范围。"),
    "6": _text("This feature is switched off.", "该测量特征未启用。"),
}  # fmt: skip
_MODBUS = {
    "01": _text("The function is not known to the instrument. Check the table.",
                "仪器不支持该功能码。请检查寄存器类型设置。"),
    "02": _text("There is no such register. Check address and count.",
                "寄存器地址不存在。请检查地址和数量。"),
    "03": _text("The request is not acceptable. Check the count.",
                "请求值不合法。请检查寄存器数量。"),
    "04": _text("The instrument failed. Follow its manual.", "仪器故障。请按其说明书处理。"),
    "05": _text("The instrument needs more time.", "仪器需要更多时间。"),
    "06": _text("The instrument is busy.", "仪器忙。"),
    "08": _text("The instrument's memory is damaged.", "仪器存储器奇偶错误。"),
    "10": _text("The gateway has no free path.", "网关路径不可用。"),
    "11": _text("Behind the gateway nothing answers. Check power and address there.",
                "网关后的设备无应答。请检查其电源和地址。"),
}  # fmt: skip
_OPEN = {
    "01": _text("The data are not valid.", "数据无效。"),
    "09": _text("Another computer has subscribed to the results already.",
                "已有其他计算机订阅结果。"),
    "79": _text("The command is not known to the controller.", "控制器不认识此指令。"),
    "96": _text("A connection is open already. Close the other one.",
                "已存在连接。请关闭另一个连接。"),
    "97": _text("This revision is not supported.", "不支持该版本。"),
    "99": _text("This message is not known to the controller.", "控制器不认识此消息。"),
}  # fmt: skip
_OPC_UA = {
    "BadSensorFailure": _text("The sensor fails. Have it serviced.", "传感器故障。请送修。"),
    "BadDeviceFailure": _text("The instrument fails. Have it serviced.", "仪器故障。请送修。"),
    "BadConfigurationError": _text("The server's set-up of this value is wrong.",
                                   "服务器中该数值的配置错误。"),
    "BadWaitingForInitialData": _text("The server has no first value yet.",
                                      "服务器尚未取得首个数值。"),
    "BadNodeIdUnknown": _text("The server has no such node. Check the address.",
                              "服务器没有该节点。请检查节点地址。"),
    "BadUserAccessDenied": _text("The server does not let us read this value.",
                                 "服务器拒绝读取该数值。"),
    "UncertainLastUsableValue": _text("The server repeats its last value.",
                                      "服务器重复上一个可用值。"),
}  # fmt: skip
_SCPI = {
    "nan": _text("The instrument has no value: not a number.", "仪器没有有效数值（非数）。"),
    "-100": _text("The command is not known to the instrument.", "仪器不认识此指令。"),
    "-113": _text("The command is not known to the instrument.", "仪器不认识此指令。"),
    "-222": _text("A setting is out of range.", "设定值超出范围。"),
    "-230": _text("The value is old or damaged.", "数据陈旧或损坏。"),
    "-240": _text("The hardware fails.", "硬件错误。"),
    "-310": _text("The instrument's system fails.", "仪器系统错误。"),
    "-410": _text("A new question came before the last answer was read.",
                  "上一个应答未读完就收到新请求。"),
    "-420": _text("An answer was read that nobody asked for.", "未发送请求就读取应答。"),
}  # fmt: skip
_FAMILIES: dict[str, dict[str, Text]] = {
    "and": _AND,
    "mahr": _MAHR,
    "mark10": _MARK10,
    "mitutoyo": _MITUTOYO,
    "modbus": _MODBUS,
    "mt_sics": _SICS,
    "opc_ua": _OPC_UA,
    "open_protocol": _OPEN,
    "sbi": _SBI,
    "scpi": _SCPI,
}

_UNKNOWN = _text("Error {code} of its own: look it up in its manual.",
                 "仪器自身错误 {code}：请查阅其说明书。")  # fmt: skip


def words(detail: str) -> Text:
    """What ``FAMILY CODE`` means; the bare code for one that is not in the table."""
    family, _, code = detail.partition(" ")
    known = _FAMILIES.get(family, {}).get(code)
    if known is not None:
        return known
    code = code or detail
    return Text(
        en=_UNKNOWN.en.replace("{code}", code), zh_CN=_UNKNOWN.zh_CN.replace("{code}", code)
    )


def families() -> dict[str, dict[str, Text]]:
    """All tables, by family."""
    return _FAMILIES
