"""What the cells of an XLSX workbook mean: shared texts, number formats, and numbers that are dates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal, TypeAlias

from consortio.interchange.plan import TEXT_MAX, Refused
from consortio.interchange.sheet import Value
from consortio.interchange.wording import Wording

CellKind: TypeAlias = Literal["number", "date", "datetime", "time", "duration", "percent"]
Attributes: TypeAlias = Mapping[str, str]

DATE_FORMATS: Mapping[int, CellKind] = {
    9: "percent",
    10: "percent",
    **dict.fromkeys(range(14, 18), "date"),
    **dict.fromkeys(range(18, 22), "time"),
    22: "datetime",
    **dict.fromkeys((*range(27, 32), 36, *range(50, 59)), "date"),
    **dict.fromkeys(range(32, 36), "time"),
    **dict.fromkeys(range(45, 48), "duration"),
}


@dataclass(frozen=True, slots=True)
class Style:
    kind: CellKind = "number"
    indent: int = 0


class Strings:
    """The shared strings; what is only a reading aid (phonetic runs) is left out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._length = 0
        self._in_text = False
        self._in_phonetic = False

    def start(self, element: str, _: Attributes) -> None:
        if element == "si":
            self._pieces, self._length = [], 0
        elif element == "rPh":
            self._in_phonetic = True
        elif element == "t":
            self._in_text = not self._in_phonetic

    def text(self, piece: str) -> None:
        if self._in_text:
            self._pieces.append(piece)
            self._length += len(piece)
            if self._length > TEXT_MAX:
                place = Wording("shared text {count}", count=len(self.found) + 1)
                message = Wording(
                    "A cell holds more than {text_max:,} characters ({place}); that many are read.",
                    text_max=TEXT_MAX,
                    place=place,
                )
                raise Refused(message, code="cell", where={"member": "sharedStrings"})

    def end(self, element: str) -> None:
        if element == "t":
            self._in_text = False
        elif element == "rPh":
            self._in_phonetic = False
        elif element == "si":
            self.found.append(unescape("".join(self._pieces)))


class Styles:
    """What of the cells' styles changes their meaning: date and percent formats, and the indentation."""

    def __init__(self) -> None:
        self.found: list[Style] = []
        self._formats: dict[int, CellKind] = {}
        self._in_cells = False

    def start(self, element: str, given: Attributes) -> None:
        if element == "numFmt":
            self._formats[whole(given.get("numFmtId"))] = format_kind(given.get("formatCode", ""))
        elif element == "cellXfs":
            self._in_cells = True
        elif element == "xf" and self._in_cells:
            number = whole(given.get("numFmtId"))
            self.found.append(Style(self._formats.get(number) or DATE_FORMATS.get(number, "number")))
        elif element == "alignment" and self._in_cells and self.found:
            self.found[-1] = Style(self.found[-1].kind, min(whole(given.get("indent")), 250))

    def end(self, element: str) -> None:
        if element == "cellXfs":
            self._in_cells = False


def format_kind(code: str) -> CellKind:
    first = re.sub(r'"[^"]*"|\\.|_.|\*.', "", code).split(";")[0].lower()
    if re.search(r"\[(h+|m+|s+)\]", first):
        return "duration"
    letters = re.sub(r"\[[^\]]*\]", "", first).replace("general", "").replace("am/pm", "h")
    has_date, has_time = bool(re.search("[yd]", letters)), bool(re.search("[hs]", letters))
    if has_date or "m" in letters:
        return ("datetime" if has_date else "time") if has_time else "date"
    if has_time:
        return "time"
    return "percent" if "%" in letters else "number"


def unescape(text: str) -> str:
    """Resolve the format's own escape of control characters, `_x000D_`."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def iso_moment(raw: str) -> Value:
    try:
        return datetime.fromisoformat(raw.strip()).replace(tzinfo=None)
    except ValueError:
        return raw


def number_of(raw: str, kind: CellKind, *, epoch_1904: bool) -> Value:
    try:
        number = float(raw)
    except ValueError:
        return raw
    if not abs(number) < 1e15:  # also NaN: no figure of a plan is that large
        return raw.strip()[:40]
    if kind == "percent":
        return f"{number * 100:.10g}%"
    moment = None if kind == "number" else moment_of_serial(number, kind, epoch_1904=epoch_1904)
    if moment is not None:
        return moment
    return int(number) if number.is_integer() else number


def moment_of_serial(number: float, kind: CellKind = "datetime", *, epoch_1904: bool = False) -> Value:
    """Return the date, time or duration that Excel shows for a number; None where it shows none."""
    if kind == "duration" or (kind == "time" and not 0 <= number < 1):
        return timedelta(seconds=round(number * 86_400)) if abs(number) < 3_000_000 else None
    if not 0 <= number < 2_958_466:
        return None
    if kind == "time":
        seconds = min(round(number * 86_400), 86_399)
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    # Excel counts a 29 February 1900 that never was; the days before it are one further on.
    epoch = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 31 if number < 60 else 30)
    moment = epoch + timedelta(seconds=round(number * 86_400))
    return moment.date() if kind == "date" and moment.time() == time() else moment


def whole(given: str | None) -> int:
    return int(given) if given and re.fullmatch(r"\d{1,9}", given) else 0
