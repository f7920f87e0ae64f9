import pytest

from consortio.interchange.mapping import Mapping, Wishes, guess, pick
from consortio.interchange.plan import Refused
from consortio.interchange.sheet import Row, Table, Value, read_csv
from consortio.interchange.tabular import read_tabular

HEADINGS = {
    "English": "ID;WBS;Task Name;Duration;Start;Finish;Predecessors;% Complete;Resource Names;Responsible;Organisation;"
    "Milestone;Baseline Start;Baseline Finish;Constraint Type;Constraint Date;Deadline;Actual Start;Actual Finish;Notes",
    "German": "Nr.;PSP-Code;Vorgangsname;Dauer;Anfang;Ende;Vorgänger;% Abgeschlossen;Ressourcennamen;Verantwortlich;"
    "Organisationseinheit;Meilenstein;Geplanter Anfang;Geplantes Ende;Einschränkungsart;Einschränkungstermin;Stichtag;"
    "Tatsächlicher Anfang;Tatsächliches Ende;Notizen",
    "French": "N°;Code OTP;Nom de la tâche;Durée;Début;Fin;Prédécesseurs;% achevé;Noms ressources;Responsable;"
    "Organisme;Jalon;Début planifié;Fin planifiée;Type de contrainte;Date de contrainte;Échéance;Début réel;Fin réelle;"
    "Remarques",
    "Spanish": "Id;EDT;Nombre de tarea;Duración;Comienzo;Fin;Predecesoras;% completado;Nombres de los recursos;"
    "Responsable;Empresa;Hito;Comienzo previsto;Fin prevista;Tipo de restricción;Fecha de restricción;Fecha límite;"
    "Comienzo real;Fin real;Notas",
    "Italian": "ID;Numero struttura;Nome attività;Durata;Inizio;Fine;Predecessori;% completamento;Nomi risorse;"
    "Responsabile;Azienda;Cardine;Inizio previsto;Fine prevista;Tipo vincolo;Data vincolo;Scadenza;Inizio effettivo;"
    "Fine effettiva;Note",
    "Dutch": "Id;Overzichtsnummer;Taaknaam;Duur;Begindatum;Einddatum;Voorafgaande taken;% voltooid;Resourcenamen;"
    "Verantwoordelijke;Organisatie;Mijlpaal;Geplande begindatum;Geplande einddatum;Type beperking;Beperkingsdatum;"
    "Vervaldatum;Werkelijke begindatum;Werkelijke einddatum;Opmerkingen",
    "Polish": "Identyfikator;Numer konspektu;Nazwa zadania;Czas trwania;Rozpoczęcie;Zakończenie;Poprzedniki;"
    "% ukończenia;Nazwy zasobów;Odpowiedzialny;Organizacja;Kamień milowy;Rozpoczęcie planowane;Zakończenie planowane;"
    "Typ ograniczenia;Data ograniczenia;Termin ostateczny;Rozpoczęcie rzeczywiste;Zakończenie rzeczywiste;Uwagi",
    "Russian": "Ид.;СДР;Название задачи;Длительность;Начало;Окончание;Предшественники;% завершения;Названия ресурсов;"
    "Ответственный;Организация;Веха;Базовое начало;Базовое окончание;Тип ограничения;Дата ограничения;Крайний срок;"
    "Фактическое начало;Фактическое окончание;Примечание",
    "Ukrainian": "№;СРР;Назва завдання;Тривалість;Початок;Закінчення;Попередники;% виконання;Назви ресурсів;"
    "Відповідальний;Організація;Віха;Базовий початок;Базове закінчення;Тип обмеження;Дата обмеження;Кінцевий термін;"
    "Фактичний початок;Фактичне закінчення;Примітка",
    "Portuguese": "Id;EAP;Nome da tarefa;Duração;Início;Término;Predecessoras;% concluída;Nomes dos recursos;"
    "Responsável;Parceiro;Marco;Início da linha de base;Término da linha de base;Tipo de restrição;Data da restrição;"
    "Prazo;Início real;Término real;Observações",
}
FIELDS = (
    "id outline name duration start finish predecessors percent resources responsible organisation milestone "
    "baseline_start baseline_finish constraint constraint_date deadline actual_start actual_finish notes"
).split()


