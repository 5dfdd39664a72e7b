"""The opening of the reference of scenario files: a scenario in five minutes."""

from __future__ import annotations

GUIDE = """
# Scenario files

This page is written from the program: `python -m sim.scenario.reference > docs/scenario.md`.

## A scenario in five minutes

1. **Start from one that works.** `drawdown new mine` writes `mine.yaml`: a camp, a hub, an aircraft,
   trucks, a road, alarms. `drawdown check mine.yaml` reads it, `drawdown run mine.yaml` plays it.
2. **Change what is yours.** A place is a camp, a hub or an exit; a camp has a `handover` date, people,
   crews, `lots` by class and owner, and says under `evacuate` where its lots go and how. A hub with
   `keeps_custody: true` is the end of the way, like an exit.
3. **Write units.** `6 h`, `2 d`, `14 t`, `350 km`, `60 kUSD`, `0.03 /day`, `15 %`. A bare number where a
   unit belongs is an error; so is a unit of the wrong kind. Units are `s min h d`, `kg t lb ton_us`, `m km
   nmi`, `kn`, `USD kUSD MUSD`, and ratios of these such as `km/h`, `USD/km`, `/day`. A `t` has 1,000 kg, a
   `ton_us` 2,000 lb. Other units are refused with the one to write.
4. **Let chance in** where it belongs: `mass: {triangular: [6 t, 11 t, 20 t]}`. The distributions stand at
   the end of this page.
5. **Say where figures come from** under `sources:`, and ask `drawdown check mine.yaml --sources` which have
   none.
6. **Ask what would change it**, without a new file: `drawdown run mine.yaml --set
   places.camp.crews.count=8`.

Whatever is wrong is told at once, each problem with its line, its path, what is right, and the nearest
known name. Nothing is played, and nothing written, before all of it is right. Figures beyond any plausible
range are warnings; `--strict` makes them errors.

A plan that can never work is a warning too, with its line and a remedy, and the answer of `drawdown run` names
it. Each of these holds whatever chance decides; nothing is simulated to find it. `check` tells of

- **work**: no crew, or fewer people than one crew needs; no loaders; a `yard: 0`; no working hour outside listed
  alarms; a release or a phase that begins after the handover; a `lead` that condemns all before a crew can
  begin; fewer people than one vehicle needs to drive itself;
- **roads**: a route closed from the start to the horizon, or in all its marching hours; no escort; clearance
  refused on every day; trucks that come after the horizon, too late to load before the handover, or fewer than the
  least convoy;
- **flights**: aircraft that come after the horizon, or are never fit; a strip closed throughout; clearance refused
  on every day; a sortie longer than the flying hours or the crew day; flying hours that never meet;
- **people** of a place that is handed over, without a seat or a vehicle that could take them.

Lots that no lift can carry are an error, unless `policy.unliftable` allows them. A `count: 0` of trucks or aircraft is
not told: it takes them off. What is likely to fail, but may succeed, is left to the simulation.

## How a file is read

- YAML 1.2: `NO` is text, `010` is ten, `12:30` is text, `1e3` is a thousand. Anchors, aliases, merge keys
  (`<<`) and tags are refused, and so are files over 1 MiB and files nested deeper than 32 levels.
- Control characters, characters that turn the direction of text and lone surrogates are refused wherever
  text stands, also where they are written as escapes (`"\\u202e"`, `"\\e"`, `"\\0"`). Line breaks and tabs
  may stand in notes and other text, not in names.
- Lines are indented with plain spaces. A no-break space, as web pages and word processors put it, looks
  the same and is refused.
- A spreadsheet, an inventory or a list of events (CSV, XLSX) can't be read as a scenario yet.
- `-` in place of a file is standard input, for `check`, `run`, `trace`, `compare` and `select`: see below.

## Names

Maps are keyed by name. A name may hold blanks, slashes, `#`, quotes, dots and letters of any script, and has
at most 300 letters. Names are refused where two things could not be told apart:

- two names of one map that differ only in case, in the form of their letters, in blanks, in signs that
  show nothing, or in an apostrophe before `=`, `+`, `-` or `@`;
- a place called `mission`, as tables and pictures call the sum over places;
- places such as `camp` and `hours_camp`, which would give two responses the name `closed_hours_camp`;
- lots with one id: class `b/c` at place `a` and class `c` at place `a/b` are both `a/b/c`;
- a route called as a tail is, such as `c130/1` beside an aircraft type `c130`.

Where a name must change, `luck:` with the old name keeps the random events of a place, route, class or
type as they were.

## Dates and times

- A date is a day: its first instant where something starts (`start`, `from`, `on`), its last where
  something ends (`until`, `handover`, `deadline`, `horizon`). A date-time (`2023-10-16T06:30`) is that
  instant. Hours of the day are `"06:00-18:00"`, local in `calendar.zone`; an end before the beginning is
  the next day's. Times with `Z` or an offset (`2023-10-16T06:30Z`) are refused with the local time that
  they are.
- A whole number of seconds, kilograms and dollars is kept, rounded once; so `24 h` and `1 d` are the same
  scenario.

## One file on top of another: `extends`

```yaml
extends: tessalit.yaml
name: Tessalit with the roads open
clearance: {road: {gao-kidal-tessalit: {trucks: {windows: {held: null}}}}}
sources:
  clearance.road: {kind: assumed, note: what if no truck had been held}
```

Maps merge, `null` deletes, everything else replaces: a list as a whole, a distribution of another name as a
whole. A chain has at most eight files below the first. All lie in the scenario folder: the nearest folder
named `scenarios` above the file that was asked for, else that file's own folder. Absolute paths, `~`,
addresses and symbolic links are refused.

## A scenario from standard input: `-`

`make-scenario | drawdown run -` reads the scenario that another program writes; `check`, `trace`, `compare`
and `select` do the same, each with one `-` at most. Its `extends` is relative to the current folder, and
results go to `results/stdin` where `--out` says nothing else. A run that was stopped resumes where the same
command is given the same text again; another text is another scenario. Commands that a manifest gives to
make tables again have `-` in them as well, and need that text: the manifest holds the resolved scenario
under `scenario`. Sweep files and oracles are read from files.

## One change: `--set path=value`

`--set places.tessalit.crews.count=8` is such a file in one line, laid on top of all others. The path must
be there, or be a field that this page knows below something that is there. The value is YAML: `--set
'places.camp.threat.shelter={exponential: {mean: 2 h}}'`; `null` deletes; an entry of a list goes by its
number, from 0. A name that holds a dot stands in double quotes: `places."St. Louis".crews.count`.

## Where figures come from: `sources`

Keys are dotted paths of this file; a path covers all that lies below it, and the longest path holds. `kind`
is `document` (the source text), `report` (cited), `derived` (from such figures) or `assumed`. A figure that
an extending file or a change alters without a source of its own loses the one that it inherited and counts
as `assumed`. A path that points at nothing is an error.

### How good an input is: its grade

`drawdown check mine.yaml --pedigree` lists every figure once by the grade of its source, the worst last. The grade is
read off the entry that covers the figure:

| grade | what stands in the file |
| --- | --- |
| `official` | a report whose `cite` is an address of a government, an army or the UN (`.gov`, `.mil`, `un.org` ...) |
| `corroborated` | a report whose `cite` and `note` lead to two sites or more |
| `reported` | any other report, and a document |
| `derived` | `kind: derived` |
| `judged` | `kind: assumed`, with a `note` or `cite` that gives the reason, and a `range` that holds the figure |
| `guess` | any other assumption, and a figure without a source |

A range holds a figure of its own kind of unit that lies in it; a range in words holds all that it stands beside. What
an address can't tell, `grade:` can, of a document or a report: `{kind: document, cite: order no. 7, grade: official}`.
Where a note says that some figure of an entry is assumed, give that figure an entry of its own. The grades are an order
and no measure, so nothing is gained by a mean of them. Two sites may have copied one agency, and an official figure may
be wrong: a grade says what kind of ground a figure stands on, not that it is true.
"""
