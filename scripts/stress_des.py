"""Writes docs/stress-des.md: what a reader of a simulation study should be told, asked by STRESS-DES and answered here.

`python scripts/stress_des.py` writes the page, as `make docs` does. The checklist is that of Monks, Currie, Onggo,
Robinson, Kunc and Taylor (2019), whose 24 numbers are kept and whose questions are put in our own words. Counts,
lists and tables are read off the program and the shipped scenarios, so that the page can't lag behind them; nothing
is simulated.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import click

from sim.cli.terminal import answer
from sim.experiment.planning import MOST, REPLICATIONS, SEED
from sim.ledger.states import FATE_NAMES, LEGAL, STATE_NAMES, State
from sim.replication.catalogue import catalogue
from sim.replication.waits import CAUSES as WAITS
from sim.scenario.distributions import DISTRIBUTIONS
from sim.scenario.document import read_document
from sim.scenario.door import Loaded, load
from sim.scenario.paths import Path as Field
from sim.scenario.paths import children, dotted
from sim.scenario.pedigree import GRADES, counted, pedigree
from sim.scenario.plan import Disposal, Policy
from sim.tape.tape import CAUSES

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "stress-des.md"
SCENARIOS = ROOT / "scenarios"
CASES = ("tessalit", "kidal-region", "minusma")
"""The historic scenarios, for which the questions are answered; all others change them."""
PARTS = {"1": "Objectives", "2": "Logic", "3": "Data", "4": "Experimentation", "5": "Implementation", "6": "Access"}
_ADDRESS = re.compile(r"https?://[^\s\"'),;>]+")
Rows = Iterable[Iterable[object]]


def page() -> str:
    """The whole page."""
    cases = {name: load(SCENARIOS / f"{name}.yaml") for name in CASES}
    lines = [
        "# STRESS-DES: the reporting checklist, answered",
        "",
        "This page is written from the program and the scenarios: `make docs`. It answers the 24 points of "
        "STRESS-DES, the checklist for reporting studies by discrete-event simulation (T. Monks, C. S. M. Currie, "
        "B. S. Onggo, S. Robinson, M. Kunc and S. J. E. Taylor, Strengthening the reporting of empirical simulation "
        "studies: introducing the STRESS guidelines, Journal of Simulation 13 (2019), "
        "<https://doi.org/10.1080/17477778.2018.1442155>). The numbering is theirs; the questions are in our words. "
        "The answers are for the historic scenarios `tessalit`, `kidal-region` and `minusma`. "
        "[credibility.md](credibility.md) scores how good the model is.",
    ]
    for number, title in PARTS.items():
        lines += ["", f"## {number}. {title}", ""]
        found = [row for row in answers(cases) if row[0].startswith(f"{number}.")]
        lines += table(("", "question", "answer"), found)
    return "\n".join([*lines, *annexes(cases), ""])


def answers(cases: Mapping[str, Loaded]) -> list[tuple[str, str, str]]:
    """Number, question and answer of each of the 24 points."""
    return [*objectives(cases), *logic(), *components(), *data(cases), *experiments(cases), *implementation()]


def objectives(cases: Mapping[str, Loaded]) -> Iterator[tuple[str, str, str]]:
    """Points 1.1 to 1.3."""
    responses = ", ".join(f"{len(catalogue(one.scenario))} in `{name}`" for name, one in cases.items())
    variants = sorted(path.stem for path in SCENARIOS.glob("*.yaml") if path.stem not in CASES)
    sweeps = sorted((SCENARIOS / "sweeps").glob("*.yaml"))
    yield (
        "1.1",
        "what the model is for",
        (
            "Camps must be handed over before a deadline, under fire. The model estimates what share of the equipment "
            "comes out, what is destroyed, disabled or left, why, and what would have changed it. The case is Mali in "
            "autumn 2023. It is for understanding and for comparing plans; it is not a plan, and not an estimate of what "
            "happened ([README](../README.md#what-can-be-claimed-and-what-not))."
        ),
    )
    yield (
        "1.2",
        "what is measured, how, with what error",
        (
            f"The headline is `extracted_share`: weight out by the deadline, divided by the weight of all lots of places "
            f"that must close. Other responses are the {len(FATE_NAMES)} fates ({', '.join(FATE_NAMES)}) by weight, "
            f"number, value and floor, people, closings, lift, threat and cost: {responses}. Each is computed from the "
            "ledger at the end of a replication ([results.md](results.md#responses), "
            "[model.md](model.md#9-responses-per-replication)). A share is a ratio within a replication. Intervals are for "
            "the mean at 95 %, by a method that fits the response: Student's, exact binomial, a one-sided bound for an "
            "outcome that was never seen, or one that holds at any stopping time ([how to read an "
            f"interval](results.md#how-to-read-an-interval)). What did not come out has one of {len(WAITS)} causes."
        ),
    )
    yield (
        "1.3",
        "what experiments were made for",
        (
            f"(a) Scenarios: {len(CASES)} historic ones and {len(variants)} that change them (annex A); each removes one "
            "cause or adds one means, so that differences under common random numbers show its effect. (b) Designs: "
            f"{len(sweeps)} sweeps (annex B): grids, one factor at a time, Latin hypercubes, Sobol and Morris "
            "([sweeps.md](sweeps.md)). (c) Optimisation: none; `drawdown select` picks the best of a few by the procedure "
            "of Kim and Nelson (2001), and `pareto` shows which points no other beats."
        ),
    )


def logic() -> Iterator[tuple[str, str, str]]:
    """Points 2.1 to 2.4."""
    policies = {
        "disposal": get_args(Disposal.model_fields["kind"].annotation),
        "load": get_args(Policy.model_fields["load"].annotation),
        "dispatch": get_args(Policy.model_fields["dispatch"].annotation),
    }
    named = "; ".join(f"{what}: {', '.join(f'`{one}`' for one in those)}" for what, those in policies.items())
    yield (
        "2.1",
        "the model at a glance",
        (
            "A lot is in use, released, in preparation, ready, loaded, on the way and out; or it is condemned, and "
            "destroyed or disabled; or it is lost, transferred or abandoned: the table *Life of a lot* below. The places "
            "of `minusma`, with what became of their lots, are drawn "
            "[here](../results/reference/minusma/places.png)."
        ),
    )
    yield (
        "2.2",
        "how it works",
        (
            "Rule by rule, with every formula, in [model.md](model.md): random events are drawn beforehand onto a tape, "
            "then the world is simulated against it. People leave by a curve, crews prepare lots in an order, movement "
            "control sends aircraft, trucks and convoys where it may, reviews condemn what will not come out, and a place "
            "closes when its last person has left."
        ),
    )
    yield (
        "2.3",
        "how the scenarios differ",
        (
            "In numbers, dates and named policies, never in rules: a variant is a file that `extends` another and names "
            "what it changes (annex A). `drawdown compare` lists the changed keys and what each accounts for."
        ),
    )
    yield (
        "2.4",
        "algorithms",
        (
            "Calendars and working time ([1](model.md#1-time-and-measure)), the tape's distributions and processes "
            "([2](model.md#2-the-tape-what-chance-decides-before-anyone-acts)), movement control, chalks and convoys "
            "([6](model.md#6-lift)), the people's curve ([7](model.md#7-people)), disposal ([8](model.md#8-disposal)). "
            f"Policies by name: {named}."
        ),
    )


def components() -> Iterator[tuple[str, str, str]]:
    """Points 2.5.1 to 2.5.5."""
    yield (
        "2.5.1",
        "entities",
        (
            "Lots, each with class, owner, place of origin, mass, floor, value and hours of work (annex C); people as "
            "numbers by place; sorties and convoys, with what they carry ([4](model.md#4-materiel), "
            "[7](model.md#7-people))."
        ),
    )
    yield (
        "2.5.2",
        "activities",
        (
            "Preparing, loading, carrying, unloading, destroying, disabling; sheltering; leaving; repair of tails. Where a "
            "lot goes next is given by `evacuate` of its place: destinations and modes in order of preference "
            "([3](model.md#3-phases-places-routes))."
        ),
    )
    yield (
        "2.5.3",
        "resources",
        (
            "Crews (prepare, destroy, disable), loaders (load, unload), the working apron of a strip, tails, trucks, "
            "escorts of convoys, drivers and seats (annex D; [5](model.md#5-labour), [6](model.md#6-lift))."
        ),
    )
    yield (
        "2.5.4",
        "queues",
        (
            "Not first come, first served: lots wait in the order of lift, condemned ones in the order of disposal; idle "
            "lift goes by the dispatch policy; every tie is settled by the table of lots ([4](model.md#4-materiel)). "
            "Aircraft hold before a closed or full strip for a time and turn back; a lot gives up its queue when it is "
            "condemned. Only the `yard` of a place, where one is given, limits a queue."
        ),
    )
    yield (
        "2.5.5",
        "where things come in and go out",
        (
            "All lots and people are there from the start; none arrive. They leave at an exit, or at a hub that keeps "
            "custody; the horizon ends the rest. Alarms and washouts come by Poisson processes whose rates change by dated "
            "periods, and each alarm sets off a Poisson number of others; attacks and breakdowns of a convoy are Poisson "
            "numbers over its kilometres; accidents, hits and breakdowns of aircraft have a chance per landing or sortie "
            "([2](model.md#2-the-tape-what-chance-decides-before-anyone-acts))."
        ),
    )


def data(cases: Mapping[str, Loaded]) -> Iterator[tuple[str, str, str]]:
    """Points 3.1 to 3.4."""
    addresses = {name: len(set(_ADDRESS.findall(str(one.data["sources"])))) for name, one in cases.items()}
    inputs = {name: counted(pedigree(one.data)) for name, one in cases.items()}
    guesses = ", ".join(f"{said['guess']} of {sum(said.values())} in `{name}`" for name, said in inputs.items())
    reported = ", ".join(f"{count} in `{name}`" for name, count in addresses.items())
    yield (
        "3.1",
        "where data come from",
        (
            f"Public reports, registers and communiqués, by address under `sources:` of each file ({reported}); no interview, "
            "no sample of records, no inventory. Every number has a source, and so a grade (annex E; "
            "`drawdown check FILE --pedigree`). The record for comparison: "
            "[validation.md](validation.md#11-the-record-by-address)."
        ),
    )
    yield (
        "3.2",
        "what was done to them",
        (
            "Inventories are ratios of the whole mission (containers and vehicles per head) times the strength of a camp, "
            "split by shares that are assumed. Paces and rates of attack are computed from few columns. Where sources "
            "disagree, one is used and the others are listed ([validation.md](validation.md#4-where-the-sources-disagree))."
        ),
    )
    yield (
        "3.3",
        "inputs, their values and distributions",
        (
            "The files are the list: [tessalit.yaml](../scenarios/tessalit.yaml) and what it extends; every field in "
            "[scenario.md](scenario.md). Annex F lists the distributions; time-dependent rates are under `periods` "
            "and `windows`. Refused days follow a chain of two states, alarms set off aftershocks; all else is drawn "
            "independently. Distributions were chosen for their shape (positive, skewed, or three plausible values), not "
            "fitted to a sample. Ranges for designs are next to the numbers and in the sweep files."
        ),
    )
    yield (
        "3.4",
        "assumptions",
        (
            f"Guesses: {guesses}. What is left out of the rules: "
            "[model.md](model.md#11-yardsticks-and-what-is-left-out); inputs chosen with knowledge of the record: "
            "[validation.md](validation.md#1-what-was-put-in-knowing-the-record); known differences from what happened: "
            "[validation.md](validation.md#6-known-differences-from-what-happened)."
        ),
    )


def experiments(cases: Mapping[str, Loaded]) -> Iterator[tuple[str, str, str]]:
    """Points 4.1 to 4.3."""
    spans = "; ".join(
        f"`{name}` {one.data['calendar']['start']} to {one.data['calendar']['horizon']}" for name, one in cases.items()
    )
    yield (
        "4.1",
        "how it begins and ends",
        (
            "Terminating: it ends at the horizon. No warm-up, because a withdrawal has no steady state. At the start all "
            "lots are in use at their places and all people are there, as the file says; only masses and hours of work are "
            "random, where their class has a distribution."
        ),
    )
    yield "4.2", "how long it runs", f"{spans}; internally, time is in whole seconds."
    yield (
        "4.3",
        "how random variation is handled",
        (
            f"Independent replications, {REPLICATIONS} by default, seed {SEED}; or as many as a precision needs "
            f"(`--precision`, at most {MOST:,}). Lots of one replication are not independent, so the replication is the "
            "unit. In the shipped scenarios 200 give the headline to about a point or better; each answer prints the "
            "interval that it reached, and flags means that depend on a mode that too few replications showed."
        ),
    )


def implementation() -> Iterator[tuple[str, str, str]]:
    """Points 5.1 to 6.1."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower().splitlines()
    pinned = dict(line.split("==") for line in lines if "==" in line)
    names = dict.fromkeys(re.split(r"[<>=\[]", wanted)[0] for wanted in project["dependencies"])
    versions = ", ".join(f"{name} {pinned[name.lower()]}" for name in names)
    yield (
        "5.1",
        "software",
        (
            f"drawdown {project['version']}, Python {project['requires-python']}; {versions} as pinned in "
            "[constraints.txt](../constraints.txt). Linux, macOS or another system with Python and make; the manifest of "
            "every result names the versions and the commit that made it."
        ),
    )
    yield (
        "5.2",
        "random numbers",
        (
            "Philox 4x64, a counter-based generator; a stream is keyed by what it is about (place, route, tail) and by "
            "seed and number of the replication, so that all scenarios with one seed have the same random events, whatever "
            f"they change ([model.md](model.md#draws)). {len(CAUSES)} sources of random events can be removed one at a "
            f"time ({', '.join(CAUSES)}); one uniform makes one value, by inversion."
        ),
    )
    yield (
        "5.3",
        "how events are processed",
        (
            "Process interaction on SimPy: crews, sorties and convoys are processes, lots are data. Events of one "
            "second are taken in a written order of kinds, then by name and number "
            "([model.md](model.md#1-time-and-measure)). Priorities: order of lift, order of disposal, people before cargo, "
            "the nearest handover first. One replication is sequential; replications run in parallel by processes or on a "
            "Dask cluster, with the same bytes ([cluster.md](cluster.md))."
        ),
    )
    yield (
        "5.4",
        "machine and time",
        (
            "Any machine with Python; a replication of `tessalit` takes some tenth of a second of one core, a process less "
            "than 0.5 GB. `drawdown sweep --dry-run` estimates the time before anything runs; the manifest says how "
            "long a run took and on how many processes."
        ),
    )
    yield (
        "6.1",
        "how to get it",
        (
            f"Everything is in this repository under {project['license']}: program, scenarios, reference results "
            "([results](../results/README.md)), tests. `make demo` and `make test` need Python and make; `make reference` "
            "produces the results in the documentation again. Cite by [CITATION.cff](../CITATION.cff), with version and "
            "file."
        ),
    )


