"""The README of every exported journal: what it is, and how it is verified."""

from __future__ import annotations

JOURNAL_README = """\
LOTBOOK STATION JOURNAL / LOTBOOK 工位日志                        format lotbook-journal/1
==========================================================================================

WHAT THIS IS
  Every record of one station's log, exactly as the station stored and signed it.
  entries.jsonl     line n is record n-1 (they are counted from 0), byte for byte; a line that
                    begins with = is base64
  hashes.txt        the leaf hash of each record: SHA-256 of one zero byte and the record's bytes
  head.note         the station's signature over the whole log (C2SP signed note)
  receipts.jsonl    the server's signed receipts
  witnessed.note    the newest state of the server's log that this station saw
  attachments/      photos and files, under their SHA-256
  manifest.json     every file with its SHA-256 and size

HOW TO VERIFY
  1. Get the public keys by another way than this folder (`lotbook-server keys` prints them).
  2. Run, on any machine, with no network:   lotbook-verify FOLDER --keys keys.txt
  Exit code 0: sound. 1: something is wrong, and with which record. 2: input cannot be used.

------------------------------------------------------------------------------------------

内容
  一个工位日志的全部记录，均为工位保存并签名的原始字节。entries.jsonl 第 n 行为第 n-1 号记录
  （从 0 起计）；以 = 开头的行为 base64。hashes.txt 为各记录的叶哈希；head.note 为工位对整个日志的
  签名；receipts.jsonl 为服务器签名的回执；witnessed.note 为本工位所见的服务器日志最新状态；
  attachments/ 为照片与文件；manifest.json 列出每个文件的 SHA-256 摘要与大小。

如何验证
  1. 通过本文件夹以外的途径取得公钥（由 `lotbook-server keys` 输出）。
  2. 在任意离线计算机上运行：  lotbook-verify 文件夹 --keys keys.txt --language zh_CN
  退出码 0：完好；1：有问题，并指明是哪条记录；2：输入无法使用。
"""
