"""The opening of the reference of scenario files: a scenario in five minutes."""

from __future__ import annotations

GUIDE = """
# Scenario files

This page is written from the program: `python -m sim.scenario.reference > docs/scenario.md`.
[glossary.md](glossary.md) explains the terms.

## A scenario in five minutes

1. **Start from one that works.** `drawdown new mine` writes `mine.yaml`: a camp, a hub, an
   aircraft, trucks, a road, alarms. `drawdown check mine.yaml` validates it,
   `drawdown run mine.yaml` simulates it.
2. **Change what is yours.** A place is a camp, a hub or an exit. A camp has a `handover` date,
   people, crews, and `lots` by class and owner. `evacuate` lists where its lots go, and how. A hub
   with `keeps_custody: true` is a liquidation site: lots are out when they arrive there, as at an
   exit.
3. **Write units.** `6 h`, `2 d`, `14 t`, `350 km`, `60 kUSD`, `0.03 /day`, `15 %`. A bare number
   where a unit belongs is an error, and so is a unit of the wrong kind. Units are `s min h d`,
   `kg t lb ton_us`, `m km nmi nm`, `kn kt`, `USD kUSD MUSD`, and ratios of these such as `km/h`,
   `USD/km`, `/day`. A `t` has 1,000 kg, a `ton_us` 2,000 lb. If you write another unit, the message
   names the one to use.
4. **Use distributions for random quantities**: `mass: {triangular: [6 t, 11 t, 20 t]}`. They are
   listed at the end of this page.
5. **Say where numbers come from** under `sources:`. `drawdown check mine.yaml --sources` counts the
   numbers by source and lists those without one.
6. **Ask what would change the outcome**, without a new file:
   `drawdown run mine.yaml --set places.camp.crews.count=8`.

`check` reports all problems at once, each with its line, its path, what is allowed, and the nearest
known name. For example:

```text
mine.yaml:30: places.camp.crws: this key is unknown; allowed: the keys crews, drawdown, ...; did you mean crews?
```

Nothing is simulated or written before the file is valid. Implausible numbers are warnings;
`--strict` makes them errors.

A plan that can never work is also a warning, with its line and a remedy, and the answer of
`drawdown run` names it. These warnings hold whatever happens at random; nothing is simulated to
find them. They are about

- **work**: no crew, or fewer people than one crew needs; no loaders; a `yard: 0`; no working hour
  outside listed alarms; a release or a phase that begins after the handover; a `lead` that condemns
  everything before a crew can begin; fewer people than one vehicle needs to drive itself;
- **roads**: a route closed from the start to the horizon, or in all its marching hours; no escort;
  clearance refused on every day; trucks that come after the horizon, too late to load before the
  handover, or fewer than the smallest convoy;
- **flights**: aircraft that come after the horizon, or are never fit; a strip closed throughout;
  clearance refused on every day; a sortie longer than the flying hours or the crew day; flying
  hours that never meet;
- **people** of a place that is handed over, without a seat or a vehicle that could take them.

Lots that no lift can carry are an error, unless `policy.unliftable` allows them. A `count: 0` of
trucks or aircraft gives no warning: it removes them. Plans that probably fail, but may succeed, are
left to the simulation.

## How a file is read

- YAML 1.2: `NO` is text, `010` is ten, `12:30` is text, `1e3` is a thousand. Anchors, aliases,
  merge keys (`<<`) and tags are refused, and so are files over 1 MiB and files nested deeper than
  32 levels.
- Control characters, characters that change the direction of text, and lone surrogates are refused
  in all text, also as escapes (`"\\u202e"`, `"\\e"`, `"\\0"`). Line breaks and tabs are allowed in
  notes and other text, not in names.
- Lines are indented with plain spaces. A no-break space, as web pages and word processors write it,
  looks the same and is refused.
- A spreadsheet, an inventory or a list of events (CSV, XLSX) cannot be read as a scenario yet.
- `-` instead of a file means standard input, for `check`, `run`, `trace`, `compare` and `select`:
  see below.

## Names

Maps are keyed by name. A name may contain blanks, slashes, `#`, quotes, dots and letters of any
script, and has at most 300 letters. Names are refused where two things could not be distinguished:

- two names of one map that differ only in case, in the form of their letters, in blanks, in
  invisible characters, or in an apostrophe before `=`, `+`, `-` or `@`;
- a place called `mission`, because tables and pictures use this name for the sum over places;
- places such as `camp` and `hours_camp`, which would give two responses the name
  `closed_hours_camp`;
- lots with the same id: class `b/c` at place `a` and class `c` at place `a/b` are both `a/b/c`;
- a route with the name of a tail, such as `c130/1` next to an aircraft type `c130`.

If you rename a place, route, class or type, add `stream:` with the old name. It then keeps its random
events.

## Dates and times

- A date is a day: its first instant where something starts (`start`, `from`, `on`), its last where
  something ends (`until`, `handover`, `deadline`, `horizon`). A date-time (`2023-10-16T06:30`) is
  that instant. Hours of the day are `"06:00-18:00"`, local in `calendar.zone`; an end before the
  beginning is on the next day. Times with `Z` or an offset (`2023-10-16T06:30Z`) are refused; the
  message gives the local time.
- Times, masses and amounts of money are rounded once, to whole seconds, kilograms and dollars. So
  `24 h` and `1 d` are the same scenario.

## One file on top of another: `extends`

```yaml
extends: tessalit.yaml
name: Tessalit with the roads open
clearance: {road: {gao-kidal-tessalit: {trucks: {windows: {held: null}}}}}
sources:
  clearance.road: {kind: assumed, note: what if no truck had been held}
```

Maps merge, `null` deletes, everything else replaces: a list as a whole, a distribution of another
name as a whole. A chain has at most eight files below the first. All files are in the scenario
folder: the nearest folder named `scenarios` above the given file, otherwise that file's own folder.
The name of a shipped scenario alone, such as `extends: tessalit`, works in any folder.
Absolute paths, `~`, addresses and symbolic links are refused.

## A scenario from standard input: `-`

`make-scenario | drawdown run -` reads the scenario that another program writes. `check`, `trace`,
`compare` and `select` do the same, each with at most one `-`. The `extends` of such a scenario is
relative to the current folder. Results go to `results/stdin` unless `--out` is given. An
interrupted run resumes if the same command gets the same text again; another text is another
scenario. A manifest's command that produces the tables again also contains `-` and needs that text;
the manifest contains the resolved scenario under `scenario`. Sweep files and oracles are read only
from files.

## One change: `--set path=value`

`--set places.tessalit.crews.count=8` is such a file in one line, on top of all others. The path
must exist, or be a field that this page lists below something that exists. The value is YAML:
`--set 'places.camp.threat.shelter={exponential: {mean: 2 h}}'`. `null` deletes. An entry of a list
is given by its number, from 0. A name that contains a dot is written in double quotes:
`places."St. Louis".crews.count`.

## Where numbers come from: `sources`

Keys are dotted paths of this file. A path covers everything below it, and the longest path counts.
`kind` is `document` (the source text), `report` (cited), `derived` (computed from such numbers) or
`assumed`. If an extending file or a change alters a number without its own source, the number loses
the source that it inherited, and counts as `assumed`. A path that does not exist is an error.

### How good an input is: its grade

`drawdown check mine.yaml --pedigree` lists every number once, by the grade of its source, the worst
last. The grade follows from the entry that covers the number:

| grade | the entry in the file |
| --- | --- |
| `official` | a report whose `cite` is an address of a government, an army or the UN (`.gov`, `.mil`, `un.org` ...) |
| `corroborated` | a report whose `cite` and `note` lead to two sites or more |
| `reported` | any other report, and a document |
| `derived` | `kind: derived` |
| `judged` | `kind: assumed`, with a `note` or `cite` that gives the reason, and a `range` that contains the number |
| `guess` | any other assumption, and a number without a source |

A range contains a number with the same kind of unit that is within it; a range in words contains
all numbers that it covers. If the address does not show the grade of a document or a report,
`grade:` gives it: `{kind: document, cite: order no. 7, grade: official}`. If a note says that one
number of an entry is assumed, give that number an entry of its own. The grades are an order and not
a measure, so do not average them. Two sites may have copied one agency, and an official number may
be wrong: a grade describes the source of a number, not its truth.
"""