def annexes(cases: Mapping[str, Loaded]) -> Iterator[str]:
    """What the answers refer to, as tables."""
    yield from section("Life of a lot", ("state", "what may come next"), life_rows())
    yield from section("A. Scenarios", ("file", "extends", "what it is"), map(scenario_row, paths("*.yaml")))
    sweeps = map(sweep_row, paths("sweeps/*.yaml"))
    yield from section("B. Sweeps", ("file", "design", "factors", "question"), sweeps)
    yield from section("C. Lots by class", ("class", *cases), lots_rows(cases))
    yield from section("D. Means", ("", *cases), means_rows(cases))
    yield from section("E. Inputs by grade", ("grade", "meaning", *cases), grade_rows(cases))
    yield from section(
        "F. Distributions, `tessalit`", ("field", "distribution"), distribution_rows(cases["tessalit"].data)
    )


def life_rows() -> Iterator[tuple[str, str]]:
    """The steps that a lot may take, as the ledger takes them and no others."""
    for state in State:
        steps = sorted(LEGAL.get(state, ()))
        yield _name(state), ", ".join(_name(step) for step in steps) or "nothing: a fate"


def _name(state: int) -> str:
    return STATE_NAMES[state].replace("_", " ")


def paths(pattern: str) -> list[Path]:
    """Shipped files of a pattern, by name."""
    return sorted(SCENARIOS.glob(pattern))


