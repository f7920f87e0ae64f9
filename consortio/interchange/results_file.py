"""Chooses the reader for a file of results: our own JSON begins with a brace, everything else is IATI."""

from consortio.interchange.iati import read_iati
from consortio.interchange.results import Results
from consortio.interchange.results_json import read_results_json


def read_results(data: bytes, file: str) -> Results:
    """
    Return the results in the bytes of an IATI activity file, or of the JSON that `Results.to_json` makes.

    Raises:
        Refused: no format that we read, or broken.
    """
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    return read_results_json(data) if start.startswith(b"{") else read_iati(data, file)
