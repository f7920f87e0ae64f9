"""
The words of plans in ten languages: column headings, units of time, months, link types, constraints, yes and no.

English, German, French, Spanish, Italian, Dutch, Polish, Russian, Ukrainian and Portuguese; words are compared as
`normal` leaves them, so accents, capitals and punctuation do not matter.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Literal, TypeAlias, TypeVar

from consortio.interchange.plan import ConstraintKind, ItemKind, LinkKind

Field: TypeAlias = Literal[
    "id",
    "uid",
    "code",
    "outline",
    "level",
    "parent",
    "group",
    "name",
    "kind",
    "milestone",
    "mode",
    "start",
    "finish",
    "duration",
    "duration_unit",
    "work",
    "percent",
    "predecessors",
    "successors",
    "responsible",
    "organisation",
    "resources",
    "constraint",
    "constraint_date",
    "deadline",
    "actual_start",
    "actual_finish",
    "baseline_start",
    "baseline_finish",
    "baseline_duration",
    "budget",
    "actual_cost",
    "currency",
    "notes",
    "none",
]
Meaning = TypeVar("Meaning", bound=str)
Unit: TypeAlias = Literal["min", "h", "d", "w", "mon", "y"]

CACHED_CHARS_MAX = 100
# "none" holds headings that plans have and that are not read; they help to find the header row.
HEADINGS: Mapping[Field, str] = {
    "id": "id | no | nr | # | number | task id | task no | task number | step id | row | row number | activity number |"
    " item no | ref | lfd nr | vorgangsnr | nummer | kennung | n | numero | n tache | no de tache | num |"
    " id tarea | id de tarea | id da tarefa | id attivita | nr taak | taaknr | taaknummer | lp | nr zadania |"
    " identyfikator | no п п | no | номер | ид | ид задачи | код задачи | номер задачи | идентификатор |"
    " ід | номер завдання | ідентифікатор | identificador | identifiant | identificativo | identificatie",
    "uid": "uid | unique id | task uid | task unique id | eindeutige nr | eindeutige id | n unique | id unico |"
    " identifiant unique | id exclusivo | unieke id | id univoco | unikatowy identyfikator | уникальный ид |"
    " уникальный идентификатор | унікальний ідентифікатор | task id internal",
    "code": "activity id | activity code | task code | key | issue key | vorgangscode | code tache | codigo | codice |"
    " kod zadania | код работы | код роботи | ид работы",
    "outline": "wbs | wbs code | wbs id | wbs no | wbs number | wbs identifier | outline number | outline |"
    " work breakdown structure | task outline number | bsi | psp | psp code | psp element | psp nr |"
    " gliederungsnummer | gliederung | otp | code otp | n hierarchique | numero hierarchique | numero de plan |"
    " edt | codigo edt | numero de esquema | eap | codigo eap | numero da estrutura de topicos | wbs codice |"
    " numero struttura | numero di struttura | overzichtsnummer | wbs code taak | numer konspektu | kod spp | spp |"
    " сдр | код сдр | номер в структуре | уровень сдр | ісрп | срр | код срр | номер структури | wbs path",
    "level": "level | outline level | wbs level | indent | indent level | depth | ebene | gliederungsebene | niveau |"
    " niveau hierarchique | nivel | nivel de esquema | nivel da estrutura de topicos | livello |"
    " livello struttura | overzichtsniveau | poziom | poziom konspektu | уровень | уровень структуры | рівень |"
    " рівень структури",
    "parent": "parent | parent id | parent task | parent key | parent item | ubergeordneter vorgang | sammelvorgang |"
    " tache parente | tarea padre | tarea principal | attivita padre | bovenliggende taak | zadanie nadrzedne |"
    " родительская задача | батьківське завдання | tarefa pai",
    "group": "phase | stage | work package | workstream | work stream | group | section | projektphase |"
    " arbeitspaket | teilprojekt | lot de travaux | etape | fase | etapa | paquete de trabajo | werkpakket |"
    " pacchetto di lavoro | faza | etap | pakiet prac | фаза | этап | етап | пакет работ | пакет робіт |"
    " pacote de trabalho | wp",
    "name": "name | task | task name | task title | title | activity | activity name | activity description | item |"
    " summary | description of task | task description | what | work item | step | action | subject | epic |"
    " project name | wbs items | wbs item | deliverable | deliverable name | milestone name | description |"
    " vorgang | vorgangsname | aufgabe | aufgabenname | bezeichnung | titel | tatigkeit | aktivitat |"
    " nom | nom de la tache | tache | activite | intitule | libelle | nom de l activite | titre |"
    " nombre | nombre de tarea | nombre de la tarea | tarea | actividad | titulo |"
    " nome | nome attivita | nome dell attivita | attivita | compito | titolo | nome tarefa |"
    " naam | taaknaam | taak | activiteit | omschrijving | onderwerp |"
    " nazwa | nazwa zadania | zadanie | czynnosc | dzialanie | tytul |"
    " название | название задачи | наименование | наименование работ | наименование задачи | задача | работа |"
    " вид работ | мероприятие | имя | название работы | имя задачи |"
    " назва | назва завдання | завдання | робота | найменування | найменування робіт | захід |"
    " nome da tarefa | tarefa | atividade | nome da atividade",
    "kind": "type | kind | task type | item type | activity type | issue type | typ | art | vorgangsart | nature |"
    " tipo | tipo de tarea | soort | rodzaj | тип | тип задачи | тип работы | вид | тип завдання | type de tache",
    "milestone": "milestone | is milestone | milestone flag | meilenstein | jalon | hito | cardine |"
    " attivita cardine | mijlpaal | kamien milowy | punkt kontrolny | веха | контрольная точка | віха | marco",
    "mode": "task mode | mode | scheduling mode | manual | manually scheduled | vorgangsmodus | modus |"
    " planungsmodus | mode tache | mode de la tache | modo de tarea | modalita attivita | taakmodus |"
    " tryb zadania | режим задачи | режим завдання | modo da tarefa",
    "start": "start | start date | begin | begin date | starts | start on | from | planned start | starting | starts on |"
    " early start | beginn | anfang | startdatum | anfangsdatum | beginndatum | startet am | von | startdatum plan |"
    " debut | date de debut | debute le | du | commencement | date debut |"
    " comienzo | inicio | fecha de inicio | fecha inicio | fecha de comienzo | desde |"
    " inizio | data inizio | data di inizio | dal |"
    " aanvang | begindatum | van |"
    " poczatek | rozpoczecie | data rozpoczecia | od | data poczatkowa |"
    " начало | дата начала | старт | дата старта | начало работ | с |"
    " початок | дата початку | старт робіт | початок робіт | з |"
    " data de inicio | data inicio | data do inicio | target start date | start planned",
    "finish": "finish | finish date | end | end date | ends | to | completion | completion date | planned finish |"
    " planned end | ends on | until | early finish | ende | enddatum | fertigstellung | endtermin | bis | abschluss |"
    " fin | date de fin | termine le | au | achevement | date fin | echeance fin |"
    " fecha de fin | fecha fin | fecha de finalizacion | finalizacion | termino | hasta |"
    " fine | data fine | data di fine | al |"
    " einde | einddatum | voltooien | tot |"
    " koniec | zakonczenie | data zakonczenia | do | data koncowa |"
    " окончание | конец | дата окончания | завершение | дата завершения | финиш | срок окончания | по |"
    " кінець | закінчення | дата закінчення | завершення | дата завершення | фініш |"
    " data de termino | fim | data de fim | data fim | conclusao | data de conclusao | target end date",
    "duration": "duration | dur | length | planned duration | original duration | at completion duration |"
    " target drtn hr cnt | dauer | laufzeit | zeitdauer | duree | duree prevue | duracion | durata | duur |"
    " doorlooptijd | czas trwania | okres | длительность | продолжительность | срок | дней | тривалість | duracao",
    "duration_unit": "unit | duration unit | time unit | einheit | unite | unidad | unita | eenheid | jednostka |"
    " единица | ед изм | одиниця | unidade",
    "work": "work | effort | estimate | hours | work hours | planned work | arbeit | aufwand | arbeitsaufwand | travail |"
    " charge | trabajo | esfuerzo | lavoro | impegno | werk | inspanning | praca | naklad pracy | трудозатраты |"
    " трудоемкость | трудовитрати | trabalho | esforco",
    "percent": "% complete | percent complete | complete | % done | percent done | progress | % | completed |"
    " % work complete | physical % complete | physical percent complete | activity % complete |"
    " phys complete pct | done | actual % complete | duration % complete | pct complete | complete % | progress % |"
    " % abgeschlossen | abgeschlossen | prozent abgeschlossen | fortschritt | fertigstellungsgrad |"
    " % acheve | % termine | pourcentage acheve | avancement | % avancement | progression | % realise |"
    " % completado | porcentaje completado | avance | progreso | % avance | % de avance |"
    " % completamento | percentuale completamento | completamento | avanzamento | % avanzamento |"
    " % voltooid | percentage voltooid | voortgang | % gereed | gereed |"
    " % ukonczenia | % wykonania | procent wykonania | postep | zaawansowanie | % zaawansowania |"
    " % завершения | процент завершения | % выполнения | процент выполнения | выполнено | готовность | прогресс |"
    " % завершення | відсоток завершення | % виконання | відсоток виконання | виконано |"
    " % concluida | % concluido | porcentagem concluida | percentual concluido | progresso | % conclusao",
    "predecessors": "predecessors | predecessor | pred | preds | depends on | dependency | dependencies | after |"
    " predecessor ids | blocked by | predecessor task | predecessor details | vorganger | vorgangernr |"
    " abhangig von | abhangigkeit | abhangigkeiten | predecesseurs | predecesseur | depend de | dependances |"
    " predecesoras | predecesora | predecesores | depende de | dependencias |"
    " predecessori | predecessore | dipende da | dipendenze | voorafgaande taken | voorganger | voorgangers |"
    " afhankelijk van | afhankelijkheden | poprzedniki | poprzednik | zalezy od | zaleznosci |"
    " предшественники | предшественник | предшествующие задачи | зависит от | зависимости |"
    " попередники | попередник | залежить від | залежності | predecessoras | predecessora | predecessores",
    "successors": "successors | successor | succ | nachfolger | successeurs | successeur | sucesoras | sucesores |"
    " successori | opvolgers | nastepniki | последователи | преемники | наступники | sucessoras | sucessores",
    "responsible": "responsible | responsible person | owner | assignee | assigned to | lead | who | accountable |"
    " task owner | action owner | person responsible | contact | verantwortlich | verantwortliche | verantwortlicher |"
    " zustandig | zugewiesen an | bearbeiter | wer | ansprechpartner | responsable | pilote | attribue a | assigne a |"
    " qui | encargado | asignado a | responsabile | assegnato a | incaricato | verantwoordelijke | verantwoordelijk |"
    " toegewezen aan | eigenaar | odpowiedzialny | osoba odpowiedzialna | wlasciciel | przypisane do | wykonawca |"
    " ответственный | ответственное лицо | исполнитель | назначено | відповідальний | відповідальна особа |"
    " виконавець | призначено | responsavel | atribuido a | encarregado | resourcing",
    "organisation": "organisation | organization | partner | company | party | vendor | supplier | contractor | team |"
    " department | responsible organisation | responsible organization | lead partner | firma | unternehmen |"
    " organisationseinheit | abteilung | partner organisation | organisme | entreprise | partenaire | societe |"
    " equipe | service | organizacion | empresa | socio | equipo | organizzazione | azienda | ente | reparto |"
    " organisatie | bedrijf | afdeling | organizacja | podmiot | zespol | dzial | организация | компания |"
    " подразделение | отдел | организация исполнитель | організація | компанія | підрозділ | організація виконавець |"
    " organizacao | parceiro | departamento | project proponent",
    "resources": "resource names | resources | resource name | resource | assigned resources | staff |"
    " ressourcennamen | ressourcen | ressource | noms ressources | noms des ressources | ressources |"
    " nombres de los recursos | nombre de los recursos | recursos | nomi risorse | nome risorsa | risorse |"
    " resourcenamen | namen van resources | resources taak | nazwy zasobow | zasoby | названия ресурсов | ресурсы |"
    " имена ресурсов | назви ресурсів | ресурси | nomes dos recursos",
    "constraint": "constraint type | constraint | primary constraint | einschrankungsart | einschrankung |"
    " type de contrainte | contrainte | tipo de restriccion | delimitacion | restriccion | tipo vincolo |"
    " tipo di vincolo | vincolo | type beperking | beperking | beperkingstype | typ ograniczenia | ograniczenie |"
    " тип ограничения | ограничение | тип обмеження | обмеження | tipo de restricao | restricao",
    "constraint_date": "constraint date | primary constraint date | einschrankungstermin | einschrankungsdatum |"
    " date de contrainte | date contrainte | fecha de restriccion | fecha de delimitacion | data vincolo |"
    " data del vincolo | beperkingsdatum | data ograniczenia | дата ограничения | дата обмеження |"
    " data da restricao | data de restricao",
    "deadline": "deadline | due date | due | due by | due on | target date | latest finish date | stichtag | frist |"
    " fallig | fallig am | falligkeitsdatum | termin | echeance | date limite | date butoir | delai |"
    " fecha limite | vencimiento | plazo | scadenza | data scadenza | data limite | deadline datum | vervaldatum |"
    " uiterste datum | termin ostateczny | termin wykonania | крайний срок | дедлайн | срок выполнения | дедлайн дата |"
    " кінцевий термін | термін | термін виконання | крайній термін | prazo | prazo final | prazo limite",
    "actual_start": "actual start | actual start date | started | started on | act start | act start date |"
    " tatsachlicher anfang | tatsachlicher beginn | ist anfang | ist beginn | ist start | debut reel |"
    " date de debut reelle | comienzo real | inicio real | inizio effettivo | data inizio effettiva |"
    " werkelijke begindatum | werkelijk begin | werkelijke start | rozpoczecie rzeczywiste | rzeczywiste rozpoczecie |"
    " фактическое начало | начало факт | факт начало | фактичний початок | початок факт | data de inicio real",
    "actual_finish": "actual finish | actual finish date | actual end | actual end date | act finish | act end date |"
    " finished on | completed on | tatsachliches ende | ist ende | ist fertigstellung | fin reelle |"
    " date de fin reelle | fin real | fecha de fin real | fine effettiva | data fine effettiva |"
    " werkelijke einddatum | werkelijk einde | zakonczenie rzeczywiste | rzeczywiste zakonczenie |"
    " фактическое окончание | окончание факт | факт окончание | фактичне закінчення | закінчення факт |"
    " termino real | conclusao real",
    "baseline_start": "baseline start | baseline start date | bl start | bl project start | geplanter anfang |"
    " basisplan anfang | debut planifie | debut de reference | comienzo previsto | inicio de linea base |"
    " linea base inicio | inizio previsto | inizio di base | inizio pianificato di base | geplande begindatum |"
    " begindatum basislijn | rozpoczecie wedlug planu bazowego | rozpoczecie planu bazowego | rozpoczecie planowane |"
    " базовое начало | начало базовое | базовий початок | початок базовий | inicio da linha de base | baseline begin",
    "baseline_finish": "baseline finish | baseline finish date | baseline end | bl finish | bl project finish |"
    " geplantes ende | basisplan ende | fin planifiee | fin de reference | fin prevista | fin de linea base |"
    " linea base fin | fine prevista | fine di base | geplande einddatum | einddatum basislijn |"
    " zakonczenie wedlug planu bazowego | zakonczenie planu bazowego | zakonczenie planowane | базовое окончание |"
    " окончание базовое | базове закінчення | закінчення базове | termino da linha de base",
    "baseline_duration": "baseline duration | bl duration | geplante dauer | duree planifiee | duracion prevista |"
    " durata prevista | geplande duur | czas trwania wedlug planu bazowego | базовая длительность |"
    " базова тривалість | duracao da linha de base",
    "notes": "notes | note | comment | comments | remark | remarks | notizen | notiz | bemerkung | bemerkungen |"
    " kommentar | anmerkung | anmerkungen | remarques | remarque | commentaire | commentaires | notas | nota |"
    " comentario | comentarios | observaciones | commenti | commento | osservazioni | opmerking | opmerkingen |"
    " notities | uwagi | notatki | komentarz | примечание | примечания | заметки | комментарий | комментарии |"
    " примітка | примітки | нотатки | коментар | observacoes | observacao",
    "budget": "budget | budgets | budgeted cost | budgeted total cost | budget cost | baseline cost | planned cost |"
    " planned costs | cost | costs | total cost | total costs | estimated cost | cost estimate | bac |"
    " budget at completion | kosten | gesamtkosten | plankosten | geplante kosten | kosten plan | soll kosten |"
    " cout | couts | cout total | cout prevu | budget prevu | cout planifie | coste | costes | coste total |"
    " coste previsto | presupuesto | costo | costi | costo totale | costo previsto | costo total | totale kosten |"
    " geplande kosten | begroting | begrote kosten | koszt | koszty | koszt calkowity | koszt planowany | budzet |"
    " стоимость | стоимость план | плановая стоимость | общая стоимость | бюджет | затраты | плановые затраты |"
    " вартість | планова вартість | загальна вартість | витрати | планові витрати |"
    " custo | custos | custo total | custo previsto | orcamento",
    "actual_cost": "actual cost | actual costs | actual total cost | act cost | act total cost | cost actual |"
    " cost to date | actual cost to date | spent | spent to date | acwp | istkosten | ist kosten | aktuelle kosten |"
    " tatsachliche kosten | cout reel | couts reels | depense | coste real | costes reales | gastado | costo real |"
    " costo effettivo | costi effettivi | speso | werkelijke kosten | koszt rzeczywisty | koszty rzeczywiste |"
    " фактическая стоимость | стоимость факт | фактические затраты | затраты факт | фактична вартість |"
    " вартість факт | фактичні витрати | витрати факт | custo real | custos reais | gasto",
    "currency": "currency | currency code | wahrung | devise | monnaie | moneda | divisa | valuta | muntsoort | waluta |"
    " валюта | moeda",
    "none": "status | state | priority | critical | total slack | free slack | total float | free float |"
    " remaining duration | actual duration | duration actual |"
    " remaining work | actual work | late start | late finish | start variance | finish variance | predecessor cost |"
    " role | category | risk | location | quantity | rate | active | summary task | created | updated |"
    " priorit at | kritisch | puffer | gesamte pufferzeit | freie pufferzeit | statut | marge |"
    " estado | stato | prioridad | prioriteit | stan | priorytet | статус | приоритет |"
    " пріоритет | situacao | ev | pv | ac",
}
# Words that do not change what a heading is about.
FILLERS = frozenset(
    "date dates datum fecha data дата planned plan planning project projects task tasks activity the of in and for de du"
    " des der die das la le del di da do expected current latest approved estimated scheduled forecast est target proj"
    " number name geplant geplante projekt projet proyecto progetto projeto проект план плановый плановая плановое"
    " плановий планова планове факт1 local revised new us uk dd mm yy yyyy tt jj jjjj aaaa гггг дд мм рррр optional"
    " required pct # no nr".split()
)

UNIT_WORDS: Mapping[Unit, str] = {
    "min": "min mins minute minutes minuten minuto minutos minuto minuti minuut minuta minuty minut м мин минута"
    " минуты минут хв хвилина хвилини хвилин m",
    "h": "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore uur uren u godz godzina godziny godzin"
    " ч час часа часов г год годин година години hh",
    "d": "d dy day days t tg tag tage tagen arbeitstag arbeitstage at werktag werktage pt j jr jour jours jrs jo dia dias"
    " dias g gg giorno giorni dag dagen dg dgn dzien dni dn wd workday workdays working д дн день дня дней днів дні"
    " рабочих робочих jours ouvres uteis laborables",
    "w": "w wk wks week weeks wo woche wochen kw sem semaine semaines semana semanas sett settimana settimane weken"
    " tydz tydzien tygodnie tygodni tyg н нед неделя недели недель тиж тиждень тижні тижнів s",
    "mon": "mo mon mons month months monat monate monaten mois mes meses mese mesi maand maanden mies miesiac miesiace"
    " miesiecy мес месяц месяца месяцев міс місяць місяці місяців mthly mths mth",
    "y": "y yr yrs year years jahr jahre an ans annee annees ano anos anno anni jaar rok lata lat года лет рік роки"
    " років",
}
# German f(ortlaufend), French and English e, Italian t(rascorsi); and words that stand beside the unit.
ELAPSED_PREFIXES = ("e", "f", "t", "а", "п", "к")
ELAPSED_SUFFIXES = ("e",)
ELAPSED_WORDS = frozenset(
    "elapsed calendar fortlaufend fortlaufende fortl kalendertage kalendertag ecoule ecoules ecoulee ecoulees"
    " transcurrido transcurridos transcurridas naturales trascorsi trascorso solari verstreken kalenderdagen uplyw"
    " kalendarzowe kalendarzowych календарных календарні календарних прош затр decorridos corridos decorrido".split()
)

MONTH_STEMS: tuple[str, ...] = (
    "jan gen ene sty янв січ",
    "feb fev feb lut фев лют",
    "mar mrz mrt maa мар бер",
    "apr avr abr kwi апр кві",
    "may mai mag maj mei маи мая тра",
    "jun juin giu cze июн чер",
    "jul juil lug lip июл лип",
    "aug aou ago sie авг сер",
    "sep set wrz сен вер",
    "oct okt ott out paz окт жов",
    "nov lis ноя лис",
    "dec dez dic gru дек гру",
)
WEEKDAYS = (
    "mon mo lun seg pon pn пн maa lu",
    "tue di mar ter wt вт din ma",
    "wed mi mer mie qua sr ср woe me",
    "thu do jeu jue gio qui czw чт don je",
    "fri fr ven vie sex pt пт vri ve",
    "sat sa sam sab sob сб zat",
    "sun so dim dom nie ndz вс нд zon su zo",
)

LINK_WORDS: Mapping[LinkKind, str] = {
    "FS": "FS EA FD FC FI EB ZR ОН ЗП TI FD",
    "SS": "SS AA DD CC II BB RR НН ПП",
    "FF": "FF EE ZZ ОО ЗЗ TT",
    "SF": "SF AE DF CF IF BE RZ НО ПЗ IT",
}

CONSTRAINT_WORDS: Mapping[ConstraintKind, str] = {
    "asap": "0 | asap | as soon as possible | so fruh wie moglich | des que possible | lo antes posible |"
    " il piu presto possibile | zo snel mogelijk | jak najwczesniej | mozliwie najwczesniej | как можно раньше |"
    " якомога раніше | o mais breve possivel | o quanto antes",
    "alap": "1 | alap | as late as possible | so spat wie moglich | le plus tard possible | lo mas tarde posible |"
    " il piu tardi possibile | zo laat mogelijk | jak najpozniej | mozliwie najpozniej | как можно позже |"
    " якомога пізніше | o mais tarde possivel",
    "mso": "2 | mso | must start on | muss anfangen am | doit commencer le | debe comenzar el | deve iniziare il |"
    " moet beginnen op | musi rozpoczac sie | фиксированное начало | обязательное начало |"
    " фіксований початок | deve iniciar em | mandatory start",
    "mfo": "3 | mfo | must finish on | muss enden am | doit finir le | debe finalizar el | deve finire il |"
    " moet eindigen op | musi zakonczyc sie | фиксированное окончание | фіксоване закінчення |"
    " deve terminar em | mandatory finish",
    "snet": "4 | snet | start no earlier than | anfang nicht fruher als | debut au plus tot le |"
    " no comenzar antes del | iniziare non prima del | niet eerder beginnen dan | rozpocznij nie wczesniej niz |"
    " начало не ранее | початок не раніше | nao iniciar antes de | start on or after",
    "snlt": "5 | snlt | start no later than | anfang nicht spater als | debut au plus tard le |"
    " no comenzar despues del | iniziare non oltre il | niet later beginnen dan | rozpocznij nie pozniej niz |"
    " начало не позднее | початок не пізніше | nao iniciar depois de | start on or before",
    "fnet": "6 | fnet | finish no earlier than | ende nicht fruher als | fin au plus tot le |"
    " no finalizar antes del | finire non prima del | niet eerder eindigen dan | zakoncz nie wczesniej niz |"
    " окончание не ранее | закінчення не раніше | nao terminar antes de | finish on or after",
    "fnlt": "7 | fnlt | finish no later than | ende nicht spater als | fin au plus tard le |"
    " no finalizar despues del | finire non oltre il | niet later eindigen dan | zakoncz nie pozniej niz |"
    " окончание не позднее | закінчення не пізніше | nao terminar depois de | finish on or before",
    "start_on": "start on",
    "finish_on": "finish on",
}

KIND_WORDS: Mapping[ItemKind, str] = {
    "milestone": "milestone | start milestone | finish milestone | meilenstein | jalon | hito | cardine | mijlpaal |"
    " kamien milowy | веха | контрольная точка | віха | marco | ms | m |"
    " tt mile | tt fin mile",
    "deliverable": "deliverable | liefergegenstand | ergebnis | livrable | entregable | consegna | deliverables |"
    " produkt | результат | entregavel | d",
    "phase": "phase | summary | summary task | stage | wbs | work package | group | sammelvorgang | recapitulative |"
    " resumen | riepilogo | samenvatting | zbiorcze | суммарная | фаза | этап | етап | підсумкове | resumo | fase |"
    " arbeitspaket | epic | tt wbs",
    "loe": "loe | level of effort | tt loe",
    "task": "task | activity | action | vorgang | aufgabe | tache | activite | tarea | actividad | attivita | taak |"
    " zadanie | задача | работа | завдання | робота | tarefa | atividade | task dependent | resource dependent | t |"
    " tt task | tt rsrc",
}

YES = frozenset(
    "yes y true 1 x ja j oui o si s da tak t да д так vrai wahr verdadero vero waar prawda истина sim v ✓ ✔".split()
)
NO = frozenset("no n false 0 nein non nie нет н ні niet nee faux falsch falso onwaar falsz ложь nao f".split())
MANUAL = frozenset(
    "manual | manually scheduled | manuell | manuell geplant | manuel | planifiee manuellement | planification manuelle |"
    " programada manualmente | programado manualmente | pianificazione manuale | manuale | pianificata manualmente |"
    " handmatig | handmatig gepland | planowane recznie | zaplanowane recznie | reczny | ручное планирование |"
    " ручное | вручную | ручне планування | agendada manualmente | agendado manualmente | yes | ja | oui | 1 | true".split(
        " | "
    )
)
AUTOMATIC = frozenset(
    "auto | auto scheduled | automatic | automatically scheduled | automatisch | automatisch geplant | automatique |"
    " planifiee automatiquement | planification automatique | programada automaticamente | automatico |"
    " pianificazione automatica | pianificata automaticamente | planowane automatycznie | zaplanowane automatycznie |"
    " автоматическое планирование | автоматическое | автоматичне планування | agendada automaticamente | no | nein |"
    " non | 0 | false".split(" | ")
)
ABSENT = frozenset(["", *"na n/a nv nd н/д нд none null nil - -- – — ? k.a. n.v.t. n.d. s/o nan".split()])
TOTALS = frozenset(
    "total totals totale totales gesamt summe sum somme suma sum razem totaal subtotal grand итого всего разом"
    " всього".split()
)


def normal(text: str) -> str:
    """Return the text with small letters, without accents and punctuation; "%" and "#" stay."""
    return _normal(text) if len(text) <= CACHED_CHARS_MAX else _normal.__wrapped__(text)


@lru_cache(maxsize=8192)
def _normal(text: str) -> str:
    words = re.sub(r"(?<=[a-zа-яіїє])(?=[A-ZА-ЯІЇЄ])", " ", text)
    bare = "".join(one for one in unicodedata.normalize("NFKD", words).casefold() if not unicodedata.combining(one))
    return " ".join(re.sub(r"[^\w%#✓✔]|_", " ", bare.replace("%", " % ")).split())


def phrases(words: str) -> list[str]:
    """Return the normal forms of "one | two words"."""
    return [found for found in (normal(word) for word in words.split("|")) if found]


def index(words: Mapping[Meaning, str]) -> dict[str, Meaning]:
    """Return each phrase with what it stands for; the first one that claims a phrase has it."""
    result: dict[str, Meaning] = {}
    for meaning, spelled in words.items():
        for phrase in phrases(spelled):
            result.setdefault(phrase, meaning)
    return result


@cache
def units() -> Mapping[str, tuple[Unit, bool]]:
    """Return each word and letter for a unit of time, with whether it is elapsed (by the clock, not working) time."""
    result: dict[str, tuple[Unit, bool]] = {}
    for unit, words in UNIT_WORDS.items():
        for word in words.split():
            result.setdefault(normal(word), (unit, False))
    for unit, words in UNIT_WORDS.items():
        for word in map(normal, words.split()):
            for elapsed in (*(prefix + word for prefix in ELAPSED_PREFIXES), *(word + end for end in ELAPSED_SUFFIXES)):
                result.setdefault(elapsed, (unit, True))
    return result


@cache
def link_kinds() -> Mapping[str, LinkKind]:
    """Return each spelling of a link type, in capitals."""
    return {word: kind for kind, words in LINK_WORDS.items() for word in words.split()}


@lru_cache(maxsize=8192)
def month_of(word: str) -> int | None:
    """Return 1 to 12 for a month's name or abbreviation in any of the languages."""
    plain = normal(word)
    fitting = [
        (len(stem), month)
        for month, stems in enumerate(MONTH_STEMS, start=1)
        for stem in stems.split()
        if plain.startswith(normal(stem))
    ]
    return max(fitting)[1] if fitting else None


@lru_cache(maxsize=8192)
def weekday_of(word: str) -> frozenset[int]:
    """Return the days (Monday is 0) that a weekday's abbreviation may mean; languages share some."""
    plain = normal(word)
    return frozenset(
        day for day, stems in enumerate(WEEKDAYS) if any(plain[: len(stem)] == stem and plain for stem in stems.split())
    )
