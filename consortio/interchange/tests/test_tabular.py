import io
from datetime import datetime

import pytest
import xlsxwriter

from consortio.interchange import tabular, tabular_links
from consortio.interchange.mapping import NO_WISHES, Wishes
from consortio.interchange.people import split_people
from consortio.interchange.plan import (
    Assignment,
    BaselineItem,
    Constraint,
    Finding,
    Item,
    Link,
    Plan,
    Refused,
    StoredDates,
)
from consortio.interchange.tabular import read_tabular
from consortio.interchange.tabular_row import worked_minutes

ALWAYS = {"mapping", "calendar"}


def read(*lines: str, wishes: Wishes = NO_WISHES) -> Plan:
    return read_tabular("\n".join(lines).encode(), "plan.csv", "csv", wishes)


def said(plan: Plan) -> list[Finding]:
    return [finding for finding in plan.findings if finding.code not in ALWAYS and finding.severity != "info"]


def codes(plan: Plan) -> list[str]:
    return [finding.code for finding in plan.findings if finding.code not in ALWAYS]


def tree(plan: Plan) -> list[tuple[str, int]]:
    return [(item.name, item.depth) for item in plan.items]


def workbook(rows: list[list[object]]) -> bytes:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True, "default_date_format": "dd.mm.yyyy"}) as made:
        page = made.add_worksheet("Plan")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return packed.getvalue()


