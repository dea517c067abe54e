"""The README of the evidence pack of a frozen set."""

from __future__ import annotations

FREEZE_README = """\
LOTBOOK FROZEN EVIDENCE SET / LOTBOOK 冻结证据集                   format lotbook-evidence/1
==========================================================================================

WHAT THIS IS
  What was known when a deviation, a recall or a change froze it. freeze.json says what belongs to
  the set: lots, job orders, the places of their records in every station's log with the root over
  them, the heads and the checkpoint they lay under, masters, packs, leaves of the server's log,
  and what was not known yet. A person signed the digest of that file; the leaf is in log/leaves/.
  What was recorded later is not in it; a newer set is a new revision that names this one.
  records/ holds the stations' entries from the first to the last record of the set, without a
  gap: entries of other work lie between them.

HOW TO VERIFY
  1. Get the public keys by another way than this pack (`lotbook-server keys` prints them).
  2. Run, on any machine, with no network:   lotbook-verify PACK.zip --keys keys.txt
  Exit code 0: sound. 1: something is wrong, and with which record. 2: input cannot be used.

WHAT IS PROVED
  That this is the set that was signed, that no record of it was changed, removed, added or moved,
  and that every electronic signature belongs to what it names.
WHAT IS NOT PROVED
  That people and instruments told the truth; that the keys you hold are the right ones; that the
  set was complete: freeze.json says itself what was not known.

------------------------------------------------------------------------------------------

内容
  某偏差、召回或变更冻结时所知的全部内容。freeze.json 列明证据集的组成：批次、工单、其记录在各工位
  日志中的位置及其根、当时的日志头与检查点、工艺规程、工作包、服务器日志的叶节点，以及当时尚不知晓的
  内容。该文件的摘要由人员签名，叶节点位于 log/leaves/。此后的记录不在其中；更新的证据集是新的版次，
  并指明本版次。records/ 为各工位日志中自首条至末条的全部记录，其间含其他作业的记录。

如何验证
  1. 通过本证据包以外的途径取得公钥（由 `lotbook-server keys` 输出）。
  2. 在任意离线计算机上运行：  lotbook-verify PACK.zip --keys keys.txt --language zh_CN
  退出码 0：完好；1：有问题，并指明是哪条记录；2：输入无法使用。

所证明的
  这正是当时所签署的证据集；其中没有任何记录被改动、删除、增添或移动；每个电子签名与其所列内容对应。
不能证明的
  人员与仪器所记是否属实；您所持公钥是否正确；证据集是否完整：freeze.json 自述当时未知的内容。
"""
