"""What a survey is refused for."""

from consortio_engine.errors import Faulty


class InvalidSurvey(Faulty):
    """Counts, people, plans or ballots that are refused whole; `where` holds the rows."""

    code = "survey"