ROWS = {
    "English": (
        "ID;WBS;Task Name;Duration;Start;Finish;Predecessors;% Complete;Resource Names;Milestone;Notes",
        "1;1;Build;;;;;;;;",
        "2;1.1;Dig;5 days;Mon 05/01/26 08:00;Fri 09/01/26 17:00;;50%;Ann;No;deep",
        "3;1.2;Open;0 days;;14/01/26 17:00;2FS+3 days;0%;;Yes;",
    ),
    "German": (
        "Nr.;PSP-Code;Vorgangsname;Dauer;Anfang;Ende;Vorgänger;% Abgeschlossen;Ressourcennamen;Meilenstein;Notizen",
        "1;1;Build;;;;;;;;",
        "2;1.1;Dig;5 Tage;Mo 05.01.26 08:00;Fr 09.01.26 17:00;;50%;Ann;Nein;deep",
        "3;1.2;Open;0 Tage;;14.01.26 17:00;2EA+3 Tage;0%;;Ja;",
    ),
    "French": (
        "N°;Code OTP;Nom de la tâche;Durée;Début;Fin;Prédécesseurs;% achevé;Noms ressources;Jalon;Remarques",
        "1;1;Build;;;;;;;;",
        "2;1.1;Dig;5 jours;Lun 05/01/26 08:00;Ven 09/01/26 17:00;;50 %;Ann;Non;deep",
        "3;1.2;Open;0 jour;;14/01/26 17:00;2FD+3 jours;0%;;Oui;",
    ),
    "Spanish": (
        "Id;EDT;Nombre de tarea;Duración;Comienzo;Fin;Predecesoras;% completado;Nombres de los recursos;Hito;Notas",
        "1;1;Build;;;;;;;;",
        "2;1.1;Dig;5 días;lun 05/01/26 08:00;vie 09/01/26 17:00;;50%;Ann;No;deep",
        "3;1.2;Open;0 días;;14/01/26 17:00;2FC+3 días;0%;;Sí;",
    ),
    "Italian": (
        "ID;WBS;Nome attività;Durata;Inizio;Fine;Predecessori;% completamento;Nomi risorse;Cardine;Note",
        "1;1;Build;;;;;;;;",
        "2;1.1;Dig;5 g;lun 05/01/26 08:00;ven 09/01/26 17:00;;50%;Ann;No;deep",
        "3;1.2;Open;0 g;;14/01/26 17:00;2FI+3 g;0%;;Sì;",
    ),
    "Dutch": (
        "Id;Overzichtsnummer;Taaknaam;Duur;Begindatum;Einddatum;Voorafgaande taken;% voltooid;Resourcenamen;Mijlpaal;"
        "Opmerkingen",
        "1;1;Build;;;;;;;;",
        "2;1.1;Dig;5 dagen;ma 05-01-26 08:00;vr 09-01-26 17:00;;50%;Ann;Nee;deep",
        "3;1.2;Open;0 dagen;;14-01-26 17:00;2EB+3 dagen;0%;;Ja;",
    ),
    "Polish": (
        "Identyfikator;Numer konspektu;Nazwa zadania;Czas trwania;Rozpoczęcie;Zakończenie;Poprzedniki;% ukończenia;"
        "Nazwy zasobów;Kamień milowy;Uwagi",
        "1;1;Build;;;;;;;;",
        "2;1.1;Dig;5 dni;pon 05.01.26 08:00;pt 09.01.26 17:00;;50%;Ann;Nie;deep",
        "3;1.2;Open;0 dni;;14.01.26 17:00;2ZR+3 dni;0%;;Tak;",
    ),
    "Russian": (
        "Ид.;СДР;Название задачи;Длительность;Начало;Окончание;Предшественники;% завершения;Названия ресурсов;Веха;"
        "Примечание",
        "1;1;Build;;;;;;;;",
        "2;1.1;Dig;5 дней;Пн 05.01.26 08:00;Пт 09.01.26 17:00;;50%;Ann;Нет;deep",
        "3;1.2;Open;0 дней;;14.01.26 17:00;2ОН+3 дн;0%;;Да;",
    ),
    "Ukrainian": (
        "№;СРР;Назва завдання;Тривалість;Початок;Закінчення;Попередники;% виконання;Назви ресурсів;Віха;Примітка",
        "1;1;Build;;;;;;;;",
        "2;1.1;Dig;5 днів;Пн 05.01.26 08:00;Пт 09.01.26 17:00;;50%;Ann;Ні;deep",
        "3;1.2;Open;0 днів;;14.01.26 17:00;2ЗП+3 дні;0%;;Так;",
    ),
    "Portuguese": (
        "Id;EAP;Nome da tarefa;Duração;Início;Término;Predecessoras;% concluída;Nomes dos recursos;Marco;Observações",
        "1;1;Build;;;;;;;;",
        "2;1.1;Dig;5 dias;Seg 05/01/26 08:00;Sex 09/01/26 17:00;;50%;Ann;Não;deep",
        "3;1.2;Open;0 dias;;14/01/26 17:00;2TI+3 dias;0%;;Sim;",
    ),
}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("language", ROWS)
def test_the_same_plan_in_every_language(language, encoding):
    plan = read_tabular("\r\n".join(ROWS[language]).encode(encoding), "plan.csv", "csv")

    opening = datetime(2026, 1, 14, 17)
    assert plan.items == (
        Item("1", "Build", "phase", outline="1", project="0"),
        Item(
            "2",
            "Dig",
            parent="1",
            depth=2,
            order=1,
            outline="1.1",
            project="0",
            manual=True,
            duration_minutes=2400,
            percent_complete=50,
            stored=StoredDates(datetime(2026, 1, 5, 8), datetime(2026, 1, 9, 17)),
            assignments=(Assignment("Ann"),),
            responsible=("Ann",),
            notes="deep",
        ),
        Item(
            "3",
            "Open",
            "milestone",
            parent="1",
            depth=2,
            order=2,
            outline="1.2",
            project="0",
            milestone="finish",
            duration_minutes=0,
            percent_complete=0,
            stored=StoredDates(opening, opening),
        ),
    )
    assert plan.links == (Link("2", "3", "FS", 1440),)
    assert (plan.start, plan.finish, said(plan)) == (datetime(2026, 1, 5, 8), opening, [])


def test_whole_days_begin_and_end_with_the_working_day():
    plan = read(
        "Task;Start;Finish;Deadline;Actual start;Baseline finish", "Dig;5.1.2026;9.1.2026;12.1.2026;6.1.2026;8.1.2026"
    )
    (item,) = plan.items

    assert item.stored == StoredDates(datetime(2026, 1, 5, 8), datetime(2026, 1, 9, 17))
    assert (item.deadline, item.actual_start) == (datetime(2026, 1, 12, 17), datetime(2026, 1, 6, 8))
    assert plan.baselines[0].items == (BaselineItem(item.id, finish=datetime(2026, 1, 8, 17)),)


