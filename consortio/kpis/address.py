"""How the dictionary is looked at, all of it in the address. What nobody could have chosen looks as if it said nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from .reads import KpiRow

TEXT_MAX = 100


@dataclass(frozen=True, slots=True)
class Address:
    owner: UUID | None = None
    due: bool = False
    contested: bool = False
    retired: bool = False
    text: str = ""

    @property
    def is_filtered(self) -> bool:
        return self != Address()

    def shows(self, row: KpiRow) -> bool:
        """Tell whether a KPI is among what is asked for; retired ones only where they are."""
        if self.retired != (row.retired_at is not None):
            return False
        if self.owner and (row.owner is None or row.owner.organisation_id != self.owner):
            return False
        if (self.due and row.due_start is None) or (self.contested and not row.contested):
            return False
        return self.text.casefold() in f"{row.number} {row.name} {row.definition}".casefold()


def address_of(sent: Mapping[str, str]) -> Address:
    return Address(
        owner=_id(sent.get("owner", "")),
        due=sent.get("due") == "1",
        contested=sent.get("contested") == "1",
        retired=sent.get("retired") == "1",
        text=sent.get("text", "")[:TEXT_MAX].replace("\x00", "").strip(),
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
