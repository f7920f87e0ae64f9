"""Chooses the reader for a plan file by what is in it, and by its name only where that does not say."""

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path, PurePath
from typing import Any, TypeAlias

from consortio.interchange.plan import BYTES_MAX, Format, Plan, Refused
from consortio.interchange.plan_json import decode
from consortio.interchange.wording import Wording

READABLE = Wording("MS Project XML, Primavera XER, CSV or XLSX")
SAVE_AS_XML = Wording("In MS Project: File › Save as › XML")
BY_NAME: dict[str, Format] = {".xml": "mspdi", ".xer": "xer", ".csv": "csv", ".tsv": "csv", ".txt": "csv"}

Reader: TypeAlias = Callable[[bytes, str], Plan]
# What a person says about a table's columns: the fields of `mapping.Wishes`, as JSON.
Options: TypeAlias = Mapping[str, Any]

_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read_file(path: Path | str, *, options: Options | None = None) -> Plan:
    """
    Return the plan in the file. Reads in this process: for files of strangers there is `child.read_apart`.

    Raises:
        Refused: the file cannot be opened or read.
    """
    return read_bytes(bytes_of(Path(path)), shown_name(path), options=options)


def read_bytes(data: bytes, file: str, *, options: Options | None = None) -> Plan:
    """
    Return the plan in the bytes of a file with this name.

    Raises:
        Refused: no format that we read, or broken.
    """
    return reader_for(format_of(data, file), options)(data, file)


def bytes_of(path: Path) -> bytes:
    """
    Raises:
        Refused: there is no such file, it cannot be opened, or it is too large.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > BYTES_MAX:
                raise too_large(size)
            return file.read(BYTES_MAX + 1)
    except OSError as error:
        raise unopened(path, error) from None


def no_file(path: Path) -> Refused:
    return Refused(Wording("{file} is a device or a pipe; expected a file.", file=shown_name(path)), code="unopened")


def unopened(path: Path, error: OSError) -> Refused:
    reason = error.strerror or Wording("the system does not say why")
    return Refused(
        Wording("The file {file} cannot be opened: {reason}.", file=shown_name(path), reason=reason), code="unopened"
    )


def too_large(size: int) -> Refused:
    return Refused(
        Wording("The file has {size:,} bytes; expected at most {bytes_max:,}.", size=size, bytes_max=BYTES_MAX),
        code="too_large",
    )


def shown_name(path: Path | str) -> str:
    """Return the file's own name; bytes in it that are no UTF-8 become question marks."""
    return PurePath(path).name.encode("utf-8", "replace").decode()


def reader_for(format: Format, options: Options | None = None) -> Reader:
    """Return the reader, imported only now: one plan needs one of them."""
    if format == "mspdi":
        from consortio.interchange.mspdi import read_mspdi

        return read_mspdi
    if format == "xer":
        from consortio.interchange.xer import read_xer

        return read_xer
    from consortio.interchange.mapping import Wishes
    from consortio.interchange.tabular import read_tabular

    return partial(read_tabular, format=format, wishes=decode(Wishes, options or {}))


def format_of(data: bytes, file: str) -> Format:
    """
    Raises:
        Refused: no format that we read; the sentence says what to do instead where we know.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise Refused(Wording("The file is empty; expected {readable}.", readable=READABLE), code="empty")
    if data.startswith(_COMPOUND_FILE):
        raise _refused_compound(data)
    if data.startswith(_ZIP):
        return _format_of_archive(data)
    start = _narrow(data[:4096])
    if start.startswith(b"ERMHDR"):
        return "xer"
    if start.startswith(b"<"):
        return "mspdi"
    if start.startswith(b"MPX"):
        raise Refused(
            Wording(
                "This is an MPX file of an old MS Project; expected {readable}. {save_as_xml}.",
                readable=READABLE,
                save_as_xml=SAVE_AS_XML,
            ),
            code="format",
        )
    return _format_by_name(start, file)


def _narrow(start: bytes) -> bytes:
    """Return the beginning without a byte order mark, without UTF-16's zero bytes and without space before it."""
    for mark in _MARKS:
        start = start.removeprefix(mark)
    if start[:64].count(0) >= len(start[:64]) // 3:
        start = start.replace(b"\0", b"")
    return start.lstrip()


def _format_by_name(start: bytes, file: str) -> Format:
    named = BY_NAME.get(PurePath(file).suffix.lower())
    if named is not None:
        return named
    looks_like_rows = b"\n" in start and any(mark in start for mark in (b";", b",", b"\t"))
    if b"\0" in start or not looks_like_rows:
        raise Refused(
            Wording("This is no plan file that can be read here; expected {readable}.", readable=READABLE),
            code="format",
        )
    return "csv"


def _refused_compound(data: bytes) -> Refused:
    if "Workbook".encode("utf-16-le") in data:
        return Refused(
            Wording("This is an old Excel file (.xls); expected XLSX. In Excel: File › Save as › .xlsx."), code="xls"
        )
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Refused(
            Wording("The workbook has a password; expected one without. Save it again without it."), code="password"
        )
    return Refused(SAVE_AS_XML, code="mpp")


def _format_of_archive(data: bytes) -> Format:
    if b"xl/" in data:
        return "xlsx"
    raise Refused(
        Wording("This is an archive without a workbook; expected {readable}.", readable=READABLE), code="format"
    )
