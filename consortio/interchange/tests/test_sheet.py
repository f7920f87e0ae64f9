import pytest

from consortio.interchange.plan import TEXT_MAX, Refused
from consortio.interchange.sheet import (
    COLUMNS_MAX,
    ROWS_MAX,
    cell_place,
    column_letters,
    column_number,
    decode_text,
    read_csv,
)


def grid(data: bytes) -> list[tuple[object, ...]]:
    return [row.values for row in read_csv(data).rows]


def refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_csv(data)
    return caught.value


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_letters(column, letters):
    assert (column_letters(column), column_number(letters)) == (letters, column)
    assert cell_place(column, 17) == f"{letters}17"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiter_is_the_one_that_makes_even_columns(delimiter):
    lines = [
        delimiter.join(row) for row in (["Task", "Start"], ["Dig a, b; and c" if delimiter in "\t|" else "Dig", "x"])
    ]

    assert grid("\n".join(lines).encode())[0] == ("Task", "Start")


def test_decimal_commas_do_not_make_columns():
    assert grid(b"Task;Dauer\nGraben;1,5\nBauen;2,5\n") == [("Task", "Dauer"), ("Graben", "1,5"), ("Bauen", "2,5")]


def test_excels_own_separator_line_decides_and_keeps_the_row_numbers():
    table = read_csv(b"sep=;\na,b;c\n1,2;3\n")

    assert [(row.number, row.values) for row in table.rows] == [(2, ("a,b", "c")), (3, ("1,2", "3"))]


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        ("Größe;Übergabe", "utf-8", "utf-8"),
        ("Größe;Übergabe", "utf-8-sig", "utf-8"),
        ("Größe;Übergabe", "utf-16", "utf-16"),
        ("Name;Duration", "utf-16-le", "utf-16-le"),
        ("Name;Duration", "utf-16-be", "utf-16-be"),
        ("Größe;Übergabe", "cp1252", "cp1252"),
        ("Tâche;Début;Achèvement", "cp1252", "cp1252"),
        ("Название задачи;Начало;Окончание", "cp1251", "cp1251"),
        ("Завдання;Початок;Кінець", "cp1251", "cp1251"),
        ("Nazwa;Początek;Zakończenie;Poprzedniki są", "cp1250", "cp1250"),
    ],
)
def test_encoding_shows_by_the_bytes(text, encoding, found):
    assert decode_text(text.encode(encoding)) == (text, found)


def test_text_that_breaks_off_in_utf_16_is_refused_with_its_line():
    problem = refusal("a;b\n1;2\n".encode("utf-16") + b"\x00\xd8\x41")

    assert (problem.code, problem.where) == ("encoding", {"line": 3})


def test_nul_is_refused_with_its_line():
    problem = refusal(b"Task;Start\nDig;1\nBu\0ild;2\n")

    assert (problem.code, problem.where) == ("nul", {"line": 3})
    assert "Line 3" in problem.message


def test_long_cell_is_refused_with_its_place_and_the_longest_allowed_is_read():
    assert grid(b"a;b\n1;" + b"x" * TEXT_MAX + b"\n")[1] == ("1", "x" * TEXT_MAX)

    problem = refusal(b"a;b\n1;" + b"x" * (TEXT_MAX + 1) + b"\n")

    assert (problem.code, problem.where) == ("cell", {"line": 2, "cell": "B2"})


def test_cell_beyond_what_the_parser_takes_is_refused_with_its_line():
    problem = refusal(b"a;b\n1;" + b"x" * 200_000 + b"\n")

    assert problem.where["line"] == 2


def test_quotation_never_closed_is_refused_with_the_line_it_opens_in():
    problem = refusal(b'Task;Start\nDig;1\n"Build;2\nPaint;3\n')

    assert (problem.code, problem.where) == ("quotation", {"line": 3})


def test_a_cell_that_is_too_long_is_named_as_that():
    problem = refusal(b"Name,Start\n" + b"x" * 200_000 + b",2026-01-01\n")

    assert (problem.code, problem.where) == ("cell", {"line": 2})
    assert "longer than 131,072 signs" in problem.message


def test_quotation_over_lines_keeps_row_and_line_apart():
    table = read_csv(b'Task;Note\n"Dig\ndeep";x\nBuild;y\n')

    assert [(row.number, row.line, row.values) for row in table.rows][1:] == [
        (2, 2, ("Dig\ndeep", "x")),
        (3, 4, ("Build", "y")),
    ]


def test_quotation_mark_inside_a_cell_is_read_and_named():
    table = read_csv(b'Task;Start\n"5" disk;1\n')

    assert table.rows[1].values[1] == "1"
    assert [(finding.code, finding.where) for finding in table.findings] == [("quotation", {"line": 2})]


def test_ragged_rows_are_named_by_line_and_titles_are_not():
    table = read_csv(b"Our plan\n\nTask;Start;Finish\nDig;1\nBuild;1;2\nPaint;1;2;3\nSell;1;2\n")

    assert [(finding.code, finding.where["line"]) for finding in table.findings] == [
        ("ragged_row", 4),
        ("ragged_row", 6),
    ]


def test_many_ragged_rows_are_summed_up():
    rows = b"".join(b"Dig;%d;9\nCut;%d\n" % (number, number) for number in range(40))
    table = read_csv(b"Task;Start;Finish\n" + rows + b"Dig;1;2\n" * 2)

    assert len(table.findings) == 21
    assert table.findings[-1].message == "More rows that have more or fewer cells than most: 20."


def test_empty_rows_count_and_are_left_out():
    assert [row.number for row in read_csv(b"a;b\n\n;\n1;2\n").rows] == [1, 4]


def test_too_many_rows_are_refused_and_as_many_as_allowed_are_read():
    assert len(read_csv(b"a;b\n" * ROWS_MAX).rows) == ROWS_MAX
    assert refusal(b"a;b\n" * (ROWS_MAX + 1)).code == "rows"


def test_too_many_columns_are_refused_and_empty_ones_are_not():
    full = ";".join("x" for _ in range(COLUMNS_MAX))

    assert len(grid(f"{full};;;\n".encode())) == 1
    assert refusal(f"{full};x\n".encode()).code == "columns"


def test_empty_file_is_an_empty_table():
    assert read_csv(b"").rows == ()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\0\1\2", "This is no text; expected text in UTF-8, UTF-16 or a Windows code page."),
        (b"\xfe\xff\0", "Line 1 is not UTF-16 text, which the file begins as."),
        ("Name\nDig\n".encode("utf-16-le") + b"x", "Line 3 is not UTF-16-LE text, which the file begins as."),
    ],
)
def test_what_cannot_be_text_is_told_from_text_that_is_damaged(data: bytes, sentence: str) -> None:
    assert str(refusal(data).message) == sentence
