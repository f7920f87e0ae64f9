"""The headings of tables of readings in ten languages, compared as `words.normal` leaves them."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal, TypeAlias

from consortio.interchange.words import index, normal

ReadingField: TypeAlias = Literal[
    "kpi", "number", "period", "start", "end", "value", "reading", "note", "source", "as_of", "none"
]
CERTAIN, LIKELY, DOUBTFUL = 3, 2, 1

# "none" holds headings that such tables have and that are not read; they help to find the row of headings.
HEADINGS: Mapping[ReadingField, str] = {
    "number": "kpi number | kpi no | kpi nr | kpi # | kpi id | kpi code | indicator number | indicator no |"
    " indicator id | indicator code | measure id | Kennzahlnummer | Kennzahl Nr | Nr der Kennzahl | Indikator Nr |"
    " numéro de l’indicateur | n° indicateur | code indicateur | número del indicador | código del indicador |"
    " numero indicatore | codice indicatore | indicatornummer | indicatorcode | numer wskaźnika | nr wskaźnika |"
    " kod wskaźnika | номер показателя | код показателя | № показателя | номер показника | код показника |"
    " № показника | número do indicador | código do indicador",
    "kpi": "kpi | kpi name | name of kpi | key figure | key performance indicator | indicator | indicator name | measure |"
    " metric | Kennzahl | Name der Kennzahl | Indikator | Messgröße | Kenngröße | indicateur | nom de l’indicateur |"
    " indicateur clé | mesure | indicador | nombre del indicador | indicador clave | métrica | medida | indicatore |"
    " nome indicatore | nome dell’indicatore | indicatore chiave | misura | naam indicator | naam kpi | maatstaf |"
    " kengetal | wskaźnik | nazwa wskaźnika | miernik | показатель | название показателя | индикатор | метрика |"
    " показник | назва показника | індикатор | nome do indicador",
    "period": "period | reporting period | time period | month | quarter | week | year | date | time | Zeitraum |"
    " Berichtszeitraum | Periode | Berichtsperiode | Monat | Quartal | Woche | Jahr | Datum | Zeit | période |"
    " période de rapport | mois | trimestre | semaine | année | periodo | período | mes | año | semana | fecha |"
    " mese | anno | settimana | data | rapportageperiode | maand | kwartaal | week | jaar | okres |"
    " okres sprawozdawczy | miesiąc | kwartał | tydzień | rok | период | отчетный период | месяц | квартал |"
    " неделя | год | дата | період | звітний період | місяць | тиждень | рік | mês | ano",
    "start": "start | start date | period start | from | begin | first day | Beginn | Anfang | von | Startdatum | début |"
    " date de début | du | inicio | fecha de inicio | desde | inizio | data inizio | dal | begin | begindatum | van |"
    " początek | data początkowa | od | начало | дата начала | с | початок | дата початку | з | início |"
    " data de início",
    "end": "end | end date | period end | to | until | last day | Ende | Enddatum | bis | fin | date de fin | au | fecha de fin |"
    " hasta | fine | data fine | al | einde | einddatum | tot | koniec | data końcowa | do | конец | дата окончания |"
    " по | кінець | дата закінчення | fim | data de fim | até",
    "value": "value | reading | actual | actual value | result | measured value | figure | Wert | Istwert | Ist | Messwert |"
    " Ergebnis | Stand Wert | valeur | valeur réelle | réalisé | résultat | valor | valor real | resultado | valore |"
    " valore effettivo | risultato | waarde | werkelijke waarde | resultaat | meting | wartość |"
    " wartość rzeczywista | wynik | wykonanie | значение | фактическое значение | факт | результат | значення |"
    " фактичне значення | realizado",
    "note": "note | notes | comment | comments | remark | remarks | explanation | Notiz | Bemerkung | Bemerkungen |"
    " Anmerkung | Anmerkungen | Kommentar | Erläuterung | remarque | remarques | commentaire | commentaires | nota |"
    " notas | comentario | comentarios | observaciones | commento | osservazioni | note | opmerking | opmerkingen |"
    " toelichting | uwaga | uwagi | komentarz | примечание | примечания | комментарий | примітка | примітки |"
    " коментар | comentário | observações",
    "source": "source | sources | data source | evidence | Quelle | Quellen | Datenquelle | Beleg | source des données |"
    " fuente | fuentes | fuente de datos | fonte | fonti | fonte dei dati | bron | bronnen | gegevensbron | źródło |"
    " źródło danych | источник | источник данных | джерело | джерело даних | fonte dos dados",
    "as_of": "as of | as of date | as at | as at date | date of reading | reading date | measured on | reported on |"
    " data date | Stand | Stichtag | Datenstand | erhoben am | date de relevé | date de mesure | en date du |"
    " situation au | fecha de corte | fecha de medición | a fecha de | alla data | data di rilevazione | peildatum |"
    " meetdatum | stan na | stan na dzień | data pomiaru | по состоянию на | дата измерения | станом на |"
    " дата вимірювання | data de medição | data de referência",
    "none": "unit | units | target | goal | plan | baseline | owner | responsible | status | trend | frequency | formula |"
    " description | Einheit | Ziel | Zielwert | Soll | Ausgangswert | verantwortlich | Beschreibung | unité | cible |"
    " objectif | valeur cible | référence | unidad | meta | objetivo | línea de base | unità | obiettivo | target |"
    " eenheid | doel | streefwaarde | jednostka | cel | wartość docelowa | единица | ед изм | цель | план | базовое значение |"
    " одиниця | ціль | базове значення | unidade | linha de base",
}
# Other programs number their rows under these too; a number of KPIs shows by what the cells hold.
NUMBERS = "no | nr | number | # | id | code | ref | Nummer | Kennung | n° | numéro | número | código | numero | codice | nummer |"
NUMBERS += " numer | kod | lp | № | номер | код | ід | ид"
# A name is one of anything; it is a KPI's where no better heading is.
NAMES = "name | title | Bezeichnung | Name | Titel | nom | intitulé | nombre | título | nome | titolo | naam | nazwa |"
NAMES += " название | наименование | назва | найменування"


def field_of(heading: str) -> tuple[ReadingField, int] | None:
    """Return what a heading names and how surely: by its very words, without what stands in brackets, or perhaps."""
    plain = normal(heading)
    if not plain or len(plain) > 120:
        return None
    known = _known()
    if plain in known:
        return known[plain], CERTAIN
    bare = normal(re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", heading))
    if bare in known:
        return known[bare], LIKELY
    return (_perhaps()[plain], DOUBTFUL) if plain in _perhaps() else None


@cache
def _known() -> dict[str, ReadingField]:
    return index(HEADINGS)


@cache
def _perhaps() -> dict[str, ReadingField]:
    words: dict[ReadingField, str] = {"number": NUMBERS, "kpi": NAMES}
    return index(words)
