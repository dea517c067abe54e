"""GS1 Digital Link URIs, uncompressed: ``https://id.example/01/…/10/…?17=…``.

Source: GS1 Digital Link Standard, URI Syntax. The address is never fetched. Compressed links and
words for AIs (``/gtin/``), which the standard has given up, are not read.
"""

from __future__ import annotations

import re
from dataclasses import replace

from forms.identifiers.ai_rules import NO_ATTRIBUTES, PRIMARY_KEYS
from forms.identifiers.ai_table import lint
from forms.identifiers.checks import digital
from forms.identifiers.element_string import told
from forms.identifiers.identified import Identified

_HOST = re.compile(r"(?:https?|HTTPS?)://[A-Za-z0-9.:-]+(?=[/?#]|$)")
_ALLOWED = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_GTIN_LENGTHS = (8, 12, 13, 14)
_AI_LENGTHS = (2, 3, 4)
Elements = list[tuple[str, str]]


def is_link(text: str) -> bool:
    """Whether it begins as a web address does."""
    return text[:8].lower().startswith(("http://", "https://"))


def read(text: str) -> Identified:
    """What the link says; ``unknown-format`` if it names no GS1 key in its path."""
    host = _HOST.match(text)
    if host is None or not _ALLOWED.fullmatch(text):
        return _refused("unknown-format" if host is None else "bad-character", text)
    address, _, query = text[host.end() :].partition("#")[0].partition("?")
    path = _path(address.split("/")[1:])
    if path is None:
        return _refused("unknown-format", text)
    elements, findings = path
    attributes, more = _attributes(query, elements[0][0])
    elements = [*elements, *attributes]
    findings += [*more, *(finding for ai, value in elements for finding in lint(ai, value))]
    return replace(told(elements, findings), form="digital-link", text=text)


def _refused(finding: str, text: str) -> Identified:
    return Identified(findings=(finding,), text=text, form="digital-link")


def _path(segments: list[str]) -> tuple[Elements, list[str]] | None:
    """Key and qualifiers from the end of the path, and what is wrong with them; None if no key."""
    for at in range(len(segments) - 2, -1, -2):
        if segments[at] not in PRIMARY_KEYS:
            continue
        key = segments[at]
        pairs = list(zip(segments[at::2], segments[at + 1 :: 2], strict=True))
        elements = [(ai, _decoded(value)) for ai, value in pairs]
        elements[0] = (key, _padded(key, elements[0][1]))
        qualifiers = [ai for ai, _ in elements[1:]]
        return elements, [] if _in_order(qualifiers, PRIMARY_KEYS[key]) else ["bad-value"]
    return None


def _in_order(qualifiers: list[str], sequences: tuple[str, ...]) -> bool:
    """Whether they are a part of one of the sequences, in its order."""
    return not qualifiers or any(
        [ai for ai in sequence.split() if ai in qualifiers] == qualifiers for sequence in sequences
    )


def _attributes(query: str, key: str) -> tuple[Elements, list[str]]:
    """The query's AIs; other words in it are the web's and are passed over."""
    elements: Elements = []
    findings: list[str] = []
    of_path = {key, *(ai for sequence in PRIMARY_KEYS[key] for ai in sequence.split())}
    for pair in re.split("[&;]", query):
        name, equals, value = pair.partition("=")
        if not digital(name):
            continue
        if not equals or len(name) not in _AI_LENGTHS or name in of_path | NO_ATTRIBUTES:
            findings.append("bad-value")
        elements.append((name, _decoded(value.replace("+", " "))))
    return elements, findings


def _padded(key: str, value: str) -> str:
    """A GTIN of 8, 12 or 13 digits, as older links write it, in the 14 of its element."""
    short = key == "01" and digital(value) and len(value) in _GTIN_LENGTHS
    return value.zfill(14) if short else value


def _decoded(text: str) -> str:
    """Escapes resolved; what is then outside GS1's characters is refused by the lint."""
    return _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text)