def scenario_row(file: Path) -> Iterator[object]:
    """A scenario file: name, what it extends, its title."""
    said = read_document(str(file), file.name).data
    yield from (f"`{file.stem}`", f"`{said['extends']}`" if "extends" in said else "", said["name"])


def sweep_row(file: Path) -> Iterator[object]:
    """A sweep file: name, design, number of factors, its title."""
    said = read_document(str(file), file.name).data
    design = said.get("design", {}).get("kind", "grid").replace("_", " ")
    factors = len(said.get("factors", {})) + len(said.get("uncertain", {}).get("factors", {}))
    yield from (f"`{file.stem}`", design, factors, said["name"])


def lots_rows(cases: Mapping[str, Loaded]) -> Iterator[list[object]]:
    """Number of lots by class in each case, and of people at the end."""
    totals = {name: Counter[str]() for name in cases}
    for name, one in cases.items():
        for place in one.scenario.places.values():
            for kind, held in place.lots.items():
                totals[name][kind] += held.count
    for kind in dict.fromkeys(kind for each in totals.values() for kind in each):
        yield [f"`{kind}`", *(f"{each[kind]:,}" for each in totals.values())]
    yield ["all lots", *(f"{each.total():,}" for each in totals.values())]
    yield ["people", *(f"{sum(p.headcount for p in one.scenario.places.values()):,}" for one in cases.values())]


