"""The table of rights in words: every action and every class, in both languages."""

from __future__ import annotations

from forms.terms import PersonnelClass
from forms.words import VALUES

ACTIONS: dict[str, tuple[str, str]] = {
    "account.own": ("own account: sign in and out, own secret", "本人账户：登录、退出、更改密码"),
    "work.list": ("see lots and job orders", "查看批次与工单列表"),
    "record.read": ("read records and trace lots", "查看记录、追溯批次"),
    "plant.read": ("see people, stations, alarms, holds", "查看人员、终端、报警、冻结"),
    "record.export": ("take documents and evidence out", "导出文件与证据"),
    "audit.read": ("read the audit trail", "查看审计追踪"),
    "work.record": ("do the work at a station", "在终端作业"),
    "record.review": ("review records", "审核记录"),
    "record.concede": ("accept a record that failed its check, as first", "让步接收记录（第一人）"),
    "record.concede-second": ("accept such a record, as second", "让步接收记录（第二人）"),
    "lot.release": ("release or reject a lot made here", "放行或拒收本厂批次"),
    "lot.receive": ("receive a lot", "批次收货"),
    "lot.status": ("release or reject a received lot", "放行或拒收来料批次"),
    "lot.decide": ("open the form that decides on a lot", "打开批次处理表单"),
    "lot.move": ("ship, take back, split, merge, rework", "发货、退货、拆分、合并、返工"),
    "lot.hold": ("put a lot on hold", "冻结批次"),
    "hold.lift": ("lift a hold", "解除冻结"),
    "order.dispatch": ("dispatch a job order", "下达工单"),
    "master.propose": ("propose a work master", "提交工艺规程"),
    "master.check": ("check a work master", "复核工艺规程"),
    "master.approve": ("approve a work master", "批准工艺规程"),
    "material.define": ("define a material", "定义物料"),
    "supplier.define": ("define a supplier", "定义供应商"),
    "asset.define": ("define an instrument", "定义仪器"),
    "asset.free": ("put an instrument back to use", "恢复仪器使用"),
    "asset.calibrate": ("enter a calibration", "录入校准"),
    "metrology.ask": ("set what is asked of instruments", "设定对仪器的要求"),
    "site.parameters": ("set the site's parameters", "设定工厂参数"),
    "audit.review": ("sign a review of the audit trail", "签署审计追踪审核"),
    "deviation.hold": ("hold the lots of a deviation", "冻结偏差所涉批次"),
    "deviation.close": ("close a deviation", "关闭偏差"),
    "hold.rules": ("set the rules about holds", "设定冻结规则"),
    "recall.run": ("run a recall or a drill", "执行召回或模拟召回"),
    "evidence.freeze": ("freeze evidence", "冻结证据"),
    "history.import": ("import history", "导入历史数据"),
    "person.enrol": ("enrol a person", "注册人员"),
    "person.rekey": ("give a person a new key", "签发新密钥"),
    "person.deactivate": ("end a person's right to act", "停用人员"),
    "person.unlock": ("unlock another person's badge", "为他人解锁工牌"),
    "person.link": ("bind a plant account to a person", "为人员绑定工厂账户"),
    "person.grant": ("give or withdraw a class", "授予或撤销职责"),
    "person.reset-factor": ("reset another's lost second factor", "重置他人丢失的第二因素"),
    "person.end-sessions": ("end a person's sessions", "结束人员会话"),
    "station.approve": ("approve a station", "批准终端"),
    "station.revoke": ("revoke a station", "吊销终端"),
    "station.mark": ("report a label's log mark", "上报标签日志标记"),
    "station.decide-branch": ("decide which history is true", "裁定以哪份历史为准"),
    "place.define": ("say which work units a work center has", "设定工作中心的工位"),
    "log.go-on": ("go on after a loss", "丢失后继续日志"),
    "alarm.close": ("close an alarm", "关闭报警"),
    "alarm.close-by-quality": ("close an alarm that is quality's", "关闭须由质量处理的报警"),
}
"""By the name of the action in ``forms.rights``; one that is missing fails a test."""

TEXTS: dict[str, tuple[str, str]] = {
    **{f"cl_{one}": (VALUES[one].en, VALUES[one].zh_CN) for one in PersonnelClass},
    **{f"do_{name}": pair for name, pair in ACTIONS.items()},
    "ri_lead": (
        (
            "The one table the server and every station ask. A class is held at the whole site or "
            "at a part of it, and reaches what is there. What no row allows is refused."
        ),
        "服务器与各终端共用的唯一权限表。职责在整个工厂或其一部分持有，仅及于该处。表中未允许的一律拒绝。",
    ),
    "ri_action": ("Action", "操作"),
    "ri_two": ("Two persons", "须两人"),
    "ri_two_help": (
        "one administrator and one of quality, both sign",
        "一名管理员与一名质量人员，两人签名",
    ),
    "ri_yours": ("Your classes are marked.", "您的职责已标出。"),
    "ri_yes": ("yes", "可"),
}