def table(*rows: tuple[Value, ...], name: str = "", hidden: bool = False) -> Table:
    return Table(name, tuple(Row(number, row) for number, row in enumerate(rows, start=1) if any(row)), hidden=hidden)


def fields(mapping: Mapping) -> dict[str, str]:
    return {field: mapping.headings[column] for column, field in mapping.columns}


def guessed(*lines: str) -> Mapping:
    return guess(read_csv("\n".join(lines).encode()))


@pytest.mark.parametrize("language", HEADINGS)
def test_headings_are_known_in_every_language(language):
    headings = HEADINGS[language]
    mapping = guessed(headings, "1;1;Dig" + ";" * 17, "2;1.1;Build" + ";" * 17)

    assert fields(mapping) == dict(zip(FIELDS, headings.split(";"), strict=True))


def test_rows_above_the_headings_are_skipped():
    mapping = guessed("Our great plan;;", "as of;12.03.2026;", ";;", "Task;Start;Finish", "Dig;12.03.2026;13.03.2026")

    assert (mapping.header_row, fields(mapping)) == (4, {"name": "Task", "start": "Start", "finish": "Finish"})


def test_of_two_lines_of_headings_the_lower_one_counts():
    mapping = guessed("task_code,task_name,start_date", "Activity ID,Activity Name,Start", "A1,Dig,2026-03-12")

    assert mapping.header_row == 2


def test_a_second_line_completes_the_headings():
    mapping = guess(
        table((None, "Cost", "Start date"), ("WBS Items",), ("Dig", 3, "2026-01-01"), ("Build", 4, "2026-01-02"))
    )

    assert fields(mapping) == {"name": "WBS Items", "budget": "Cost", "start": "Start date"}


def test_filling_words_and_units_do_not_matter():
    mapping = guessed(
        "Project - Start Date (Latest Approved Start Date);Planned duration [weeks];Activity 2", "12.03.2026;3;Dig"
    )

    assert fields(mapping).keys() == {"start", "duration", "name"}
    assert mapping.duration_unit == "w"


def test_other_columns_are_shown_as_unread():
    mapping = guessed("Task;Start;Late Start;Cost;Favourite colour", "Dig;2026-01-01;2026-01-02;5;blue")

    assert fields(mapping) == {"name": "Task", "start": "Start", "budget": "Cost"}
    assert mapping.to_json()["unread"] == ["Late Start", "Favourite colour"]


def test_the_fuller_of_two_columns_alike_is_taken():
    mapping = guessed("Task;Predecessor;Predecessors", "Dig;;", "Build;;1", "Paint;;2")

    assert fields(mapping)["predecessors"] == "Predecessors"


def test_a_column_of_yes_and_no_is_no_name():
    mapping = guessed("ID;Name;Summary;Start", "1;Dig;0;2026-01-01", "2;Build;1;2026-01-02")

    assert fields(mapping)["name"] == "Name"


def test_without_a_heading_for_names_the_column_of_differing_texts_is_taken():
    mapping = guess(table(("", "Colour", "Start", "Finish"), ("Dig", "red", "x", "y"), ("Build", "red", "x", "y")))

    assert mapping.column("name") == 0


def test_numbers_with_dots_are_outline_numbers_whatever_their_heading():
    mapping = guessed("Nr.;Vorgang;Dauer", "1;Bau;", "1.1;Graben;5 Tage", "1.2;Decken;5 Tage")

    assert fields(mapping) == {"outline": "Nr.", "name": "Vorgang", "duration": "Dauer"}


def test_a_due_date_is_the_finish_where_there_is_no_other():
    assert fields(guessed("Task;Start;Due date", "Dig;x;y")) == {"name": "Task", "start": "Start", "finish": "Due date"}
    assert "deadline" in fields(guessed("Task;Start;Due date;Finish", "Dig;x;y;z"))


def test_a_column_of_units_beside_the_duration_belongs_to_it():
    mapping = guess(table(("Task", "Duration", None, "Cost"), ("Dig", 2, "weeks", 5), ("Build", 3, "days", 5)))

    assert mapping.column("duration_unit") == 2


