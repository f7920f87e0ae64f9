"""What lies beside the joint plan: small plans of fewer people, and what two houses know that the others do not."""

from dataclasses import dataclass

from .table import Line, lines_of


@dataclass(frozen=True, slots=True)
class SmallPlan:
    """A plan that somebody made here; it begins on the Monday of a week."""

    name: str
    who: str
    begins: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Aside:
    """
    Private items of one house in the joint plan.

    `under` is the joint item that they divide, or "" for the end of the plan; `holds` are links to joint items that
    bind in this house only. Rows may wait for joint items too.
    """

    who: str
    week: int
    under: str
    lines: tuple[Line, ...]
    holds: tuple[tuple[str, str], ...]


OFFER = SmallPlan("Offer for phase 2: the northern crossing", "felix", -3, lines_of("""
idea        |     | felix |                | What we would offer together                |
  scope     | 5   | yuna  |                | Three ferries, two quays: scope sketched    |
  visit     | 2   | tomas | scope          | Quays in the north visited                  |
  split     | 4   | felix | scope          | Who does what, and who carries which risk   |
numbers     |     | tomas |                | Price                                       |
  towercost | 8   | yuna  | split          | Towers and batteries calculated             |
  yardcost  | 10  | tomas | visit, split   | Yard and quays calculated                   |
  margin    | 3   | felix | towercost, yardcost | Margin and contingency agreed          |
paper       |     | felix |                | The offer                                   |
  text      | 10  | yuna  | split+5d       | Text and references                         |
  signed    | 2   | tomas | text, margin   | Signed by both                              |
  handed    | M   | felix | signed         | Offer handed in at Halvorsund Ferries       |
"""))  # fmt: skip
COMMITTEE = SmallPlan("Steering committee: what waits for us", "ingrid", -2, lines_of("""
before      | 6   | ingrid |               | Papers on the transformer and the yard      |
meeting     | M   | per    | before        | Fifth meeting                               | snet=2
claim       | 15  | felix  | meeting       | Claim against the maker of the transformer  |
reserve     | 10  | per    | meeting       | Half of the reserve released                |
letter      | 5   | ingrid | reserve       | Letter to the grant office                  |
next        | M   | per    | claim, letter | Sixth meeting                               | snet=14
"""))  # fmt: skip
TIMETABLE = SmallPlan("Timetable change and relief ferry", "ingrid", -4, lines_of("""
demand      | 8   | mette  |               | Passengers counted                          |
relief      | 20  | ingrid |               | Relief ferry chartered for the change       |
rosters     | 12  | mette  | demand        | Rosters for two crews                       |
council     | 10  | mette  | rosters       | Works council hears the rosters             |
board       | M   | per    | council, relief | Board decides on the timetable            |
print       | 6   | mette  | board         | Signs and leaflets printed                  |
"""))  # fmt: skip

# Voltmere's first supplier of cells is in trouble; nobody else has been told.
CELLS = Aside("yuna", -4, "lomcells", lines_of("""
cellseek    | 30  | yuna   |                | Second supplier of cells qualified          |
cellbuy     | 8   | felix  | cellseek       | Cells ordered from the second supplier      |
cellmade    | 35  | felix  | cellbuy        | Cells made and shipped                      |
cellpack    | 25  | henrik | cellmade       | Modules assembled with the new cells        |
cellproof   | 12  | henrik | cellpack       | Modules run in and tested                   |
"""), (("cellproof", "lomcellsok"),))  # fmt: skip
# The ferries must find a third crew before they can send the second one to be trained.
RELIEF = Aside("ingrid", -3, "crew", lines_of("""
thirdcrew   | 25  | mette  | trainers       | Third crew hired for the training weeks     |
overtime    | 8   | ingrid | trainers       | Works council agrees to overtime            |
"""), (("thirdcrew", "crewb"), ("overtime", "crewb")))  # fmt: skip
