"""Makes small random changes to the program, and counts those that the oracles of `drawdown verify` catch.

`python scripts/survey.py --mutants 400` draws places in the simulation code and changes one operator there: a
comparison or a sum, `and` and `or`, `min` and `max`, a `not` dropped, a whole number off by one. Each mutant runs in a
process of its own, with the changed code in the functions of its file; the exact oracles are run until one does not
hold, with `--chance` also the statistical ones. Survivors are listed for a reader: some change nothing, some are in
code that no oracle covers, some are faults that need an oracle.
"""

from __future__ import annotations

import ast
import gc
import os
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from types import CodeType, FunctionType

import click
from field import ROOT, HangsError, no_more_than

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy comes in: a process with threads is not to be forked

from sim.analysis.oracles import limit_of
from sim.experiment.backend import Backend
from sim.experiment.verification import SEED, Oracle, oracles_in, verify
from sim.scenario.door import Loaded

SURVEYED = (
    "world/*.py", "tape/*.py", "replication/responses.py", "replication/causes.py", "replication/waits.py",
    "scenario/calendar.py",
)  # fmt: skip
EXACT_S, CHANCE_S = 10.0, 60.0
"""Seconds of work that an oracle may take before it is held to have no end; whole, the slowest takes a few."""
_TURNED: dict[type[ast.AST], str] = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==", ast.Is: "is not",
    ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in", ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*",
    ast.FloorDiv: "*", ast.And: "or", ast.Or: "and",
}  # fmt: skip
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
_PROSE = (ast.Assert, ast.Raise, ast.JoinedStr)
"""Assertions, error messages and declarations are not simulation code."""


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
    """Returns all mutants of a file that change one line each."""
    lines = text.splitlines()
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    for node in dict.fromkeys(node for function in functions for node in _simulated(function)):
        for first, second, sign in _signs(node):
            if first.end_lineno == second.lineno == first.lineno:
                begin, end = first.end_col_offset or 0, second.col_offset
                between = lines[first.lineno - 1].encode()[begin:end].decode()
                if between.strip(" ()") and "#" not in between:
                    opened = between.count("(") * "("
                    closed = between.count(")") * ")"
                    yield Mutant(file, first.lineno, begin, end, f"{closed} {sign} {opened}")
        yield from _words(file, node, lines)


def _simulated(tree: ast.AST) -> Iterator[ast.AST]:
    """Nodes of simulation code: no assertion, error message, type annotation or text."""
    inside = tree.body if isinstance(tree, ast.FunctionDef) else ast.iter_child_nodes(tree)
    for node in inside:
        said = node.value if isinstance(node, ast.AnnAssign) else node
        if said is not None and not isinstance(said, _PROSE):
            yield said
            yield from _simulated(said)


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


def plant(mutant: Mutant) -> None:
    """Gives the functions of a file, wherever they are held, the code that they have with the mutant in it."""
    path = ROOT / "sim" / mutant.file
    turned = compile(mutant.planted(path.read_text(encoding="utf-8")), str(path), "exec", dont_inherit=True)
    codes = {code.co_qualname: code for code in _codes(turned)}
    module = _module(mutant.file)
    for held in gc.get_objects():
        if isinstance(held, FunctionType) and held.__module__ == module and held.__qualname__ in codes:
            held.__code__ = codes[held.__qualname__]


def _module(file: str) -> str:
    return ".".join(("sim", *Path(file).with_suffix("").parts))


def _codes(code: CodeType) -> Iterator[CodeType]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _codes(inner)
            if "<" not in inner.co_qualname:
                yield inner


@dataclass(frozen=True, slots=True)
class Simulated:
    """Work of every process: oracles with their scenarios, the exact ones first, and the limit of their z."""

    oracles: Sequence[tuple[str, Loaded]]
    limit: float


_SIMULATED: list[Simulated] = []
"""Filled in before processes are made, so that none has to read a file again."""


def tried(mutant: Mutant) -> tuple[Mutant, str]:
    """Runs oracles until one catches the mutant; returns which, or nothing."""
    (simulated,) = _SIMULATED
    plant(mutant)
    for file, loaded in simulated.oracles:
        limit_s = EXACT_S if _exact(loaded) else CHANCE_S
        try:
            with no_more_than(limit_s):
                # what a scenario says is read again only where reading is what the mutant is in
                read = oracles_in([file]) if mutant.file.startswith("scenario") else [(file, loaded)]
                (oracle,) = verify(read, SEED, Backend(1), lambda *_: None).oracles
        except (Exception, HangsError) as error:  # whatever comes of it, it does not go unseen
            return mutant, f"{Path(file).stem}: {type(error).__name__}"
        if _seen(oracle, simulated.limit):
            return mutant, Path(file).stem
    return mutant, ""


def _seen(oracle: Oracle, limit: float) -> bool:
    zs = [one.found.z for one in oracle.checked]
    odd = (not one.found.holds if z is None else abs(z) >= limit for one, z in zip(oracle.checked, zs, strict=True))
    return bool(oracle.failures) or any(odd)


def _exact(loaded: Loaded) -> bool:
    return all(one.test != "z" for one in loaded.scenario.expect)


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
    drawn = random.Random(seed).sample(known, min(mutants, len(known)))  # nosec B311  # to repeat, no secret
    drawn.sort(key=lambda mutant: (mutant.file, mutant.line, mutant.begin))
    read = sorted(oracles_in(()), key=lambda one: (not _exact(one[1]), one[0]))
    limit = limit_of(sum(one.test == "z" for _, loaded in read for one in loaded.scenario.expect))
    _SIMULATED.append(Simulated([one for one in read if chance or _exact(one[1])], limit))
    counts: dict[str, Counter[str]] = {}
    for file in texts:
        import_module(_module(file))  # here, lest a process fetches it unharmed
    with get_context("fork").Pool(jobs, maxtasksperchild=1) as pool:
        for mutant, saw in pool.imap(tried, drawn, chunksize=1):
            part = str(Path(mutant.file).parent)
            counts.setdefault(part, Counter())["killed" if saw else "survived"] += 1
            if not saw:
                click.echo(f"○ {mutant.shown(texts[mutant.file])}")
    click.echo(f"\n{len(drawn)} of {len(known)} mutants, seed {seed}, {len(_SIMULATED[0].oracles)} oracles")
    for part, found in counts.items():
        click.echo(f"{part:<12} {found.total():>4} mutants {found['killed']:>4} killed {found['survived']:>4} survived")


if __name__ == "__main__":
    main()