def test_tables_without_a_plan_are_refused_with_what_they_hold():
    with pytest.raises(Refused, match="Its first row reads “Name”, “Colour”.") as caught:
        guessed("Name;Colour", "Ann;red")

    assert caught.value.code == "no_header"


def test_empty_tables_are_refused():
    with pytest.raises(Refused, match="It is empty."):
        guess(table())


def test_the_sheet_most_like_a_plan_is_picked_and_a_hidden_one_last():
    notes = table(("Name", "Colour"), ("Ann", "red"), name="Notes")
    short = table(("Task", "Start"), ("Dig", "2026-01-01"), name="Short")
    full = table(("Task", "Start", "Finish"), ("Dig", "2026-01-01", "2026-01-02"), name="Full")
    hidden = table(("Task", "Start", "Finish", "Duration"), ("Dig", "x", "y", "z"), name="Hidden", hidden=True)

    assert pick([notes, short, hidden, full]).name == "Full"
    assert pick([notes, hidden]).name == "Hidden"
    with pytest.raises(Refused, match="None of the sheets “Notes”, “Notes”"):
        pick([notes, notes])


def test_wishes_win_over_the_guess():
    lines = read_csv(b"What we do;Start;Done on;Finish\nDig;03/04/2026;05/04/2026;06/04/2026\n")
    wishes = Wishes(
        columns=(("What we do", "name"), ("done ON", "finish"), ("D", "none")),
        date_order="mdy",
        tree="flat",
        duration_unit="h",
    )

    mapping = guess(lines, wishes)

    assert fields(mapping) == {"name": "What we do", "start": "Start", "finish": "Done on", "none": "Finish"}
    assert (mapping.date_order, mapping.tree, mapping.duration_unit, mapping.doubts) == ("mdy", "flat", "h", ())


def test_wishes_find_the_headings_and_letters_do_without():
    assert guess(read_csv(b"x;y\nWas;Wozu\nDig;1\n"), Wishes(columns=(("Was", "name"),))).header_row == 2
    mapping = guess(read_csv(b"Dig;1\nBuild;2\n"), Wishes(columns=(("A", "name"), ("B", "duration"))))
    assert (mapping.header_row, mapping.columns) == (None, ((0, "name"), (1, "duration")))


def test_wishes_for_what_is_not_there_are_refused():
    lines = read_csv(b"Task;Start\nDig;2026-01-01\n")

    with pytest.raises(Refused, match="no column “Colour”; its headings are “Task”, “Start”"):
        guess(lines, Wishes(columns=(("Colour", "name"),)))
    with pytest.raises(Refused, match="“colour” is no field; fields are id, uid"):
        guess(lines, Wishes(columns=(("Task", "colour"),)))


@pytest.mark.parametrize(
    ("dates", "order", "doubt"),
    [
        (["03/04/2026", "25/04/2026"], "dmy", None),
        (["03/04/2026", "04/25/2026"], "mdy", None),
        (["03.04.2026", "05.04.2026"], "dmy", None),
        (["Fri 4/3/26", "Sun 4/5/26"], "mdy", None),
        (["Fri 03/04/26", "Sun 05/04/26"], "dmy", None),
        (["03/04/2026", "05/04/2026"], "dmy", "ambiguous_dates"),
        (["03/04/2026 8:00 AM", "05/04/2026 5:00 PM"], "mdy", "ambiguous_dates"),
        (["25/04/2026", "04/25/2026"], "dmy", "mixed_dates"),
        (["2026-04-03", "2026-04-05"], "dmy", None),
    ],
)
def test_the_order_of_dates_shows_or_is_doubted(dates, order, doubt):
    mapping = guessed("Task;Start", *(f"Dig {number};{text}" for number, text in enumerate(dates)))

    assert mapping.date_order == order
    assert [finding.code for finding in mapping.doubts] == ([doubt] if doubt else [])