def test_midnight_means_midnight_where_other_dates_have_times():
    plan = read("Task;Start;Finish", "Dig;2026-01-05 00:00;2026-01-06 00:00", "Build;2026-01-06 08:00;2026-01-06 17:00")

    assert plan.items[0].stored == StoredDates(datetime(2026, 1, 5), datetime(2026, 1, 6))


def test_a_milestone_is_at_one_instant_and_a_whole_day_means_its_end():
    plan = read("Task;Milestone;Start;Finish", "Open;x;5.1.2026;")

    assert plan.items[0].stored == StoredDates(datetime(2026, 1, 5, 17), datetime(2026, 1, 5, 17))
    assert (plan.items[0].kind, plan.items[0].milestone, plan.items[0].duration_minutes) == ("milestone", "finish", 0)


def test_dates_without_links_or_constraints_stay_as_written():
    plan = read(
        "ID;Task;Start;Predecessors;Constraint type;Constraint date",
        "1;Dig;5.1.2026;;;",
        "2;Build;9.1.2026;1;;",
        "3;Paint;12.1.2026;;SNET;12.1.2026",
        "4;Sell;;;;",
    )

    assert [item.manual for item in plan.items] == [True, False, False, False]
    assert plan.items[2].constraint == Constraint("snet", datetime(2026, 1, 12, 8))
    assert "dates_by_hand" in codes(plan)


def test_a_column_for_the_mode_decides_instead():
    plan = read("Task;Start;Task mode", "Dig;5.1.2026;Auto Scheduled", "Build;;Manually Scheduled")

    assert [item.manual for item in plan.items] == [False, True]


def test_constraints_on_the_finish_mean_the_end_of_the_day():
    plan = read("Task;Start;Constraint type;Constraint date", "Dig;5.1.2026;Finish No Later Than;12.1.2026")

    assert plan.items[0].constraint == Constraint("fnlt", datetime(2026, 1, 12, 17))


def test_missing_durations_are_counted_from_start_to_finish():
    plan = read("Task;Start;Finish;Duration", "Dig;2.1.2026;6.1.2026;", "Build;5.1.2026;;")

    assert [item.duration_minutes for item in plan.items] == [3 * 480, None]
    assert "duration_counted" in codes(plan)


@pytest.mark.parametrize(
    ("start", "finish", "minutes"),
    [
        ("2026-01-05T08:00", "2026-01-05T17:00", 480),
        ("2026-01-05T10:30", "2026-01-05T12:30", 90),
        ("2026-01-02T08:00", "2026-01-05T17:00", 960),
        ("2026-01-03T08:00", "2026-01-04T17:00", 0),
        ("2026-01-05T00:00", "2027-01-04T00:00", 52 * 2400),
    ],
)
def test_worked_minutes_are_those_of_the_standard_week(start, finish, minutes):
    assert worked_minutes(datetime.fromisoformat(start), datetime.fromisoformat(finish)) == minutes


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["WBS;Task;Start", "1;A;", "1.1;B;", "1.1.1;C;", "2;D;", "1.2;E;"], [("A", 1), ("B", 2), ("C", 3), ("E", 2), ("D", 1)]),
        (["WBS;Task;Start", "WP1;A;", "T1.1;B;", "D1.1;C;", "WP2;D;"], [("A", 1), ("B", 2), ("C", 2), ("D", 1)]),
        (["WBS;Task;Start", "1.1.1;A;", "1.1.2;B;", "2.1;C;"], [("A", 1), ("B", 1), ("C", 1)]),
        (["Level;Task;Start", "1;A;", "2;B;", "4;C;", "1;D;"], [("A", 1), ("B", 2), ("C", 3), ("D", 1)]),
        (["Task;Start", "A;", "   B;", "      C;", "   D;", "E;"], [("A", 1), ("B", 2), ("C", 3), ("D", 2), ("E", 1)]),
        (["Task;Start", "1. A;", "B;", "2. C;", "2.1 D;"], [("1. A", 1), ("B", 2), ("2. C", 1), ("2.1 D", 2)]),
        (["Phase;Task;Start", "P;A;", ";B;", "Q;C;"], [("P", 1), ("A", 2), ("B", 2), ("Q", 1), ("C", 2)]),
        (["Phase;Task;Start", "P;;", ";A;", "Q;;", ";B;"], [("P", 1), ("A", 2), ("Q", 1), ("B", 2)]),
        (["ID;Parent;Task;Start", "1;2;A;", "2;;B;", "3;1;C;"], [("B", 1), ("A", 2), ("C", 3)]),
        (["Task;Start", "A;", "B;"], [("A", 1), ("B", 1)]),
    ],
)  # fmt: skip
def test_the_tree_comes_from_what_the_table_has(lines, expected):
    assert tree(read(*lines)) == expected