def means_rows(cases: Mapping[str, Loaded]) -> Iterator[list[object]]:
    """Places, crews, loaders and lift of each case."""
    scenarios = [one.scenario for one in cases.values()]
    for role in ("camp", "hub", "exit"):
        yield [f"{role}s", *(sum(place.role == role for place in one.places.values()) for one in scenarios)]
    for what in ("crews", "loaders"):
        yield [what, *(sum(_count(held.get(what)) for held in one.data["places"].values()) for one in cases.values())]
    for kind in dict.fromkeys(kind for one in scenarios for kind in one.lift.aircraft):
        counts = [one.lift.aircraft[kind].count if kind in one.lift.aircraft else 0 for one in scenarios]
        if any(counts):
            yield [f"`{kind}`", *counts]
    yield ["trucks", *(f"{sum(pool.count for pool in one.lift.trucks.values()):,}" for one in scenarios)]
    yield ["routes", *(len(one.routes) for one in scenarios)]


def _count(said: object) -> int:
    return int(said.get("count", 0)) if isinstance(said, dict) else int(str(said or 0))


def grade_rows(cases: Mapping[str, Loaded]) -> Iterator[list[object]]:
    """How many inputs of each case have each grade, and of the guesses how many carry no range."""
    found = {name: pedigree(one.data) for name, one in cases.items()}
    for grade, meaning in GRADES.items():
        yield [f"`{grade}`", meaning, *(counted(inputs)[grade] for inputs in found.values())]
    bare = [sum(one.grade == "guess" and not one.ranged for one in inputs) for inputs in found.values()]
    yield ["", "guesses without a range", *bare]
    yield ["", "all inputs", *(len(inputs) for inputs in found.values())]


