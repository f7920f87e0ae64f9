"""Who plays in the demo world. All of it is invented; the addresses lie where no mail can ever go (RFC 2606)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Company:
    name: str
    letters: str
    part: str  # in the partnership, in its own words
    domain: str


@dataclass(frozen=True, slots=True)
class Character:
    """`company` is a key of COMPANIES; `second` one for which this person acts as well."""

    name: str
    company: str
    role: str
    does: str
    second: str = ""

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@{COMPANIES[self.company].domain}"

    @property
    def words(self) -> str:
        beside = f", acts for {COMPANIES[self.second].name} too" if self.second else ""
        return f"{self.name}, {self.does} ({self.role} of {COMPANIES[self.company].name}{beside})"


COMPANIES: Mapping[str, Company] = {
    "ferries": Company("Halvorsund Ferries", "HAL", "client and operator", "halvorsund.example"),
    "voltmere": Company("Voltmere Systems", "VOL", "technology partner", "voltmere.example"),
    "brightkeel": Company("Brightkeel Delivery", "BRI", "delivery provider", "brightkeel.example"),
}
CAST: Mapping[str, Character] = {
    "ingrid": Character("Ingrid Solheim", "ferries", "lead", "directs the ferry renewal"),
    "per": Character("Per Aune", "ferries", "sponsor", "answers for the money"),
    "mette": Character("Mette Ravn", "ferries", "contributor", "prepares crews and timetable"),
    "jonas": Character("Jonas Lie", "ferries", "observer", "audits for the county"),
    "felix": Character("Felix Adeyemi", "voltmere", "lead", "answers for batteries and towers"),
    "yuna": Character("Yuna Castell", "voltmere", "project manager", "plans Voltmere's work"),
    "henrik": Character("Henrik Dahl", "voltmere", "contributor", "engineers the charging towers"),
    "tomas": Character("Tomas Okafor", "brightkeel", "lead", "builds quays and vessels"),
    "priya": Character("Priya Raman", "brightkeel", "project manager", "keeps the joint plan", "ferries"),
}
PEOPLE = tuple(CAST.values())
PARTNERSHIP = "Quiet Crossing"
