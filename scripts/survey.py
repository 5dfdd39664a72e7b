"""Breaks the program in small ways that nobody chose, and counts which of them the oracles of `drawdown verify` see.

`python scripts/survey.py --mutants 400` draws places in what plays a replication at which one sign is turned: a
comparison or a sum, `and` and `or`, `min` and `max`, a `not` dropped, a whole number one off. One at a time stands in
a copy of `sim`; the exact oracles are played until one does not hold, and with `--chance` those of chance as well.
Survivors are listed for a reader: some change nothing, some are faults for which an oracle is wanted.
"""

from __future__ import annotations

import ast
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from field import ROOT
from planting import LIMIT_S, HangsError, Nursery, Oracles, PlantError, in_processes, oracles, said_of

SURVEYED = (
    "world/*.py", "tape/*.py", "replication/responses.py", "replication/causes.py", "replication/waits.py",
    "scenario/calendar.py",
)  # fmt: skip
AT_ONCE = 12
"""So many oracles are played before it is asked whether one has seen the mutant."""
EXACT_S = 10.0
"""Seconds of work that so many exact ones may take; whole, they take less than one."""
_TURNED: dict[type[ast.AST], str] = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==", ast.Is: "is not",
    ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in", ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*",
    ast.FloorDiv: "*", ast.And: "or", ast.Or: "and",
}  # fmt: skip
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
_PROSE = (ast.Assert, ast.Raise, ast.JoinedStr)
"""What asserts, complains and declares is not what plays."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """In a file below `sim`, from byte to byte of a line, something else stands."""

    file: str
    line: int
    begin: int
    end: int
    new: str

    def planted(self, text: str) -> str:
        """The text with the mutant in it."""
        lines = text.splitlines(keepends=True)
        raw = lines[self.line - 1].encode()
        lines[self.line - 1] = (raw[: self.begin] + self.new.encode() + raw[self.end :]).decode()
        return "".join(lines)

    def shown(self, text: str) -> str:
        """Where it is, and the line before and after."""
        before, after = (each.splitlines()[self.line - 1].strip() for each in (text, self.planted(text)))
        return f"sim/{self.file}:{self.line}\n    {before}\n    {after}"


def mutants_of(file: str, text: str) -> Iterator[Mutant]:
    """All mutants of a file that stand in one line each."""
    lines = text.splitlines()
    for node in _played(ast.parse(text)):
        for first, second, sign in _signs(node):
            if first.end_lineno == second.lineno == first.lineno:
                begin, end = first.end_col_offset or 0, second.col_offset
                between = lines[first.lineno - 1].encode()[begin:end].decode()
                if between.strip(" ()") and "#" not in between:
                    opened = between.count("(") * "("
                    closed = between.count(")") * ")"
                    yield Mutant(file, first.lineno, begin, end, f"{closed} {sign} {opened}")
        yield from _words(file, node, lines)


def _played(tree: ast.AST) -> Iterator[ast.AST]:
    """Nodes of what is played: no assertion, no complaint, no declared type, no text."""
    inside = tree.body if isinstance(tree, ast.FunctionDef) else ast.iter_child_nodes(tree)
    for node in inside:
        said = node.value if isinstance(node, ast.AnnAssign) else node
        if said is not None and not isinstance(said, _PROSE):
            yield said
            yield from _played(said)


def _signs(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr, str]]:
    """Pairs of expressions with the sign that is to stand between them."""
    if isinstance(node, ast.Compare):
        for first, sign, second in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
            yield first, second, _TURNED[type(sign)]
    elif isinstance(node, ast.BinOp) and type(node.op) in _TURNED:
        yield node.left, node.right, _TURNED[type(node.op)]
    elif isinstance(node, ast.BoolOp):
        for first, second in zip(node.values, node.values[1:], strict=False):
            yield first, second, _TURNED[type(node.op)]


def _words(file: str, node: ast.AST, lines: list[str]) -> Iterator[Mutant]:
    """A word or number that becomes another."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NAMES:
        where = node.func
        yield Mutant(file, where.lineno, where.col_offset, where.end_col_offset or 0, _NAMES[where.id])
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield Mutant(file, node.lineno, node.col_offset, node.col_offset + len("not"), "")
    elif isinstance(node, ast.Constant) and type(node.value) is int and node.end_lineno == node.lineno:
        written = lines[node.lineno - 1].encode()[node.col_offset : node.end_col_offset].decode()
        if written.replace("_", "").isdecimal():
            yield Mutant(file, node.lineno, node.col_offset, node.end_col_offset or 0, f"{node.value + 1}")


