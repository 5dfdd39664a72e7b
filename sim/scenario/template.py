"""The scenario that `drawdown new NAME` writes: small, complete, commented, and valid."""

from __future__ import annotations

import json

_TEXT = """\
# yaml-language-server: $schema=scenario.schema.json
# The first line is for editors: after `drawdown schema > scenario.schema.json` in this folder, they complete
# and validate while you write.
# Quantities have units; dates are ISO; docs/scenario.md explains every key.
#   drawdown check {file} --sources     validates it, and lists values without a source
#   drawdown run {file}                 simulates it
schema: 1
name: {name}
note: A camp of 300 people that is handed over through one hub within two months.

calendar:
  start: 2023-07-01
  deadline: 2023-09-30          # lots and people out by the end of this day are in time
  horizon: 2023-10-15           # late lots and people are followed until here
  zone: UTC

phases:
  only: {{start: 2023-07-01}}

places:
  camp:
    role: camp                  # camp | hub | exit
    position: {{lat: 20.2, lon: 1.0}}
    phase: only
    handover: 2023-09-15
    people: {{military: 280, civilian: 20}}
    drawdown: {{start: 2023-08-01, rear_party: 60, leave_by: [air, road]}}
    release: {{start: 2023-07-10, over: 40 d}}
    working_hours: "06:00-18:00"
    crews: {{count: 4, size: 8, labour_share: 40 %}}
    loaders: 2
    strip:
      surface: gravel
      lights: false
      mog: 1                    # aircraft handled at the same time
      takes: [transport]
      flying_hours: "06:30-17:30"
    evacuate: {{hub: [road, air]}}        # destinations and modes, in order of preference
    lots:
      container: {{coe: 60, unoe: 20}}
      vehicle: {{coe: 30}}
      radio: {{coe: 6}}
    threat:
      alarms: {{rate: 0.05 /day}}         # random alarms ...
      shelter: {{lognormal: {{median: 1.5 h, p95: 6 h}}}}   # ... and how long people stay in the shelter
      periods: {{tense: {{from: 2023-08-20, until: 2023-08-31, times: 6}}}}
    escalation:                           # three episodes in a week trigger the order to leave
      episodes: {{count: 3, within: 7 d, notice: 5 d}}
    under_order: {{}}                       # and from it on longer hours, small crews, vehicles as they are
  hub:
    role: hub
    keeps_custody: true                   # a liquidation site: lots that arrive here are out
    position: {{lat: 16.25, lon: 0.0}}
    working_hours: "06:00-18:00"
    loaders: 4
    strip: {{surface: asphalt, lights: true, mog: 2}}

classes:
  container:
    container: true
    mass: {{triangular: [6 t, 11 t, 20 t]}}
    floor: 3
    value: 60 kUSD
    moves: [truck]
    prepare: {{lognormal: {{mean: 10 h, cv: 0.5}}}}
    load: 30 min
    unload: 30 min
    destroy: 4 h
    disable: 1 h
  vehicle:
    mass: 6 t
    floor: 4
    value: 80 kUSD
    moves: [self, truck]
    crew: 2
    seats: 4
    prepare: 5 h
    destroy: 6 h
    disable: 1 h
  radio:
    mass: 800 kg
    floor: 1
    value: 150 kUSD
    moves: [truck, aircraft]
    prepare: 4 h
    load: 20 min
    unload: 20 min
    destroy: 1 h
    disable: 30 min
    sensitive: true

lift:
  aircraft:
    transport:
      count: 1
      base: hub
      payload: {{asphalt: 9 t, gravel: 6 t}}
      positions: 6
      seats: 80
      block_speed: 430 km/h
      range: 3000 km
      ground_time: 1 h
      hours_a_day: 6 h
      crew_day: 12 h
      available: 80 %
      hold: 30 min
      cost: 9 kUSD/h
  trucks:
    contract: {{count: 40, base: hub, payload: 25 t, floor: 3}}
  convoys: {{at_once: 1, vehicles: {{least: 10, most: 60}}, load_at_least: 24 h, form_within: 2 d, cost: 3 USD/km}}

routes:
  north:
    through: [hub, camp]
    km: [590]
    marching_hours: "06:00-18:00"
    a_day: {{calm: 150 km, threat: 65 km}}
    periods: {{late: {{from: 2023-08-20, until: 2023-10-15, pace: threat}}}}

accidents:
  landing:
    chance: {{asphalt: 0.2 %, gravel: 0.5 %}}
    strip_closed: 72 h
    hull_lost: 30 %
    repair: {{exponential: {{mean: 5 d}}}}
    stand_down: 2 d

clearance:                        # who may move on which days; known the evening before
  air:
    people: {{refused: 10 %}}
    cargo: {{refused: 10 %}}
    windows:
      crisis: {{places: [camp], from: 2023-08-20, until: 2023-08-31, refused: 60 %, lasting: 4 d}}
  road:
    north: {{trucks: {{refused: 20 %, lasting: 3 d}}}}

policy:
  least_fill: {{share: 50 %, waived: 7 d}}
  disposal: projected             # fixed_lead | projected | last_moment | none

# Sources of the numbers, by path; a path covers everything below it, and the longest path counts.
#   document: the source text; report: cited; derived: computed from such numbers; assumed
sources:
  calendar: {{kind: assumed, note: put your own dates here}}
  phases: {{kind: assumed}}
  places: {{kind: assumed}}
  classes: {{kind: assumed}}
  lift: {{kind: assumed}}
  lift.aircraft.transport.payload: {{kind: assumed, note: a light load of a C-130, range: [4 t, 16 t]}}
  routes: {{kind: assumed}}
  accidents: {{kind: assumed}}
  clearance: {{kind: assumed}}
  policy: {{kind: assumed}}
"""


def template(name: str, file: str) -> str:
    """The text of a new scenario of this name, for a file of this name."""
    return _TEXT.format(name=json.dumps(name, ensure_ascii=False), file=file)
