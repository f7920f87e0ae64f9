"""Real IATI files, where they are at hand: every figure that is known about them."""

from pathlib import Path
from typing import Any

import pytest

from consortio.interchange.iati import read_iati
from consortio.interchange.plan import Refused
from consortio.interchange.results_summary import summary
from consortio.interchange.tests.shared import files

BROKEN = {
    "iati-dup-activity-ids.xml": {"duplicate_identifier"},
    "iati-multi-act-atLeastOne-error.xml": {"no_start"},
    "iati-multi-act-dateOrder-error.xml": {"dates_out_of_order", "after_the_file"},
    "iati-multi-act-strictSum-error.xml": {"percentages"},
}


@pytest.mark.parametrize(("path", "truth"), files("activities", "invalid", data="iati"))
def test_every_figure_is_the_one_that_another_parser_read(path: Path, truth: dict[str, Any]) -> None:
    figures = summary(read_iati(path.read_bytes(), path.name))

    known = {name: value for name, value in truth.items() if not name.startswith("xsd_")}
    assert figures == known


@pytest.mark.parametrize(("path", "truth"), files("invalid", data="iati"))
def test_what_is_wrong_with_a_file_is_found(path: Path, truth: dict[str, Any]) -> None:
    read = read_iati(path.read_bytes(), path.name)

    assert len(read.activities) == truth["activities"]
    assert {one.code for one in read.findings} == BROKEN.get(path.name, set())


@pytest.mark.parametrize(("path", "truth"), files("organisations", data="iati"))
def test_organisation_files_are_refused_in_words(path: Path, truth: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        read_iati(path.read_bytes(), path.name)

    assert (truth["root"], refused.value.code) == ("iati-organisations", "organisation_file")