def test_rows_with_others_below_are_phases():
    plan = read("WBS;Task;Duration;Milestone", "1;A;0 d;yes", "1.1;B;5 d;no")

    assert [(item.kind, item.milestone) for item in plan.items] == [("phase", None), ("task", None)]


def test_one_row_at_level_0_is_the_project():
    plan = read("Level;Task;Start", "0;House;5.1.2026", "1;Dig;5.1.2026", "2;Deep;5.1.2026")

    assert [(item.kind, item.depth) for item in plan.items] == [("project", 0), ("phase", 1), ("task", 2)]
    assert plan.name == "House"


def test_outline_numbers_that_excel_made_decimal_numbers_are_put_right():
    rows: list[list[object]] = [["WBS", "Task", "Start"], [1, "A", ""]]
    rows += [[float(f"1.{number}"), f"B{number}", ""] for number in range(1, 11)]
    plan = read_tabular(workbook(rows), "plan.xlsx", "xlsx")

    assert [item.parent for item in plan.items] == [None] + [plan.items[0].id] * 10


def test_parents_in_a_circle_are_cut_and_missing_ones_named():
    plan = read("ID;Parent;Task;Start", "1;2;A;", "2;1;B;", "3;9;C;")

    assert sorted(tree(plan)) in ([("A", 1), ("B", 2), ("C", 1)], [("A", 2), ("B", 1), ("C", 1)])
    assert [(one.code, one.where["row"]) for one in said(plan)] == [("parent", 4), ("parent_circle", 2)]
    assert said(plan)[0].where["cell"] == "B4"


def test_links_name_ids_outline_numbers_rows_or_names():
    by_id = read("ID;Task;Predecessors", "7;A;", "8;B;7SS", "9;C;7FF;")
    by_outline = read("WBS;Task;Predecessors", "1;A;", "1.1;B;", "1.2;C;1.1")
    by_row = read("Task;Predecessors", "A;", "B;1FS+1w", "C;2")
    by_name = read("Task;Predecessors", "Dig it;", "Build it;Dig it")

    assert by_id.links == (Link("7", "8", "SS"), Link("7", "9", "FF"))
    assert by_outline.links == (Link("1.1", "1.2"),)
    assert by_row.links == (Link("row-2", "row-3", lag_minutes=2400), Link("row-3", "row-4"))
    assert by_name.links == (Link("row-2", "row-3"),)


def test_ranges_of_rows_are_links_from_each():
    plan = read("ID;Task;Predecessors", "1;A;", "2;B;", "3;C;", "4;D;1 - 3")

    assert plan.links == (Link("1", "4"), Link("2", "4"), Link("3", "4"))


def test_successors_are_links_the_other_way_round_and_each_counts_once():
    plan = read("ID;Task;Predecessors;Successors", "1;A;;2FS+1d", "2;B;1FS+1d;3SS", "3;C;;")

    assert plan.links == (Link("1", "2", "FS", 480), Link("2", "3", "SS"))


