"""Chooses the reader for a file of partners: YAML by its name, everything else is a list."""

from pathlib import PurePath

from consortio.interchange.cordis import read_cordis
from consortio.interchange.partners import Partners
from consortio.interchange.proposal import read_proposal


def read_partners(data: bytes, file: str) -> Partners:
    """
    Return the partners in the bytes of a file with this name.

    Raises:
        Refused: no format that we read, or broken.
    """
    named = PurePath(file).suffix.lower() in (".yml", ".yaml")
    return read_proposal(data, file) if named else read_cordis(data, file)
