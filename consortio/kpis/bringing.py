"""A table of readings between two looks at it: its cells, sealed, travel with the form until somebody enters them."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing

from consortio.interchange.child import read_document_apart
from consortio.interchange.plan import Refused
from consortio.interchange.plan_json import decode, encode
from consortio.interchange.readings import ReadingsFile
from consortio.interchange.readings_columns import ReadingWishes
from consortio.interchange.readings_periods import Span, plain_period
from consortio.interchange.readings_table import read_readings
from consortio.interchange.tables import Tables
from consortio.interchange.wording import Wording

from .claims import Becoming
from .importing import TAKEN, Preview, Row
from .periods import PeriodRefused, parse

SALT = "consortio.kpis.table"
KEPT_MAX = 1_800_000  # signs: a form may send two million
SHOWN_MAX = 300  # rows with a tick of their own


class NotKept(ValueError):
    """What came back is not what was sent along."""


@dataclass(frozen=True, slots=True)
class Table:
    """Sheets of cells, with the name and the SHA-256 of what they were read from."""

    name: str
    file_hash: str
    tables: Tables
    kept: str

    @classmethod
    def of(cls, name: str, content: bytes) -> "Table":
        """Read a table in a process of its own. Raises: Refused."""
        tables = read_document_apart(content, Tables, name)
        file_hash = hashlib.sha256(content).hexdigest()
        kept = signing.dumps([name, file_hash, encode(tables)], salt=SALT, compress=True)
        if len(kept) > KEPT_MAX:
            message = Wording("The table is too large to be looked at here; bring it in two parts.")
            raise Refused(message, code="too_large")
        return cls(name, file_hash, tables, kept)

    @classmethod
    def kept_as(cls, kept: str) -> "Table":
        """Return a table that travelled with a form. Raises: NotKept."""
        try:
            name, file_hash, plain = signing.loads(kept, salt=SALT)
        except signing.BadSignature:
            raise NotKept from None
        return cls(name, file_hash, decode(Tables, plain), kept)

    def read(
        self, fiscal_starts: Collection[int], wishes: Mapping[str, Any]
    ) -> tuple[ReadingsFile | None, Refused | None]:
        """Return the readings, or why there are none."""

        def parse_period(text: str) -> Span | None:
            return plain_period(text) or _financial(text, fiscal_starts)

        try:
            return read_readings(self.tables, parse_period, ReadingWishes(**wishes)), None
        except Refused as refusal:
            return None, refusal

    def offered(self, refusal: Refused | None) -> Mapping[str, Any]:
        """Return the columns and sheets that can be named where nothing was understood."""
        where = refusal.where if refusal else {}
        return {"offered": where.get("columns", ()), "sheets": where.get("sheets", ())}


def _financial(text: str, fiscal_starts: Collection[int]) -> Span | None:
    for start in sorted(fiscal_starts):
        try:
            period = parse(text, start).period
        except PeriodRefused:
            continue
        return period.start, period.end - timedelta(days=1)
    return None


@dataclass(frozen=True, slots=True)
class Shown:
    """A preview as a page shows it: the first rows each with a tick, the rest by what they become."""

    preview: Preview

    @property
    def rows(self) -> Sequence[Row]:
        return [row for row in self.preview.rows if row.becomes != Becoming.SAME][:SHOWN_MAX]

    @property
    def rest(self) -> Mapping[str, list[str]]:
        """Return the keys of rows beyond those shown, by what they become."""
        left = [row for row in self.preview.rows if row.becomes != Becoming.SAME][SHOWN_MAX:]
        found = {str(kind): [row.key for row in left if row.becomes == kind] for kind in TAKEN}
        return {kind: keys for kind, keys in found.items() if keys}