def test_links_that_lead_nowhere_are_named_by_their_cell():
    plan = read("ID;Task;Predecessors", "1;A;99", "2;B;2", "3;C;1,1", "4;D;something else")

    assert [(one.code, one.where["cell"]) for one in said(plan)] == [
        ("link_unknown_item", "C2"),
        ("link_to_itself", "C3"),
        ("link_twice", "C4"),
        ("link", "C5"),
    ]
    assert said(plan)[0].message == (
        "C2 (Predecessors) names “99”, which is no row of the table; expected a value of “ID”; the link was left out."
    )
    assert plan.links == (Link("1", "3"),)


@pytest.mark.parametrize(
    ("heading", "text", "expected"),
    [
        ("Start", "TBD", "a date such as 2026-03-31"),
        ("Duration", "soon", "a duration such as 5 d or 12 h"),
        ("% Complete", "150", "a percentage from 0 to 100"),
        ("Milestone", "perhaps", "yes or no"),
        ("Task mode", "sometimes", "manually or auto scheduled"),
        ("Constraint type", "whenever", "a constraint such as “Start No Earlier Than” or SNET"),
        ("Deadline", "31.02.2026", "a date such as 2026-03-31"),
        ("Work", "much", "a duration such as 5 d or 12 h"),
        ("Level", "deep", "a whole number"),
    ],
)
def test_every_cell_that_cannot_be_read_is_named_with_what_was_expected(heading, text, expected):
    plan = read(f"ID;Task;Finish;{heading}", f"1;Dig;9.1.2026;{text}", "2;Build;9.1.2026;")

    (finding,) = said(plan)
    assert (finding.where["cell"], finding.where["line"]) == ("D2", 2)
    assert finding.message.startswith(f"D2 ({heading}) is “{text}”, expected {expected}; ")
    assert len(plan.items) == 2


def test_many_unreadable_cells_are_summed_up():
    plan = read("Task;Start", *(f"T{number};soon" for number in range(120)))

    assert len(said(plan)) == 51
    assert said(plan)[-1].message == "… and 70 more like these."


def test_the_same_id_twice_is_named_and_both_rows_are_read():
    plan = read("ID;Task;Start", "1;A;", "1;B;", "2;C;")

    assert [item.id for item in plan.items] == ["1", "row-3", "2"]
    assert [one.where["cell"] for one in said(plan)] == ["A3"]


def test_names_totals_empty_rows_and_second_tables_are_told_apart():
    plan = read(
        "Task;Cost;Start",
        "Dig;5;5.1.2026",
        ";7;",
        "Total;12;",
        "",
        "Name;Start;Hours",
        "Ann;5.1.2026;40",
    )

    assert [item.name for item in plan.items] == ["Dig"]
    assert [one.where.get("row") for one in plan.findings if one.code in ("no_name", "total", "second_table")] == [
        3,
        4,
        6,
    ]


def test_headings_repeated_between_rows_are_no_items():
    assert [item.name for item in read("Task;Start", "Dig;5.1.2026", "Task;Start", "Build;6.1.2026").items] == [
        "Dig",
        "Build",
    ]


def test_people_and_organisations_are_told():
    plan = read("Task;Start;Responsible;Organisation", "A;;Ann;Acme", "B;;Bo, Ann;Best", "C;;;Best")

    assert [item.responsible for item in plan.items] == [("Ann",), ("Bo", "Ann"), ("Best",)]
    assert [(one.name, one.group) for one in plan.resources] == [("Ann", "Acme"), ("Bo", "Best")]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Ann", [("Ann", None)]),
        ("Ann, Bo", [("Ann", None), ("Bo", None)]),
        ("Muster, Ann; Bo", [("Muster, Ann", None), ("Bo", None)]),
        ("Ann[50%];Bo (25 %)", [("Ann", 0.5), ("Bo", 0.25)]),
        ("Ann / Bo", [("Ann", None), ("Bo", None)]),
        ("Ann;Ann;", [("Ann", None)]),
        ("-", []),
        ("", []),
    ],
)
def test_names_in_one_cell_are_divided(text, people):
    assert split_people(text) == people