def test_the_order_in_which_items_finish_after_they_start_is_taken():
    mapping = guessed("Task;Start;Finish", "Dig;03/04/2026;02/05/2026")

    assert (mapping.date_order, mapping.doubts) == ("dmy", ())


def test_an_ambiguous_date_names_its_cell_and_the_setting():
    (doubt,) = guessed("Task;Start", "Dig;03/04/2026").doubts

    assert doubt.where == {"row": 2, "line": 2, "cell": "B2", "setting": "date_order"}
    assert "“03/04/2026” in B2 can be read both ways" in doubt.message


@pytest.mark.parametrize(
    ("rows", "unit"),
    [
        (["1;2026-01-05;2026-01-09", "2;2026-01-12;2026-01-23", "1;2026-01-26;2026-01-30"], "w"),
        (["5;2026-01-05;2026-01-09", "10;2026-01-12;2026-01-23", "1;2026-01-26;2026-01-26"], "d"),
        (["40;2026-01-05;2026-01-09", "80;2026-01-12;2026-01-23", "8;2026-01-26;2026-01-26"], "h"),
    ],
)
def test_the_unit_of_durations_shows_by_starts_and_finishes(rows, unit):
    assert guessed("Task;Duration;Start;Finish", *(f"Dig;{row}" for row in rows)).duration_unit == unit


@pytest.mark.parametrize(
    ("lines", "tree"),
    [
        (["WBS;Task;Start", "1;Build;", "1.1;Dig;"], "outline"),
        (["Level;Task;Start", "1;Build;", "2;Dig;"], "level"),
        (["ID;Parent;Task;Start", "1;;Build;", "2;1;Dig;"], "parent"),
        (["Task;Start", "Build;x", "   Dig;x"], "indent"),
        (["Task;Start", "1. Build;x", "Dig;x", "2. Sell;x"], "numbered"),
        (["Phase;Task;Start", "Build;Dig;x", ";Cover;x"], "group"),
        (["Task;Start", "Build;x", " Dig;x"], "flat"),
    ],
)
def test_what_makes_the_tree_shows(lines, tree):
    assert guessed(*lines).tree == tree


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        (["ID;WBS;Task;Predecessors", "7;1;Dig;", "8;1.1;Build;7"], "id"),
        (["ID;WBS;Task;Predecessors", "7;1;Dig;", "8;1.1;Build;1", "9;1.2;Sell;1.1"], "outline"),
        (["WBS;Task;Predecessors", "a;Dig;", "b;Build;1"], "row"),
        (["Task;Predecessors", "Dig;", "Build;Dig"], "name"),
        (["Task;Predecessors", "Dig;", "Build;1FS+2d"], "row"),
    ],
)
def test_what_predecessors_name_shows(lines, key):
    assert guessed(*lines).link_key == key


def test_a_row_of_headings_that_holds_nothing_is_refused_with_what_there_is_to_choose():
    data = b"Name,Start,Note,Note\nDig,2026-05-04,x,y\n"
    with pytest.raises(Refused) as refused:
        read_tabular(data, "a.csv", "csv", Wishes(header_row=9))

    assert refused.value.message == "Row 9 holds nothing; expected the row of headings, up to row 2, or 0 for none."
    assert refused.value.where["columns"] == [["Name", "Name"], ["Start", "Start"], ["C", "Note"], ["D", "Note"]]
    assert len(read_tabular(data, "a.csv", "csv", Wishes(header_row=1)).items) == 1


def test_columns_that_are_left_out_are_unread_and_still_offered():
    wishes = Wishes(columns=(("Finish", "none"), ("Start", "none")))
    plan = read_tabular(b"Name,Start,Finish,Duration\nDig,2026-05-04,2026-05-05,2\n", "a.csv", "csv", wishes)

    (finding,) = (one for one in plan.findings if one.code == "mapping")
    mapping = finding.where["mapping"]
    assert (mapping["columns"], mapping["unread"]) == ({"name": "Name", "duration": "Duration"}, ["Start", "Finish"])
    assert finding.message == "Row 1 holds the headings: “Name” is the name, “Duration” is the duration."
    assert [name for name, _ in mapping["offered"]] == ["Name", "Start", "Finish", "Duration"]
