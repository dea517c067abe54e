"""The README of every evidence pack: how to verify it, and what that proves."""

from __future__ import annotations

README = """\
LOTBOOK EVIDENCE PACK / LOTBOOK 证据包                            format lotbook-evidence/1
==========================================================================================

WHAT THIS IS
  The complete record of one job order: every entry exactly as the station stored and signed it
  (records/), the stations' signed heads and the path of every entry to them (heads/), the
  server's signed and witnessed checkpoint with the path of every entry to it (log/), the work
  master worked by (masters/), photos (attachments/), and the batch record for people
  (batch-record.pdf). manifest.json lists every file with its SHA-256 digest and size.

HOW TO VERIFY
  1. Get the public keys by another way than this pack (`lotbook-server keys` prints them).
  2. Run, on any machine, with no network:   lotbook-verify PACK.zip --keys keys.txt
  Exit code 0: sound. 1: something is wrong, and with which record. 2: input cannot be used.
  Without the program: an entry's leaf hash is SHA-256 of one zero byte and the file's bytes; the
  paths lead from it to the root in the head (RFC 9162, 2.1.3.2); heads are C2SP signed notes.

WHAT IS PROVED
  No entry was changed, removed, added or moved since its station signed it; the range of every
  station's log is without a hole; every electronic signature belongs to exactly the entries,
  person, meaning, time and words it names; the release was given for exactly these entries.
WHAT IS NOT PROVED
  That people and instruments told the truth; the exact hour (the order is proved); that the keys
  you hold are the right ones; that no station kept back entries outside the ranges.

------------------------------------------------------------------------------------------

内容
  一个生产工单的完整记录：每条记录均为工位保存并签名的原始字节（records/）、工位已签名的日志头
  及各记录到日志头的路径（heads/）、服务器已签名并经见证的检查点及路径（log/）、所依据的工艺规程
  （masters/）、照片（attachments/）以及供阅读的批生产记录（batch-record.pdf）。
  manifest.json 列出每个文件的 SHA-256 摘要与大小。

如何验证
  1. 通过本证据包以外的途径取得公钥（由 `lotbook-server keys` 输出）。
  2. 在任意离线计算机上运行：  lotbook-verify PACK.zip --keys keys.txt --language zh_CN
  退出码 0：完好；1：有问题，并指明是哪条记录；2：输入无法使用。

所证明的
  自工位签名以来，没有任何记录被改动、删除、增添或移动；各工位日志范围没有缺口；每个电子签名都与其
  所列的记录、人员、含义、时间和文本一一对应；放行决定正是针对这些记录作出的。
不能证明的
  人员与仪器所记是否属实；准确钟点（可证明先后次序）；您所持公钥是否正确；范围之外是否有被扣留的记录。
"""