def test_the_mapping_is_told_and_can_be_corrected():
    lines = ("What;From when;Till", "Dig;03/04/2026;05/04/2026")
    columns = (("What", "name"), ("From when", "start"), ("C", "finish"))
    plan = read(*lines, wishes=Wishes(columns=columns, date_order="mdy"))

    told = next(one for one in plan.findings if one.code == "mapping")
    assert told.where["mapping"]["columns"] == {"name": "What", "start": "From when", "finish": "Till"}
    assert (
        told.message == "Row 1 holds the headings: “What” is the name, “From when” is the start, “Till” is the finish."
    )
    assert plan.items[0].stored == StoredDates(datetime(2026, 3, 4, 8), datetime(2026, 5, 4, 17))


def test_other_sheets_that_look_like_plans_are_named():
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as made:
        for name in ("One", "Two"):
            page = made.add_worksheet(name)
            page.write_row(0, 0, ["Task", "Start"])
            page.write_row(1, 0, [f"Dig {name}", "2026-01-05"])

    plan = read_tabular(packed.getvalue(), "plan.xlsx", "xlsx")
    other = read_tabular(packed.getvalue(), "plan.xlsx", "xlsx", Wishes(sheet="Two"))

    assert [one.where["sheets"] for one in plan.findings if one.code == "other_sheets"] == [["Two"]]
    assert (plan.items[0].name, other.items[0].name) == ("Dig One", "Dig Two")


def test_the_code_page_of_a_text_is_told():
    plan = read_tabular("Vorgang;Anfang\nÜbergabe;5.1.2026\n".encode("cp1252"), "plan.csv", "csv")

    assert (plan.items[0].name, plan.encoding) == ("Übergabe", "cp1252")
    assert "encoding" in codes(plan)


def test_tables_without_items_and_with_too_many_are_refused(monkeypatch):
    with pytest.raises(Refused, match="no row with a name below them"):
        read("Task;Start", wishes=Wishes(columns=(("Task", "name"),)))

    monkeypatch.setattr(tabular, "ITEMS_MAX", 3)
    assert len(read("Task;Start", *["Dig;"] * 3).items) == 3
    with pytest.raises(Refused, match=r"more than 3 items \(row 5\)"):
        read("Task;Start", *["Dig;"] * 4)


def test_ranges_that_name_too_many_links_are_refused(monkeypatch):
    monkeypatch.setattr(tabular_links, "LINKS_MAX", 10)
    lines = ["ID;Task;Predecessors", *(f"{number};T;" for number in range(1, 6))]

    assert len(read(*lines, "6;T;1-5;7").links) == 5
    with pytest.raises(Refused, match="more than 10 links"):
        read(*lines, "6;T;1-5,1-5,1-5")


def test_outline_numbers_longer_than_any_are_none():
    plan = read("WBS;Task;Start", "1;A;", "1.1;B;", ".".join("1" * 5000) + ";C;")

    assert [item.depth for item in plan.items] == [1, 2, 1]


def test_references_longer_than_any_are_named():
    assert [one.code for one in said(read("ID;Task;Predecessors", "1;A;" + "1" * 5000))] == ["link"]


def test_trees_deeper_than_any_plan_are_refused():
    with pytest.raises(Refused, match="levels deep"):
        read("Level;Task;Start", *(f"{number};T;" for number in range(1, 400)))


def test_a_table_of_finishes_begins_with_the_day_of_the_first():
    plan = read("Name,Start,Due date", "Report,,2026-04-10", "Kick-off,,2026-03-02", "Visit,2026-03-20,", "Later,,")

    assert (plan.start, plan.finish) == (datetime(2026, 3, 2, 8), datetime(2026, 4, 10, 17))
    assert [item.stored for item in plan.items[:2]] == [
        StoredDates(finish=datetime(2026, 4, 10, 17)),
        StoredDates(finish=datetime(2026, 3, 2, 17)),
    ]
    assert [item.manual for item in plan.items] == [True, True, True, False]
