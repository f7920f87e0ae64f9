"""The ways into the demo world: one link for each of its people."""

from datetime import UTC, datetime

from django.db.utils import OperationalError, ProgrammingError

from consortio.accounts.links import sign_in_links as links

from .cast import PEOPLE


def sign_in_links() -> list[tuple[str, str]]:
    """Return who somebody is and the address that signs in as them, for the people of the demo world that is loaded."""
    try:
        made = links([person.email for person in PEOPLE], datetime.now(UTC))
    except (OperationalError, ProgrammingError):  # a database without tables: nobody is there yet
        return []
    return [(person.words, made[person.email]) for person in PEOPLE if person.email in made]
