"""
Which encoding an XML file says it is in, and its text from there.

Expat knows a few encodings and asks Python for every other one by the name in the file: that would load whatever codec
the file names, `hex` and `idna` among them, and cannot give a language whose letters take two bytes. So it is never let
ask. A file in one of CODECS is decoded here and comes to expat as UTF-8; any other name is refused.
"""

import codecs
from collections.abc import Iterator
from encodings import normalize_encoding
from encodings.aliases import aliases
from typing import Any
from xml.parsers import expat

from consortio.interchange.plan import Refused
from consortio.interchange.wording import Wording

KNOWN_TO_EXPAT = frozenset("UTF-8 UTF-16 UTF-16BE UTF-16LE ISO-8859-1 US-ASCII".split())
CODECS = frozenset(
    "utf_8 ascii latin_1 iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_9 iso8859_10"
    " iso8859_11 iso8859_13 iso8859_14 iso8859_15 iso8859_16 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257"
    " cp1258 cp437 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865 cp866 cp869 cp874"
    " tis_620 koi8_r koi8_u koi8_t kz1048 mac_roman mac_latin2 mac_cyrillic mac_greek mac_turkish mac_iceland"
    " gb18030 big5hkscs cp950 cp932 shift_jis_2004 shift_jisx0213 euc_jp euc_jis_2004 iso2022_jp cp949".split()
)
# Programs write more characters under these names than the standards have, all of them those of Windows.
AS_WRITTEN = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "cp950",
    "shift_jis": "cp932",
    "windows_31j": "cp932",
    "euc_kr": "cp949",
    "windows_874": "cp874",
}
CHUNK = 256 * 1024
_NAME_LENGTH_MAX = 40
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\0", b"\0<")


def declared(data: bytes) -> str:
    """Return the encoding that the file's declaration names; nothing where it names none."""
    found: list[str] = []
    # An encoding given here holds, whatever the file names.
    parser = expat.ParserCreate("UTF-16" if data.startswith(_WIDE) else "ISO-8859-1")
    parser.XmlDeclHandler = lambda _version, encoding, _standalone: found.append(encoding or "")
    parser.DefaultHandler = lambda _rest: found.append("")  # the declaration comes first, or there is none
    view = memoryview(data)
    try:
        for start in range(0, len(data), CHUNK):
            parser.Parse(view[start : start + CHUNK], False)
            if found:
                return found[0]
    except expat.ExpatError:
        return found[0] if found else ""
    return ""


def load(data: bytes) -> None:
    """Load the codec that `pieces` will need, while modules can still be loaded."""
    name = declared(data)
    if not is_known_to_expat(name) and (codec := codec_of(name)):
        codecs.lookup(codec)


def is_known_to_expat(name: str) -> bool:
    return not name or name.upper() in KNOWN_TO_EXPAT


def codec_of(name: str) -> str:
    """Return the codec that reads files which name this encoding; nothing where none of ours does."""
    plain = normalize_encoding(name).lower()
    codec = aliases.get(plain) or aliases.get(plain.replace(".", "_")) or plain
    codec = AS_WRITTEN.get(codec, codec)
    return codec if codec in CODECS else ""


def new_parser(data: bytes) -> tuple[Any, Iterator[bytes | memoryview]]:
    """
    Return an expat parser for the file, and the pieces to feed it with.

    Raises:
        Refused: the file names an encoding that is none of ours. The pieces raise it where the text is not in it.
    """
    name = declared(data)
    view = memoryview(data)
    as_they_are = (view[start : start + CHUNK] for start in range(0, len(data), CHUNK))
    if is_known_to_expat(name):
        return expat.ParserCreate(namespace_separator=" "), as_they_are
    codec = codec_of(name)
    if not codec:
        raise _unknown(name)
    for mark, encoding in (
        (codecs.BOM_UTF8, "UTF-8"),
        (codecs.BOM_UTF16_LE, "UTF-16"),
        (codecs.BOM_UTF16_BE, "UTF-16"),
    ):
        if data.startswith(mark):  # which counts for more than a name
            return expat.ParserCreate(encoding, namespace_separator=" "), as_they_are
    return expat.ParserCreate("UTF-8", namespace_separator=" "), _as_utf_8(as_they_are, codec, name)


def shown_encoding(name: str) -> str:
    return name[:_NAME_LENGTH_MAX]


def _unknown(name: str) -> Refused:
    problem = Wording(
        "Line 1 says that the file is in {encoding}, which is not read here; expected UTF-8 or UTF-16.",
        encoding=shown_encoding(name),
    )
    return Refused(problem, code="xml", where={"line": 1})


def _as_utf_8(pieces: Iterator[memoryview], codec: str, name: str) -> Iterator[bytes]:
    decoder, line = codecs.getincrementaldecoder(codec)(), 1
    try:
        for piece in pieces:
            text = decoder.decode(piece)
            yield text.encode()
            line += text.count("\n")
        yield decoder.decode(b"", final=True).encode()
    except UnicodeDecodeError as error:
        line += error.object[: error.start].count(b"\n")
        problem = Wording(
            "Line {line} is not {encoding} text, which the file says it is.", line=line, encoding=shown_encoding(name)
        )
        raise Refused(problem, code="xml", where={"line": line}) from None
