"""XML files in the encodings that programs write: read letter by letter, or refused in a sentence."""

import subprocess
import sys

import pytest

from consortio.interchange import xml_encoding
from consortio.interchange.child import ROOT, read_apart, read_document_apart
from consortio.interchange.mspdi import read_mspdi
from consortio.interchange.plan import Refused
from consortio.interchange.results import Results
from consortio.interchange.tests.fixtures_mspdi import project, task

LETTERS = {
    "iso-8859-2": "Łódź Příkaz",
    "iso-8859-5": "Задача",
    "ISO-8859-9": "İş ğüş",
    "iso-8859-15": "Œuvre 5 €",
    "windows-1254": "İş €",
    "koi8-r": "Работа",
    "macintosh": "Größe",
    "ibm852": "Łódź",
    "windows-874": "งาน",
    "utf8": "Größe Łódź",
    "gb2312": "項目 计划 朱镕基",  # the last name is beyond the standard, and Windows writes it under this name
    "gbk": "项目 €",
    "big5": "專案",
    "shift_jis": "計画 ① ソフト",
    "euc-jp": "計画",
    "iso-2022-jp": "計画",
    "euc-kr": "계획 뢔",
}
NO_TEXT = (
    "utf-7 hex base64 bz2 zip rot13 quopri uu idna punycode unicode_escape raw_unicode_escape undefined utf-32 cp037 mbcs"
).split()


def in_encoding(name: str, text: str, *, python: str = "") -> bytes:
    plain = project(task(1, Name=text)).decode().partition("?>")[2]
    written = python or xml_encoding.codec_of(name) or "ascii"
    return (f'<?xml version="1.0" encoding="{name}"?>' + plain).encode(written)


@pytest.mark.parametrize("name", LETTERS)
def test_letters_come_out_as_they_were_written(name: str) -> None:
    plan = read_apart(in_encoding(name, LETTERS[name]), "plan.xml")

    assert [item.name for item in plan.items] == [LETTERS[name]]


def test_every_codec_that_is_offered_is_there_and_leaves_the_declaration_as_it_is() -> None:
    for name in sorted(xml_encoding.CODECS):
        assert read_mspdi(in_encoding(name, "plain", python=name), "plan.xml").items[0].name == "plain"


def test_letters_split_between_two_pieces_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_encoding, "CHUNK", 7)

    assert read_mspdi(in_encoding("gb2312", "项目计划" * 9), "plan.xml").items[0].name == "项目计划" * 9


@pytest.mark.parametrize("name", [*NO_TEXT, "no-such", "x" * 500])
def test_what_is_no_encoding_of_texts_is_refused_with_its_place(name: str) -> None:
    said = f"Line 1 says that the file is in {name[:40]}, which is not read here; expected UTF-8 or UTF-16."

    with pytest.raises(Refused) as caught:
        read_mspdi(in_encoding(name, "plain"), "plan.xml")

    assert (caught.value.message, caught.value.code, caught.value.where) == (said, "xml", {"line": 1})


@pytest.mark.parametrize("name", ["hex", "idna", "utf-7"])
def test_the_process_refuses_with_the_same_sentence(name: str) -> None:
    with pytest.raises(
        Refused, match=f"^Line 1 says that the file is in {name}, which is not read here; expected UTF-8"
    ):
        read_apart(in_encoding(name, "plain"), "plan.xml")


def test_no_codec_is_loaded_because_a_file_names_it() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from consortio.interchange.mspdi import read_mspdi\n"
        "from consortio.interchange.plan import Refused\n"
        "from consortio.interchange import xml_encoding\n"
        "for name in sys.argv[2:]:\n"
        "    for written in ('ascii', 'utf-16', 'utf-16-le', 'utf-8-sig'):\n"
        '        data = f\'<?xml version="1.0" encoding="{name}"?><Project/>\'.encode(written)\n'
        "        xml_encoding.load(data)\n"
        "        try: read_mspdi(data, 'plan.xml')\n"
        "        except Refused as refused: pass\n"
        "        else: raise SystemExit(name + ' was read')\n"
        "loaded = [name for name in sys.modules if name.startswith('encodings.')]\n"
        "print(*sorted(loaded))\n"
    )
    names = ["hex", "idna", "punycode", "utf-7", "rot13", "zip"]
    done = subprocess.run([sys.executable, "-I", "-c", code, str(ROOT), *names], capture_output=True, text=True)

    assert done.stderr == ""
    loaded = done.stdout.split()
    assert "encodings.utf_8" in loaded
    assert not [
        one
        for one in loaded
        if one.rpartition(".")[2] in ("hex_codec", "idna", "punycode", "utf_7", "rot_13", "zlib_codec")
    ]


def test_a_mark_counts_for_more_than_a_name() -> None:
    for mark in ("utf-8-sig", "utf-16"):
        assert (
            read_apart(in_encoding("windows-1250", "Größe 计划", python=mark), "plan.xml").items[0].name == "Größe 计划"
        )


def test_a_text_that_is_not_in_its_encoding_is_refused_with_its_line() -> None:
    data = in_encoding("gb2312", "A").replace(b"<Tasks>", b"\n<Tasks>\n\n<!-- \xff\xff -->")
    line = data[: data.index(b"\xff")].count(b"\n") + 1

    with pytest.raises(Refused) as caught:
        read_apart(data, "plan.xml")

    assert caught.value.message == f"Line {line} is not gb2312 text, which the file says it is."
    assert caught.value.where == {"line": line}


def test_results_come_in_other_encodings_too() -> None:
    def iati(encoding: str) -> bytes:
        activity = "<iati-activity><iati-identifier>A-1</iati-identifier><title><narrative>Łódź</narrative></title></iati-activity>"
        root = f'<iati-activities version="2.03">{activity}</iati-activities>'
        return f'<?xml version="1.0" encoding="{encoding}"?>{root}'.encode("iso-8859-2")

    results = read_document_apart(iati("iso-8859-2"), Results, "results.xml")

    assert results.encoding == "iso-8859-2"
    assert "Łódź" in str(results.activities[0].title)
    with pytest.raises(Refused, match="Line 1 says that the file is in hex"):
        read_document_apart(iati("hex"), Results, "results.xml")