def distribution_rows(held: Any, path: Field = ()) -> Iterator[tuple[str, str]]:
    """Every field of plain data that holds a law, in the order of the file."""
    for key, part in children(held):
        here = (*path, key)
        if here[0] in ("sources", "record"):
            continue
        if isinstance(part, dict) and len(part) == 1 and next(iter(part)) in DISTRIBUTIONS:
            [(distribution, said)] = part.items()
            yield f"`{dotted(here)}`", f"{distribution} {_words(said)}"
        else:
            yield from distribution_rows(part, here)


def _words(said: Any) -> str:
    if isinstance(said, dict):
        return ", ".join(f"{key} {_words(value)}" for key, value in said.items())
    return ", ".join(str(value) for value in said) if isinstance(said, list) else str(said)


def section(title: str, head: Iterable[str], rows: Rows) -> Iterator[str]:
    """A heading and a table."""
    yield from ("", f"## {title}", "", *table(head, rows))


def table(head: Iterable[str], rows: Rows) -> list[str]:
    """A table of Markdown."""
    heads = list(head)
    lines = [heads, ["---"] * len(heads), *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    return [f"| {' | '.join(line)} |" for line in lines]


@click.command()
def main() -> None:
    """Writes docs/stress-des.md."""
    PAGE.write_text(page(), encoding="utf-8")
    answer(f"{PAGE.relative_to(ROOT)}: written")


if __name__ == "__main__":
    main()