@dataclass(frozen=True, slots=True)
class Task:
    """A mutant, and the oracles to be played in turn."""

    mutant: Mutant
    exact: tuple[str, ...]
    by_chance: tuple[str, ...]
    limit: float
    nursery: Nursery

    @property
    def turns(self) -> Iterator[tuple[tuple[str, ...], float]]:
        """Oracles that are played at once, with the seconds that they may take."""
        for first in range(0, len(self.exact), AT_ONCE):
            yield self.exact[first : first + AT_ONCE], EXACT_S
        for file in self.by_chance:
            yield (file,), LIMIT_S


def tried(task: Task) -> tuple[Mutant, str]:
    """Plays oracles until one sees the mutant: who saw it, or nothing."""
    mutant, nursery = task.mutant, task.nursery
    with nursery.copy(mutant.file, mutant.planted(nursery.text(mutant.file))) as copy:
        for files, limit_s in task.turns:
            try:
                said = said_of(copy, files, limit_s)
            except (PlantError, HangsError) as error:
                return mutant, f"{type(error).__name__.removesuffix('Error').lower()}: {str(error)[:60]}"
            saw = [one.oracle for one in said if one.catches(task.limit)]
            if saw:
                return mutant, saw[0]
    return mutant, ""


def _read(_: None) -> Oracles:
    return oracles()


@click.command()
@click.option("--mutants", type=click.IntRange(1), default=400, show_default=True, help="How many are drawn.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Which ones.")
@click.option("--chance", is_flag=True, help="Survivors of the exact oracles meet those of chance as well.")
@click.option("--within", multiple=True, metavar="TEXT", help="Only files whose path holds this.")
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, help="How many are tried at once.")
def main(mutants: int, seed: int, chance: bool, within: tuple[str, ...], jobs: int) -> None:
    """Counts the small faults that the oracles see, and lists those that they do not."""
    files = sorted(path for pattern in SURVEYED for path in (ROOT / "sim").glob(pattern))
    texts = {path.relative_to(ROOT / "sim").as_posix(): path.read_text(encoding="utf-8") for path in files}
    texts = {file: text for file, text in texts.items() if not within or any(part in file for part in within)}
    known = [mutant for file, text in texts.items() for mutant in mutants_of(file, text)]
    drawn = random.Random(seed).sample(known, min(mutants, len(known)))
    drawn.sort(key=lambda mutant: (mutant.file, mutant.line, mutant.begin))
    (read,) = in_processes(1, _read, [None])
    by_chance = read.by_chance if chance else ()
    counts: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as top:
        nursery = Nursery(top)
        tasks = [Task(mutant, read.exact, by_chance, read.limit, nursery) for mutant in drawn]
        for mutant, saw in in_processes(jobs, tried, tasks):
            part = str(Path(mutant.file).parent)
            counts.setdefault(part, Counter())["killed" if saw else "survived"] += 1
            if not saw:
                click.echo(f"○ {mutant.shown(texts[mutant.file])}")
    click.echo(f"\n{len(drawn)} of {len(known)} mutants, seed {seed}, {len(read.exact) + len(by_chance)} oracles")
    for part, found in counts.items():
        click.echo(f"{part:<12} {found.total():>4} mutants {found['killed']:>4} killed {found['survived']:>4} survived")


if __name__ == "__main__":
    main()
