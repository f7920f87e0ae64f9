"""The way to confirm or contest a reading that stands in a mail: good until anybody says anything to that reading."""

from uuid import UUID

from consortio.accounts.mail_ways import MailWay, Meant

from .one_reading import ReadingPage
from .waiting import Asking

STANCE = MailWay("stance_by_mail", "/readings/answers/")


def way_to_stance(user_id: UUID, organisation_id: UUID, asking: Asking) -> str:
    """Return the address for one who may say something to it, for the organisation that they were asked for."""
    return STANCE.to(user_id, organisation_id, asking.reading_id, str(asking.version))


def is_spent(meant: Meant, page: ReadingPage) -> bool:
    """Tell whether something was said to the reading meanwhile, or another one stands in its place."""
    return (meant.subject_id, meant.seen) != (page.row.id, str(page.row.version))
