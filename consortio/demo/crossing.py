"""
The joint plan of the demo world, as a table: two ferries are rebuilt to run on batteries, three quays get towers that
charge them.

Columns: key | size | in charge | waits for | name | more. `table` reads it; keys stand for nothing outside this folder.

* size: working days of the item's own calendar; "M" a milestone; "D2" a deliverable of two days; nothing: a phase.
* in charge: somebody of the cast, a company, or nobody.
* waits for: keys; ":SS", ":FF" or ":SF" the kind of link, "+5d" a lag of working days, "+14e" of days by the calendar.
* more: cal= calendar; took= the days it really took; held= not begun before that week; from= the revision of the plan
  that it came in with; snet= and deadline= a week. Weeks count from this Monday.
"""

NAME = "Quiet Crossing: two electric ferries, three quays"
CALENDARS = {"yard": "Shipyard, four days of ten hours", "night": "Between the last and the first ferry"}
ROWS = """
agree          |     | ingrid     |                           | Agreement and design basis                      |
  kickoff      | M   | ingrid     |                           | Joint kick-off                                  |
  charter      | 8   | tomas      | kickoff                   | Ways of working and who answers for what        |
  routes       | 12  | mette      | kickoff                   | Timetable and energy profile of the crossing    |
  basis        | 15  | yuna       | kickoff                   | Design basis for vessels, towers and quays      |
  energy       | 10  | henrik     | routes                    | Energy model: consumption, ageing, reserve      |
  battsize     | 6   | yuna       | energy, basis:SS+5d       | Battery size chosen                             | took=8
  riskday      | 3   | priya      | charter                   | Joint risk workshop                             |
  annexes      | 10  | ingrid     | charter, basis            | Contract annexes for towers and vessels         |
  basisdoc     | D2  | yuna       | basis, battsize           | Design basis, signed by all three               |
  frozen       | M   | ingrid     | basisdoc, annexes         | Design basis frozen                             |
grid           |     | felix      |                           | Grid connection                                 |
  gridstudy    | 20  | ingrid     | kickoff+5d                | Connection study with the grid company          |
  gridask      | 10  | ingrid     | gridstudy, energy         | Connection agreement applied for                |
  gridwait     | 25  | ingrid     | gridask                   | Grid company answers                            | took=33
  gridsigned   | M   | ingrid     | gridwait                  | Connection agreement signed                     |
  subdesign    | 20  | henrik     | frozen                    | Substation Storvik: design                      |
  subpermit    | 30  | ingrid     | subdesign                 | Substation Storvik: building permit             |
  trafoorder   | 5   | felix      | subdesign                 | Transformer ordered                             |
  trafo        | 85  | felix      | trafoorder                | Transformer manufactured                        | took=118
  subcivil     | 25  | tomas      | subpermit, gridsigned     | Substation Storvik: foundations and trench      |
  trafosite    | D2  | felix      | trafo, subcivil           | Transformer on site at Storvik                  |
  subinstall   | 15  | henrik     | trafosite                 | Substation Storvik: switchgear and transformer  |
  subtest      | 8   | henrik     | subinstall                | Substation Storvik: protection tests            |
  power        | M   | felix      | subtest                   | Storvik substation energised                    |
  feeder       | 18  | tomas      | gridsigned, frozen        | Lindholm feeder: sea cable laid                 |
  feedtest     | 5   | henrik     | feeder+3d                 | Lindholm feeder: tests                          |
  fed          | M   | felix      | feedtest                  | Lindholm feeder energised                       |
towers         |     | felix      |                           | Charging towers                                 |
  towspec      | 12  | henrik     | frozen                    | Tower specification                             |
  towdesign    | 25  | henrik     | towspec                   | Tower design                                    |
  wind         | 10  | henrik     | towspec                   | Wind load study after the storm at Storvik      | from=4
  redesign     | 15  | henrik     | wind, towdesign           | Tower arm redesigned for 35 m/s                 | from=4
  towreview    | 3   | yuna       | towdesign, redesign       | Joint design review of the towers               |
  towdrawings  | D3  | henrik     | towreview                 | Tower drawings released for manufacture         |
  steel        | 35  | felix      | towdrawings               | Tower steel for three quays                     |
  arms         | 30  | felix      | towdrawings+5d            | Charging arms                                   |
  plug         | 20  | henrik     | towspec                   | Plug and socket tested in the laboratory        |
  software1    | 40  | yuna       | towspec, energy           | Control software, first release                 |
  software2    | 25  | yuna       | software1+10d             | Control software, release for operation         | took=33
  factory      | 8   | henrik     | steel, arms, plug, software1 | Factory test of the first tower              |
  factorydoc   | D2  | felix      | factory                   | Factory test report                             |
  spares       | 15  |            | arms                      | Spare parts for towers                          |
storvik        |     | tomas      |                           | Quay Storvik                                    |
  stosurvey    | 8   | tomas      | kickoff+10d               | Seabed and structure survey                     |
  stodesign    | 20  | tomas      | stosurvey, frozen         | Quay design                                     |
  stopermit    | 25  | ingrid     | stodesign                 | Permit for work over water                      |
  stodemo      | 12  | tomas      | stopermit                 | Old fenders and ramp taken out                  | cal=night
  stopile      | 20  | tomas      | stodemo                   | Piles for tower and ramp                        | cal=night took=24
  storamp      | 18  | tomas      | stopile                   | New ramp                                        | cal=night
  stofound     | 12  | tomas      | stopile:SS+10d            | Tower foundation                                |
  stotower     | 8   | henrik     | stofound, factorydoc      | Tower erected                                   | cal=night
  stocable     | 8   | henrik     | stotower, power           | Tower connected to the substation               |
  stotest      | 6   | henrik     | stocable, software2       | Site test without a vessel                      |
  storeport    | D1  | henrik     | stotest                   | Site test report Storvik                        |
  stoready     | M   | tomas      | storeport, storamp        | Quay Storvik ready to charge                    |
lindholm       |     | tomas      |                           | Quay Lindholm                                   |
  linsurvey    | 8   | tomas      | stosurvey                 | Seabed and structure survey                     |
  lindesign    | 18  | tomas      | linsurvey, stodesign:SS+10d | Quay design                                   |
  linpermit    | 25  | ingrid     | lindesign                 | Permit for work over water                      |
  lindemo      | 10  | tomas      | linpermit, stopile        | Old fenders and ramp taken out                  | cal=night
  linpile      | 16  | tomas      | lindemo                   | Piles for tower and ramp                        | cal=night
  linramp      | 16  | tomas      | linpile, storamp          | New ramp                                        | cal=night
  linfound     | 10  | tomas      | linpile:SS+8d             | Tower foundation                                |
  lintower     | 7   | henrik     | linfound, stotower+5d     | Tower erected                                   | cal=night
  lincable     | 6   | henrik     | lintower, fed             | Tower connected to the feeder                   |
  lintest      | 5   | henrik     | lincable, stotest         | Site test without a vessel                      |
  linready     | M   | tomas      | lintest, linramp          | Quay Lindholm ready to charge                   |
nes            |     | tomas      |                           | Quay Nes, night mooring                         |
  nessurvey    | 6   | tomas      | linsurvey                 | Seabed and structure survey                     |
  nesdesign    | 15  | tomas      | nessurvey, lindesign      | Quay design                                     |
  nespermit    | 25  | ingrid     | nesdesign                 | Permit for work over water                      | took=34
  nesneigh     | 4   | mette      | nesdesign                 | Evening with the neighbours about night work    | snet=-2 held=2
  nespile      | 14  | tomas      | nespermit, linramp        | Piles for tower and mooring                     | cal=night
  nesmoor      | 10  | tomas      | nespile                   | Mooring dolphins                                | cal=night
  nesfound     | 8   | tomas      | nespile:SS+7d             | Tower foundation                                |
  nestower     | 7   | henrik     | nesfound, lintower+5d     | Tower erected                                   | cal=night
  nestest      | 5   | henrik     | nestower, lintest         | Site test without a vessel                      |
  nesready     | M   | tomas      | nestest, nesmoor          | Quay Nes ready to charge                        |
terna          |     | tomas      |                           | MF Terna                                        |
  tersurvey    | 8   | tomas      | kickoff+5d                | Survey of hull and machinery                    | cal=yard
  terdesign    | 28  | tomas      | tersurvey, frozen         | Conversion design                               |
  terdraw      | D2  | tomas      | terdesign                 | Conversion drawings for the class society       |
  terclass     | 20  | tomas      | terdraw                   | Class society approves the drawings             | took=24
  terslot      | M   | tomas      | terclass                  | Terna enters the yard                           | snet=-12
  terstrip     | 12  | tomas      | terslot                   | Diesel engines and tanks taken out              | cal=yard
  tersteel     | 20  | tomas      | terstrip                  | Steel work for battery rooms                    | cal=yard took=32
  tercells     | 45  | felix      | battsize, annexes         | Battery modules for Terna built                 |
  tercellsok   | D2  | felix      | tercells                  | Battery modules, factory acceptance             |
  tercool      | 10  | yuna       | tersteel                  | Cooling and fire suppression                    | cal=yard
  terbatt      | 12  | yuna       | tercellsok, tercool       | Batteries set in place                          | cal=yard
  termotor     | 18  | tomas      | tersteel:SS+8d            | Electric motors and thrusters                   | cal=yard
  terswitch    | 14  | henrik     | termotor:SS+6d, tersteel  | Switchboards                                    | cal=yard
  tercable     | 18  | tomas      | terswitch:SS+6d, terbatt:FF+3d | Cables pulled and connected                | cal=yard
  tersocket    | 8   | henrik     | plug, tersteel            | Charging socket and arm guide                   | cal=yard
  terharbour   | 6   | tomas      | tercable, terbatt, tersocket | Trials alongside                             | cal=yard
  terinspect   | 4   | tomas      | terharbour                | Class inspection                                |
  terout       | M   | tomas      | terinspect                | Terna leaves the yard                           |
  tersea       | 5   | mette      | terout                    | Sea trials                                      |
  terpaint     | 6   |            | terharbour:SS             | Livery and passenger saloon                     | cal=yard
  terhanded    | M   | tomas      | tersea, terpaint          | Terna handed over                               |
lom            |     | tomas      |                           | MF Lom                                          |
  lomsurvey    | 6   | tomas      | tersurvey+20d             | Survey of hull and machinery                    | cal=yard
  lomdesign    | 15  | tomas      | lomsurvey, terdesign      | Conversion design, differences to Terna         |
  lomclass     | 15  | tomas      | lomdesign, terclass       | Class society approves the differences          |
  lomslot      | M   | tomas      | lomclass, terout+3d       | Lom enters the yard                             |
  lomstrip     | 10  | tomas      | lomslot                   | Diesel engines and tanks taken out              | cal=yard
  lomsteel     | 17  | tomas      | lomstrip                  | Steel work for battery rooms                    | cal=yard
  lomcells     | 40  | felix      | tercellsok+5d             | Battery modules for Lom built                   | snet=1
  lomcellsok   | D2  | felix      | lomcells                  | Battery modules, factory acceptance             |
  lomcool      | 8   | yuna       | lomsteel                  | Cooling and fire suppression                    | cal=yard
  lombatt      | 10  | yuna       | lomcellsok, lomcool       | Batteries set in place                          | cal=yard
  lommotor     | 16  | tomas      | lomsteel:SS+8d            | Electric motors and thrusters                   | cal=yard
  lomswitch    | 12  | henrik     | lommotor:SS+6d, lomsteel  | Switchboards                                    | cal=yard
  lomcable     | 16  | tomas      | lomswitch:SS+6d, lombatt:FF+3d | Cables pulled and connected                | cal=yard
  lomharbour   | 5   | tomas      | lomcable, lombatt         | Trials alongside                                | cal=yard
  lominspect   | 4   | tomas      | lomharbour                | Class inspection                                |
  lomsea       | 4   | mette      | lominspect                | Sea trials                                      |
  lomhanded    | M   | tomas      | lomsea                    | Lom handed over                                 |
safety         |     | ingrid     |                           | Approvals and safety                            |
  hazid        | 5   | priya      | frozen                    | Hazard workshop with crews and fire brigade     |
  fire         | 20  | yuna       | hazid                     | Fire analysis of the battery rooms              |
  concept      | 25  | ingrid     | fire, terdraw             | Maritime authority accepts the concept          |
  conceptok    | M   | ingrid     | concept                   | Concept accepted                                |
  noise        | 12  | mette      | hazid                     | Noise measured before the change                | from=4 snet=-4 held=1
  brigade      | 6   | mette      | fire+90d                  | Fire brigade trained on battery fires           | held=-3
  environ      | 15  |            | stodesign, hazid          | Environmental statement                         |
  terpapers    | 10  | ingrid     | tersea, conceptok         | Certificates for Terna                          |
  lompapers    | 8   | ingrid     | lomsea, conceptok         | Certificates for Lom                            |
  licence      | 15  | ingrid     | terpapers, brigade        | Operating licence for the electric crossing     |
crew           |     | mette      |                           | Crews and timetable                             |
  training     | 12  | mette      | hazid                     | Training plan agreed with the union             |
  simulator    | 20  | yuna       | software1, training       | Simulator for energy and charging               | snet=-8
  trainers     | 10  | mette      | simulator                 | Instructors trained                             |
  crewa        | 15  | mette      | trainers                  | Crew A trained                                  |
  crewb        | 15  | mette      | crewa+5d                  | Crew B trained                                  |
  handbook     | 18  | mette      | conceptok, trainers       | Operating handbook                              |
  handbookdoc  | D2  | mette      | handbook                  | Operating handbook, approved                    | deadline=3
  drills       | 4   | mette      | crewa, terhanded          | Emergency drills on board                       |
  timetable    | 15  | mette      | energy+40d                | Timetable with charging breaks                  |
  publish      | 5   | ferries    | timetable+60d             | Timetable published                             |
  towns        | 10  | per        | publish                   | Open days in Storvik and Lindholm               |
service        |     | ingrid     |                           | Trials and start of service                     |
  first        | 5   | henrik     | stoready, tersea          | First charge of a vessel at Storvik             |
  charging     | 12  | yuna       | first, linready           | Charging trials, day and night                  | cal=night
  trialrun     | 15  | mette      | charging, crewa, terpapers | Trial operation without passengers             |
  startone     | M   | ingrid     | trialrun, licence, drills, handbookdoc | Terna in electric service          |
  lomcharge    | 8   | yuna       | lomhanded, nesready       | Charging trials with Lom                        | cal=night
  lomtrial     | 10  | mette      | lomcharge, crewb, lompapers, startone | Trial operation with Lom            |
  starttwo     | M   | ingrid     | lomtrial                  | Both ferries in electric service                | grant
  measured     | 20  | henrik     | startone+14e              | Consumption measured against the energy model   |
  diesel       | 10  | ferries    | starttwo                  | Diesel reserve sold                             |
  handover     | 15  | priya      | starttwo                  | Documents and spare parts handed over           |
  lessons      | 4   | priya      | starttwo+10d              | What we learnt, all three together              |
  account      | 15  | per        | handover                  | Final account with the grant office             |
  closed       | M   | ingrid     | account, lessons, measured | Programme closed                               |
office         |     | priya      |                           | Programme office                                |
  steer1       | M   | per        |                           | Steering committee: start                       | snet=-34
  steer2       | M   | per        |                           | Steering committee: design basis                | snet=-26
  steer3       | M   | per        |                           | Steering committee: towers after the storm      | snet=-18
  steer4       | M   | per        |                           | Steering committee: half-way                    | snet=-9
  steer5       | M   | per        |                           | Steering committee: transformer                 | snet=2
  steer6       | M   | per        |                           | Steering committee: start of service            | snet=14
  grantone     | D3  | priya      | steer3                    | First report to the grant office                |
  granttwo     | D3  | priya      | steer5                    | Second report to the grant office               |
  site         | 8   | brightkeel | frozen                    | Site office at Storvik set up                   |
  spill        | 5   |            | site                      | Spill and rescue plan for work over water       |
"""
NOTES = {
    "trafo": "The maker's winding shop burnt down. Felix asks every Monday; the steering committee hears the answer.",
    "wind": "Gusts of 33 m/s at Storvik bent the test mast. The tower was designed for 28.",
    "tersteel": "Frames behind the old fuel tanks were rusted through and are renewed.",
    "lomslot": "The yard has one dock: Lom enters when Terna leaves.",
    "starttwo": "The grant is paid in full if both ferries sail on batteries by the date in the award letter.",
    "nesneigh": "Without it the municipality withdraws the leave to work at night.",
}
