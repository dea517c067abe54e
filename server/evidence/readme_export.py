"""The README of every server export: what it is, and how it is verified."""

from __future__ import annotations

EXPORT_README = """\
LOTBOOK SERVER EXPORT / LOTBOOK 服务器导出                         format lotbook-export/1
==========================================================================================

WHAT THIS IS
  Everything a server holds: its log, every station's log, what was signed about them.
  log/                    the server's log: leaves.jsonl (line n is leaf n-1, byte for byte),
                          hashes.txt, checkpoints.jsonl, cosignatures.jsonl
  logs/STATION/           a station's log: entries.jsonl (line n is record n-1, byte for byte),
                          hashes.txt, heads.jsonl, receipts.jsonl
  branches/STATION~N/     second histories, kept as evidence
  keys.jsonl              whose keys counted, from which leaf on
  quarantine.jsonl        records the server could not read; their bytes stand in their log
  attachments.jsonl       photos and files by SHA-256; the files themselves if they came along
  documents.jsonl         work masters and work packs by SHA-256; masters/ holds the masters
  manifest.json           every file with its SHA-256 and size; manifest.sig: the server's signature
  A line that begins with = is base64. STATION is the log's origin with ~ for /.

HOW TO VERIFY
  1. Get the public keys by another way than this folder (`lotbook-server keys` prints them).
  2. Run, on any machine, with no network:   lotbook-verify FOLDER --keys keys.txt
  Exit code 0: sound. 1: something is wrong, and where. 2: input cannot be used.
  Add --seen FILE with a checkpoint that a station or a witness kept: only a memory from outside
  shows that the newest part was withheld.

------------------------------------------------------------------------------------------

内容
  服务器所持有的全部内容：服务器日志（log/）、各工位日志（logs/）、第二历史（branches/）、密钥沿革
  （keys.jsonl）、无法读取的记录（quarantine.jsonl）、照片与文件（attachments）、工艺规程（masters/）。
  每行一条，均为原始字节；以 = 开头的行为 base64。manifest.json 列出每个文件的摘要与大小，
  manifest.sig 为服务器对其的签名。

如何验证
  1. 通过本文件夹以外的途径取得公钥（由 `lotbook-server keys` 输出）。
  2. 在任意离线计算机上运行：  lotbook-verify 文件夹 --keys keys.txt --language zh_CN
  退出码 0：完好；1：有问题，并指明位置；2：输入无法使用。
  用 --seen 给出工位或见证方所存的检查点：只有外部记忆才能揭示最新部分被扣留。
"""
