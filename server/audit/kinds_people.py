"""The inventory's kinds about people: who is enrolled, with what, and what opens the door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.audit.kind import kind

if TYPE_CHECKING:
    from server.audit.kind import Kind

_P = "server.people."
PEOPLE_KINDS: dict[str, Kind] = {
    "person.enrolled": kind(
        "person enrolled", "人员注册", "create", _P + "enrolment", "person:{id}"),
    "person.changed": kind(
        "person changed", "人员变更", "modify", _P + "enrolment", "person:{id}"),
    "person.rekeyed": kind(
        "new key for a person", "人员新密钥", "modify", _P + "enrolment", "person:{id}"),
    "person.granted": kind(
        "classes granted at a place", "授予场所职责", "modify", _P + "grants", "person:{id}"),
    "person.unlocked": kind("badge unlocked", "工牌解锁", "modify", _P + "lockout"),
    "sessions.ended": kind(
        "sessions of a person ended", "结束人员会话", "session", _P + "ending", "person:{id}"),
    "identity.linked": kind(
        "plant account bound", "绑定工厂账户", "modify", _P + "identity_links", "identity:{id}"),
    "identity.unlinked": kind(
        "plant account's binding ended", "解除绑定工厂账户", "modify", _P + "identity_links",
        "identity:{id}"),
    "factor.enrolled": kind(
        "second factor set up", "设置第二因素", "modify", _P + "factor_changes", "factor:{id}"),
    "factor.codes": kind(
        "new recovery codes", "新的恢复码", "modify", _P + "factor_changes", "factor:{id}"),
    "factor.code-used": kind(
        "recovery code used", "使用恢复码", "session", _P + "factors", "factor:{id}"),
    "factor.removed": kind(
        "second factor switched off", "关闭第二因素", "modify", _P + "factor_changes",
        "factor:{id}"),
    "factor.reset": kind(
        "second factor reset by two", "两人重置第二因素", "sign", _P + "factor_changes",
        "factor:{id}"),
}  # fmt: skip
