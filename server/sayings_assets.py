"""What is refused about instruments and their certificates, and how to cure it."""

from __future__ import annotations

from server.sayings import Saying, say

ASSETS: dict[str, Saying] = {
    "point-unreadable": say(
        400,
        "This point of the calibration cannot be read: {line}",
        "无法读取该校准点：{line}",
        "Write four values with spaces between: 50 50.003 - 0.010. Decimal points, no commas.",
        "请填写以空格分隔的四项：50 50.003 - 0.010。小数点用“.”，不用逗号。",
    ),
    "due-needed": say(
        400,
        "Say when the calibration is due, or that the instrument needs none.",
        "请填写校准到期日，或勾选无需校准。",
        "Without a date nobody can tell whether its readings may be used.",
        "没有日期，就无法判断其读数可否使用。",
    ),
    "file-kind": say(
        415,
        "This file is neither a PDF nor a PNG or JPEG picture.",
        "该文件不是 PDF，也不是 PNG 或 JPEG 图片。",
        "Save or scan the certificate as a PDF and choose it again.",
        "请将证书存为或扫描成 PDF，再重新选择。",
    ),
    "file-too-large": say(
        413,
        "This file is larger than {most} MB.",
        "该文件大于 {most} MB。",
        "Scan it in black and white at 200 dpi, or without its annexes.",
        "请以 200 dpi 黑白扫描，或去掉附件后重试。",
    ),
}
