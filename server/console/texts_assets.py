"""The console's words about instruments and their calibration, in both languages."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "assets": ("Instruments", "仪器"),
    "asset": ("Instrument", "仪器"),
    "assets_lead": (
        (
            "What is due first stands first. A reading of an instrument marked ✗ is refused; "
            "△ Deviation: its readings are taken, the lots it touched are not released."
        ),
        "按到期日先后排列。标记为 ✗ 的仪器，其读数将被拒绝；△ 偏差：读数照常，但涉及批次不可放行。",
    ),
    "asset_state": ("State", "状态"),
    "asset_class": ("Class", "类别"),
    "asset_serial": ("Serial number", "序列号"),
    "asset_made_by": ("Make and model", "制造商与型号"),
    "asset_place": ("Place", "位置"),
    "asset_due": ("Calibration due", "校准到期"),
    "asset_certificate": ("Certificate", "证书"),
    "asset_laboratory": ("Laboratory", "实验室"),
    "asset_calibrated": ("Calibrated on", "校准日期"),
    "asset_file": ("Certificate as a file", "证书文件"),
    "asset_file_help": (
        "PDF, PNG or JPEG, at most 8 MB; the signature covers its SHA-256. May stay empty.",
        "PDF、PNG 或 JPEG，最大 8 MB；签名涵盖其 SHA-256。可留空。",
    ),
    "asset_file_open": ("Open the certificate", "打开证书"),
    "asset_file_missing": ("The file itself was not handed in here.", "此处未提交该文件本身。"),
    "asset_define": ("New instrument", "新建仪器"),
    "asset_change": ("Change this instrument", "修改该仪器"),
    "asset_define_lead": (
        (
            "Signed as it is from now on; what it was before stays in the log. Stations know it "
            "with their next WorkPack."
        ),
        "按此后的状态签署；此前内容保留在日志中。各站将随下一个工作包获知。",
    ),
    "asset_id": ("Number of the instrument", "仪器编号"),
    "asset_class_help": (
        "The class a step asks for, such as balance, caliper, pressure_gauge: small letters.",
        "工步所要求的类别，如 balance、caliper、pressure_gauge：小写字母。",
    ),
    "asset_make": ("Make", "制造商"),
    "asset_model": ("Model", "型号"),
    "asset_calibration_help": (
        (
            "As known when the instrument is entered. Later results are entered as calibrations; "
            "only quality changes these afterwards."
        ),
        "按建档时已知情况填写。此后的结果请录入为校准；之后仅质量人员可更改。",
    ),
    "asset_no_calibration": ("It needs no calibration", "无需校准"),
    "asset_capability_help": (
        "In one unit, numbers as 0.01. What is left empty is not stated.",
        "统一单位，数值如 0.01。留空表示未说明。",
    ),
    "asset_low": ("Range from", "量程下限"),
    "asset_high": ("Range to", "量程上限"),
    "asset_in_service": ("In service", "在用"),
    "asset_quarantined": ("Kept apart", "隔离"),
    "asset_out_of_service": ("Out of service", "停用"),
    "asset_reason": ("Reason, if it is kept apart", "隔离原因"),
    "asset_sign": ("Sign: this is the instrument from now on", "签署：自此以此为准"),
    "asset_capability": ("Capability", "测量能力"),
    "asset_range": ("range", "量程"),
    "asset_resolution": ("resolution", "分辨力"),
    "asset_uncertainty": ("U (k = 2)", "U（k = 2）"),
    "asset_tolerance": ("max. error", "最大允许误差"),
    "asset_unstated": ("not stated", "未说明"),
    "asked_of_instruments": ("Asked of every instrument", "对仪器的要求"),
    "asked_ratio": ("Test uncertainty ratio, at least", "检定不确定度比，至少"),
    "asked_warn": ("Said to be due soon, days ahead", "提前提示到期（天）"),
    "asked_capability": ("Capability must be stated", "必须说明测量能力"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "calibrations": ("Calibrations", "校准记录"),
    "no_calibrations": ("None was entered here yet.", "此处尚未录入校准记录。"),
    "cal_performed": ("Performed on", "校准日期"),
    "cal_as_found": ("As found", "校准前"),
    "cal_as_left": ("As left", "校准后"),
    "cal_in-tolerance": ("in tolerance", "合格"),
    "cal_out-of-tolerance": ("OUT OF TOLERANCE", "超差"),
    "cal_not-taken": ("not looked at", "未测"),
    "cal_error": ("Largest error found", "最大误差"),
    "cal_entered": ("Entered by", "录入人"),
    "cal_points": ("Points", "校准点"),
    "cal_enter": ("Enter a calibration", "录入校准结果"),
    "cal_help": (
        (
            "As the certificate says. It is signed and never changed afterwards. Found out of "
            "tolerance, it opens a deviation with every reading since the last good calibration."
        ),
        "按证书录入并签名，之后不可更改。若校准前超差，将自动建立偏差，并列出自上次合格校准以来的全部读数。",
    ),
    "cal_unit": ("Unit", "单位"),
    "cal_points_help": (
        (
            "One a line, values with spaces between: nominal, as found, as left (or -), max. error;"
            " such as 50 50.003 - 0.010"
        ),
        "每行一个，四项以空格分隔：标称值 校准前 校准后（或 -）最大允许误差，如 50 50.003 - 0.010",
    ),
    "cal_sign": ("Sign: enter this calibration", "签署：录入该校准结果"),
    "look_back": ("Look-back", "回溯"),
    "look_back_lead": (
        "Every reading since the last good calibration, and the lots that rest on them.",
        "自上次合格校准以来的全部读数，以及以其为依据的批次。",
    ),
    "lb_window": ("Readings from, to", "读数起止"),
    "lb_beginning": ("the beginning", "最初"),
    "lb_now": ("now", "现在"),
    "lb_error": ("Error found", "发现的误差"),
    "lb_total": ("Readings", "读数"),
    "lb_within": ("Accepted, nearer to a limit than the error", "已接受且距限值小于误差"),
    "lb_not_judged": ("Accepted, error not comparable", "已接受但无法与误差比较"),
    "lb_lots": ("Lots touched", "涉及批次"),
    "lb_readings": ("Readings", "读数"),
    "lb_shown": (
        "The first {n} are shown; all are in the API.",
        "仅显示前 {n} 条；完整数据见 API。",
    ),
    "lb_margin": ("To the nearer limit", "距最近限值"),
    "lb_meaning": ("With the error found", "结合误差"),
    "lb_limits": ("Limits", "限值"),
    "lb_direct": ("measured", "直接测量"),
    "lb_through": ("a touched lot went into it", "由涉及批次制成"),
    "lb_shipped": ("Shipped", "发货"),
    "lb_shipped_unknown": ("not known here", "此处未知"),
    "lb_time": ("Date and time", "日期与时间"),
    "lb_step": ("Operation / step", "工序 / 工步"),
    "lb_value": ("Value", "数值"),
    "lb_clock": ("clock", "时钟"),
    "lb_clock_free": ("not compared lately", "近期未校对"),
    "lb_clock_unknown": ("not known", "未知"),
    "doubt_within-error": ("may be out", "可能超限"),
    "doubt_clear": ("clear", "无影响"),
    "doubt_not-known": ("not known", "未知"),
    "doubt_not-accepted": ("was refused", "当时已拒绝"),
    "deviation": ("Deviation", "偏差"),
    "deviations": ("Deviations", "偏差"),
    "dev_open": ("open: no touched lot can be released", "未关闭：涉及批次不可放行"),
    "dev_closed": ("closed", "已关闭"),
    "dev_opened": ("Opened", "建立"),
    "dev_evidence": ("Look-back as it was then (SHA-256)", "当时的回溯结果（SHA-256）"),
    "dev_conclusion": ("Conclusion", "结论"),
    "dev_hold": ("Hold the touched lots", "冻结涉及批次"),
    "dev_hold_help": (
        "Places a hold on every lot above that is not held yet.",
        "对上列尚未冻结的批次逐一冻结。",
    ),
    "dev_close": ("Close the deviation", "关闭偏差"),
    "dev_close_help": (
        "Quality's conclusion on every lot and reading listed; it is final.",
        "由质量人员对所列批次与读数作出结论；不可更改。",
    ),
}
