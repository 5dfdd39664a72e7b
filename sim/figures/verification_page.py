"""Oracles as one self-contained page of HTML: a dot for each expectation, all z, and what is not verified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from sim.errors import visible
from sim.experiment.tie_shuffles import Ties
from sim.experiment.verification import CheckedExpectation, Oracle, Verified
from sim.figures.labels import counted

NOT_KNOWN = (
    ("The rules against reality", "Oracles check the arithmetic of the rules of docs/model.md. They cannot show that a"
     " real withdrawal follows these rules; docs/validation.md has the comparisons with the record."),
    ("The inputs", "Oracles have their own inputs. Those of the shipped scenarios are assumed in large part:"
     " drawdown check --sources lists them."),
    ("Faults that are not listed", "Each oracle lists faults that it catches. A fault that was not thought of, in code"
     " that no oracle reaches, may remain."),
    ("Small statistical errors", "Each statistical value is listed with the error that would be detected. A smaller"
     " error would not be, with this number of replications."),
    ("What other tests cover", "Properties over random scenarios, invariants of every replication and a second"
     " implementation from the same page are tests of the project, not of this page. None of them detects a rule that"
     " was misunderstood in the same way in the page, the model and the oracles."),
)  # fmt: skip
"""What no oracle shows: pairs of a name and one or two sentences."""

_SUBJECTS = (
    ("What comes out", ("extracted", "retained", "transferred", "tonnes")),
    ("What becomes of the rest, and why", ("destroyed", "disabled", "lost", "abandoned", "late", "not_out")),
    ("People, and when places close", ("people", "person_days", "deadline_met", "closed_", "exposure")),
    ("Aircraft", ("sorties", "fill", "flight", "accidents", "hits", "closed_hours")),
    ("Convoys", ("convoy", "attacks", "hurt", "vehicles")),
    ("Alarms, shelter and time at work", ("alarms", "shelter", "share_of_time_at_work")),
)  # fmt: skip
_SAME, _OTHER = "Scenarios that must have the same results", "Other values"
_STYLE = """
:root{color-scheme:light dark;--ink:#1d1d1d;--paper:#fff;--faint:#5c5c5c;--line:#d8d8d8;--good:#00785a;--bad:#b34700}
@media (prefers-color-scheme:dark){:root{--ink:#ececec;--paper:#16181a;--faint:#a5a5a5;--line:#3a3d40;--good:#2fc79b;
--bad:#ff8a3d}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.2rem;max-width:78rem;background:var(--paper);color:var(--ink);
font:1rem/1.45 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0 0 .3rem}h2{font-size:1.1rem;margin:2rem 0 .4rem}p{margin:.3rem 0;max-width:60rem}
.verdict{font-size:1.25rem;font-weight:600}.good{color:var(--good)}.bad{color:var(--bad)}.faint{color:var(--faint)}
.wall{display:flex;flex-wrap:wrap;gap:.3rem;margin:.4rem 0}
.wall a,.mark{display:inline-block;width:1.05rem;height:1.05rem;flex:none;border-radius:50%;background:var(--good);
text-decoration:none;vertical-align:-.15rem}
.wall a.no,.mark.no{border-radius:0;background:none;border:3px solid var(--bad);width:1.25rem;height:1.25rem;
background:linear-gradient(45deg,transparent 43%,var(--bad) 43% 57%,transparent 57%)}
svg{display:block;width:100%;height:auto;max-width:60rem;color:var(--ink)}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0;border-top:1px solid var(--line);
overflow-wrap:anywhere}
th{color:var(--faint);font-weight:400;white-space:nowrap}
td.n{font-variant-numeric:tabular-nums}td[data-is=z]{white-space:nowrap}tr:target{outline:2px solid currentColor}
dt{font-weight:600;margin-top:.6rem}dd{margin:0;max-width:60rem}
@media (max-width:48rem){thead{display:none}table,tbody,tr,td{display:block}tr{border-top:1px solid var(--line);
padding:.5rem 0}td{border:0;padding:.05rem 0}
td:first-child{float:left;padding-right:.6rem}td[data-is]:not(:empty)::before{content:attr(data-is)": ";
color:var(--faint)}}
"""


def page(found: Verified, ties: Sequence[Ties] = ()) -> str:
    """The page: how many hold, the strip of all z, the dots and lines by subject, and what is not known."""
    said = "".join(_parts(found, ties))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>Drawdown: the model against known results</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"{said}</body>\n</html>\n"
    )


def _parts(found: Verified, ties: Sequence[Ties]) -> Iterator[str]:
    holding = sum(oracle.holds for oracle in found.oracles)
    every = found.holds and all(one.holds for one in ties)
    yield "<h1>The model against known results</h1>\n"
    yield f'<p class="verdict {"good" if every else "bad"}">{holding} of {counted(len(found.oracles), "oracle")} hold'
    yield "</p>\n" if every else "; some checks failed</p>\n"
    yield f"<p>Seed {found.seed}. {_chance(found)}</p>\n"
    yield _about_ties(ties)
    yield _strip(found)
    for subject, dots in _by_subject(found):
        yield _group(subject, dots)
    yield "<h2>What is not verified</h2>\n<dl>\n"
    yield from (f"<dt>{_text(name)}</dt><dd>{_text(said)}</dd>\n" for name, said in NOT_KNOWN)
    yield "</dl>\n"


def _chance(found: Verified) -> str:
    if not found.zs:
        return "No statistical values."
    low, high = found.band
    outside = "" if low <= found.squares <= high else ' <strong class="bad">It is outside.</strong>'
    return (
        f"Of {len(found.zs)} statistical values the worst is {max(found.zs, key=abs):+.2f} standard errors from the"
        f" expected value (z; the limit is {found.limit:.2f}); the sum of squares is {found.squares:.1f}, with a band"
        f" from {low:.1f} to {high:.1f}.{outside}"
    )


def _about_ties(ties: Sequence[Ties]) -> str:
    if not ties:
        return ""
    some = sum(one.shuffled > 0 for one in ties)
    odd = [f"{Path(one.file).stem}: {said}" for one in ties for said in one.differs]
    odd += [f"{Path(one.file).stem}: {failure.error}" for one in ties for failure in one.failures]
    shuffled = sum(one.shuffled for one in ties)
    head = (
        f"Ties shuffled, {counted(ties[0].times, 'time')}: {counted(shuffled, 'tie')} without a defined order,"
        f" in {counted(some, 'oracle')}; "
    )
    if not odd:
        return f"<p>{head}no result depends on it.</p>\n"
    return f'<p class="bad">{head}results depend on it.</p>\n<ul>' + "".join(
        f"<li>{_text(said)}</li>" for said in odd
    ) + "</ul>\n"  # fmt: skip


# the strip of all z

_WIDE, _HIGH, _STEP = 640, 150, 8


def _strip(found: Verified) -> str:
    """Draws all z as dots on one line between their limits; close ones are stacked."""
    zs = [(one.found.z, oracle, one) for oracle in found.oracles for one in oracle.checked if one.found.z is not None]
    if not zs:
        return ""
    edge = found.limit * 1.15
    base, heaps = _HIGH - 34, dict[int, int]()
    marks = []
    for z, oracle, one in sorted(zs, key=lambda each: (each[0], each[1].file)):
        x = _across(max(-edge, min(edge, z)), edge)
        column = int(x / _STEP)
        level = heaps[column] = heaps.get(column, 0) + 1
        y = base - 6 - (level - 1) * _STEP
        title = f"<title>{_text(Path(oracle.file).stem)}, {_text(one.expected.response or '')}: z {z:+.2f}</title>"
        x = (column + 0.5) * _STEP
        marks.append(
            f'<circle cx="{x:g}" cy="{y}" r="3.4" fill="var(--good)">{title}</circle>' if one.found.holds else
            f'<path d="M{x - 4:g} {y - 4}l8 8m0-8l-8 8" stroke="var(--bad)" stroke-width="2.5">{title}</path>'
        )  # fmt: skip
    return (
        f'<svg viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="All z between their limits">'
        f'<path d="M0 {base}h{_WIDE}" stroke="currentColor" stroke-width="1"/>'
        f"{''.join(_scale(found.limit, edge, base))}{''.join(marks)}</svg>\n"
    )


def _across(z: float, edge: float) -> float:
    return (z + edge) / (2 * edge) * (_WIDE - 2)


def _scale(limit: float, edge: float, base: int) -> Iterator[str]:
    text = 'font-size="12" fill="currentColor" text-anchor="middle" font-family="system-ui,sans-serif"'
    for whole in range(-int(limit), int(limit) + 1):
        x = _across(whole, edge)
        yield f'<path d="M{x:.1f} {base}v4" stroke="currentColor"/>'
        yield f'<text x="{x:.1f}" y="{base + 17}" {text}>{whole}</text>'
    for end in (-limit, limit):
        x = _across(end, edge)
        yield f'<path d="M{x:.1f} 16V{base}" stroke="var(--bad)" stroke-dasharray="5 4" stroke-width="1.5"/>'
        yield f'<text x="{x:.1f}" y="12" {text}>limit</text>'
    yield f'<text x="{_WIDE / 2:g}" y="{base + 32}" {text}>standard errors from the expected value (z)</text>'


# dots and lines

Dot = tuple[int, Oracle, CheckedExpectation]


def _by_subject(found: Verified) -> Iterator[tuple[str, list[Dot]]]:
    groups: dict[str, list[Dot]] = {name: [] for name in [*(name for name, _ in _SUBJECTS), _SAME, _OTHER]}
    number = 0
    for oracle in found.oracles:
        for one in oracle.checked:
            number += 1
            groups[_subject(one)].append((number, oracle, one))
    yield from ((name, dots) for name, dots in groups.items() if dots)


def _subject(one: CheckedExpectation) -> str:
    if one.expected.same_as is not None:
        return _SAME
    response = one.expected.response or ""
    fits = [(len(start), name) for name, starts in _SUBJECTS for start in starts if response.startswith(start)]
    return max(fits, default=(0, _OTHER))[1]


def _group(subject: str, dots: Sequence[Dot]) -> str:
    holding = sum(_holds(oracle, one) for _, oracle, one in dots)
    wall = "".join(
        f'<a href="#e{number}"{"" if _holds(oracle, one) else " class=no"} title="{_text(_reported(oracle, one))}"'
        f' aria-label="{_text(_reported(oracle, one))}"></a>'
        for number, oracle, one in dots
    )
    heads = ("", "oracle", "response", "expected", "found", "z", "detectable error", "catches")
    return (
        f'<h2>{_text(subject)} <span class="faint">{holding} of {len(dots)}</span></h2>\n'
        f'<div class="wall">{wall}</div>\n'
        f"<table><thead><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr></thead><tbody>\n"
        f"{''.join(_row(*dot) for dot in dots)}</tbody></table>\n"
    )


def _holds(oracle: Oracle, one: CheckedExpectation) -> bool:
    return one.found.holds and not oracle.failures


def _reported(oracle: Oracle, one: CheckedExpectation) -> str:
    """Returns all of one expectation in a line."""
    cells = [f"{head} {cell}" for head, cell in zip(_HEADS, _cells(oracle, one), strict=True) if cell]
    return f"{'holds' if _holds(oracle, one) else 'DOES NOT HOLD'}: {'; '.join(cells)}"


_HEADS = ("oracle", "response", "expected", "found", "z", "detectable error", "catches")


def _row(number: int, oracle: Oracle, one: CheckedExpectation) -> str:
    holds = _holds(oracle, one)
    word, no = ("holds", "") if holds else ("does not hold", " no")
    mark = f'<span class="mark{no}" role="img" aria-label="{word}"></span>'
    cells = "".join(
        f'<td data-is="{head}"{" class=n" if head in ("expected", "found", "z") else ""}>{_text(cell)}</td>'
        for head, cell in zip(_HEADS, _cells(oracle, one), strict=True)
    )
    said = "" if holds else ' <strong class="bad">does not hold</strong>'
    return f'<tr id="e{number}"><td>{mark}{said}</td>{cells}</tr>\n'


def _cells(oracle: Oracle, one: CheckedExpectation) -> tuple[str, ...]:
    expected, found = one.expected, one.found
    of = expected.of if isinstance(expected.of, str) else f"share at {expected.of['share_at']:g}"
    response = " at ".join(part for part in (expected.response, expected.at) if part) or "all results by place"
    by_chance = "" if expected.test == "exact" else f" ({of} of {expected.replications:,})"
    figure = f"the same as {expected.same_as}" if expected.same_as is not None else _figure(expected.equals)
    value = found.said or ("the same" if expected.same_as is not None and found.holds else _figure(found.value))
    if oracle.failures:
        value = f"{counted(len(oracle.failures), 'replication')} failed"
    return (
        Path(oracle.file).stem, response + by_chance, figure, value,
        "" if found.z is None else f"{found.z:+.2f}",
        "" if found.bias is None or found.bias >= 1 else f"{100 * found.bias:.2g} %",
        "; ".join(expected.kills),
    )  # fmt: skip


def _figure(value: float | None) -> str:
    return "undefined (0 of 0)" if value is None else f"{value:.7g}"


def _text(said: str) -> str:
    """Escapes text of a file or a value for the page."""
    return escape(visible(said))
