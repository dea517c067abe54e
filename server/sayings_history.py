"""What can be wrong in a row of imported history, and how to cure it, in both languages."""

from __future__ import annotations

from forms.terms import Text

WRONG: dict[str, Text] = {
    "head": Text(
        en="the first line must name these columns, separated by commas: {text}",
        zh_CN="首行必须列出以下各列，以逗号分隔：{text}",
    ),
    "not-utf8": Text(
        en="this is not UTF-8: save the file as CSV UTF-8",
        zh_CN="此处不是 UTF-8 编码：请将文件另存为 CSV UTF-8",
    ),
    "line-long": Text(
        en="the line is longer than 4,096 characters: look for a missing line end",
        zh_CN="该行超过 4,096 个字符：请检查是否缺少换行",
    ),
    "control": Text(
        en="a control character is in the line: take it out",
        zh_CN="该行含有控制字符：请删除",
    ),
    "quotes": Text(
        en="the quotation marks do not close within the line: close them ({text})",
        zh_CN="引号未在本行内闭合：请补全（{text}）",
    ),
    "width": Text(
        en="the line does not have {text} fields: put quotation marks around a field with a comma",
        zh_CN="该行字段数不是 {text}：含逗号的字段请加引号",
    ),
    "empty": Text(
        en="{text} is empty: it is needed in every row",
        zh_CN="{text} 为空：每行均须填写",
    ),
    "field-long": Text(
        en="{text} is longer than 200 characters: shorten it",
        zh_CN="{text} 超过 200 个字符：请缩短",
    ),
    "time": Text(
        en="{text} is no time: write 2024-03-01T08:00:00+08:00",
        zh_CN="{text} 不是时间：请写成 2024-03-01T08:00:00+08:00",
    ),
    "quantity": Text(
        en="{text} is no amount: write digits and a point, such as 12.5",
        zh_CN="{text} 不是数量：请写数字和小数点，例如 12.5",
    ),
    "lot-unknown": Text(
        en="lot {text} is in no lots.csv: add it there, or correct it here",
        zh_CN="批次 {text} 不在任何 lots.csv 中：请在其中补充，或在此更正",
    ),
    "line-unknown": Text(
        en="line {text} is in no shipment_lines.csv: add it there, or leave the field empty",
        zh_CN="发货行 {text} 不在任何 shipment_lines.csv 中：请在其中补充，或将该字段留空",
    ),
    "twice": Text(
        en="{text} is there twice, in this file or from an earlier import: keep one",
        zh_CN="{text} 重复出现（在本文件或先前的导入中）：请只保留一个",
    ),
    "itself": Text(
        en="lot {text} goes into itself: leave the row out",
        zh_CN="批次 {text} 的去向是其自身：请删除该行",
    ),
    "too-many": Text(
        en="the file has more than {text} rows: split it and import part after part",
        zh_CN="文件超过 {text} 行：请拆分后逐个导入",
    ),
}
"""Code -> sentence; ``{text}`` is the column or the value meant."""
