"""
Which encoding a Primavera XER file has; the file itself does not say.

P6 writes in the code page of the computer it ran on. UTF-8 and UTF-16 prove themselves. Between code pages the
readable text wins: in Cyrillic words nearly every letter is a high byte and a few letters are most of the text, in
Chinese high bytes come in pairs of common characters, and Western accents stand alone among plain letters.
"""

import codecs
import re
from collections import Counter

_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_CYRILLIC_COMMON = frozenset("оеаинтсрвлОЕАИНТСРВЛіІ")
_CURRENCY_ROWS = re.compile(rb"%T\s+CURRTYPE.*?(?=%T|\Z)", re.DOTALL)
SAMPLE_BYTES = 4 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024
COMMON_SHARE, CYRILLIC_SHARE = 0.40, 0.6


def encoding_of(data: bytes) -> tuple[str, str]:
    """Return the encoding to decode with, and the one to speak of."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", "utf-8"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", "utf-16"
    wide = _utf_16_without_mark(data[:4096])
    if wide:
        return wide, wide
    if _is_utf_8(data):
        return "utf-8", "utf-8"
    # Every file lists the signs of some currencies, which say nothing about its language.
    code_page = _code_page(_CURRENCY_ROWS.sub(b"", data[:SAMPLE_BYTES], count=1))
    return code_page, code_page


def _utf_16_without_mark(start: bytes) -> str:
    if start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    return "utf-16-be" if start[0::2].count(0) > len(start) // 4 else ""


def _is_utf_8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        for start in range(0, len(data), CHUNK_BYTES):
            decoder.decode(data[start : start + CHUNK_BYTES])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _code_page(sample: bytes) -> str:
    if _looks_cyrillic(sample):
        return "cp1251"
    return "gb18030" if _looks_chinese(sample) else "cp1252"


def _looks_cyrillic(sample: bytes) -> bool:
    words = [word for word in _WORD.findall(sample) if not word.isascii()]
    if not words:
        return False
    whole = [word for word in words if len(_HIGH_RUN.sub(b"", word)) * 4 <= len(word)]
    letters = Counter(letter for word in whole for letter in word.decode("cp1251", "replace") if letter.isalpha())
    common = sum(count for letter, count in letters.items() if letter in _CYRILLIC_COMMON)
    return len(whole) >= CYRILLIC_SHARE * len(words) and common >= COMMON_SHARE * max(letters.total(), 1)


def _looks_chinese(sample: bytes) -> bool:
    runs = _HIGH_RUN.findall(sample)
    paired = [run for run in runs if len(run) % 2 == 0]
    if not runs or len(paired) < 0.8 * len(runs):
        return False
    characters = "".join(run.decode("gb18030", "replace") for run in paired)
    return sum("\u3000" <= one <= "\u9fff" or one > "\uff00" for one in characters) >= 0.9 * len(characters)
