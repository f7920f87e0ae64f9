"""The reader of these stories sees what is wrong: a page with one fault of each kind."""

import pytest

from .reader import Reader

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="en"><head><title>Faults</title></head><body><main><h1>Faults</h1>
<p style="inline-size: 900px" id="one">wide</p><p id="one"><p style="color: #ccc; background: #fff">pale</p><input>
<img alt="" src="http://elsewhere.example/x.png"><script>console.log("said"); lost()</script></main></body></html>"""


def test_the_reader_complains_of_each_fault(chromium):
    reader = Reader(chromium, "http://127.0.0.1:1")
    reader.page.set_content(PAGE)

    with pytest.raises(AssertionError) as told:
        reader.look()

    said = str(told.value)
    faults = (
        "sideways at 360",
        "an id is given twice: one",
        "color-contrast",
        "label",
        "asks another host: http://elsewhere",
        "said",
        "lost",
    )
    assert [fault for fault in faults if fault not in said] == []
    assert "sideways at 1280" not in said
    with pytest.raises(AssertionError):
        reader.close()
