"""The README of a recall case's evidence pack: how to verify it, and what that proves."""

from __future__ import annotations

RECALL_README = """\
LOTBOOK EVIDENCE PACK: RECALL CASE / LOTBOOK 证据包：召回             format lotbook-evidence/1
==========================================================================================

WHAT THIS IS
  A recall case (or a drill): every step of it as the server's log holds it (log/leaves/), with
  the path of each to the server's signed and witnessed checkpoint (log/); every frozen scope and
  every notice (attachments/, under their digests, as the steps name them); how the people stood
  who signed; and the report for people (batch-record.pdf). manifest.json lists every file with its
  SHA-256 digest and size, and says how many steps the case had when the log had how many entries.

HOW TO VERIFY
  1. Get the public keys by another way than this pack (`lotbook-server keys` prints them).
  2. Run, on any machine, with no network:   lotbook-verify PACK.zip --keys keys.txt
  Exit code 0: sound. 1: something is wrong, and with which step. 2: input cannot be used.

WHAT IS PROVED
  No step was changed, added, moved or left out in between: each says which of the case it is, and
  its person signed that. The case had so many steps, and no more, by the server's own signed word,
  when its log had the size that the checkpoint names. Every scope and notice is the one signed.
WHAT IS NOT PROVED
  That nothing came later: compare the log's size with a newer pack's, or the server's export's.
  That the server's word on the number of steps is true: the export of the whole log proves it, and
  two packs that say different numbers for one size of the log prove a lie.

------------------------------------------------------------------------------------------

内容
  一个召回案（或模拟召回）：服务器日志中该案的每一步骤（log/leaves/）及其到服务器已签名并经见证的
  检查点的路径（log/）；每一份已冻结的范围和每一份通知（attachments/，以步骤所列摘要命名）；签名人
  当时的授权情况；供阅读的报告（batch-record.pdf）。manifest.json 列出每个文件的 SHA-256 摘要与
  大小，并写明日志达到多少条时该案共有多少步骤。

如何验证
  1. 通过本证据包以外的途径取得公钥（由 `lotbook-server keys` 输出）。
  2. 在任意离线计算机上运行：  lotbook-verify PACK.zip --keys keys.txt --language zh_CN
  退出码 0：完好；1：有问题，并指明是哪一步骤；2：输入无法使用。

所证明的
  没有任何步骤被改动、增添、移动或从中间抽去：每一步骤都写明是该案的第几步，并由其人员签名。按服务器
  已签名的说明，日志达到检查点所列条数时，该案正好有这些步骤。每份范围和通知都是所签署的那一份。
不能证明的
  此后没有新的步骤：请与更新的证据包或服务器导出的日志条数比较。
  服务器所说的步骤数是否属实：整个日志的导出可以证明；对同一日志条数给出不同步骤数的两个证据包即为
  作假的证明。
"""
