"""Rules about containers that are broken down into pieces, and warnings where that has no effect."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Problem
from sim.scenario.distributions import Distribution
from sim.scenario.look import Look, Rule
from sim.scenario.lots import broken_down
from sim.scenario.materiel import LotClass, Pieces
from sim.scenario.paths import Path
from sim.scenario.places import Held
from sim.scenario.reach import least
from sim.scenario.rules_lift import network_whole, offers


def _breaking(look: Look) -> Iterator[tuple[str, LotClass, Pieces]]:
    """Classes with pieces."""
    for name, kind in look.scenario.classes.items():
        if kind.breaks_into is not None and look.whole("classes", name):
            yield name, kind, kind.breaks_into


def _broken(look: Look) -> Iterator[tuple[Path, LotClass, Held]]:
    """Shares of lots that are broken down, with their paths and classes."""
    for place, here in look.scenario.places.items():
        for name, held in here.lots.items():
            kind = look.scenario.classes.get(name)
            if held.broken_down and kind is not None and look.whole("classes", name):
                yield ("places", place, "lots", name, "broken_down"), kind, held


def pieces(look: Look) -> Iterator[Problem]:
    """Containers and their pieces do not drive, and pieces are not broken down further."""
    for name, kind, into in _breaking(look):
        piece, here = look.scenario.classes.get(into.lot_class), ("classes", name, "breaks_into")
        if "self" in kind.moves:
            remedy = "no `self` in `moves:`, or no `breaks_into:`"
            yield look.say(here, "what drives is not broken down", None, remedy)
        if "eod" in (kind.destroyed_by, piece.destroyed_by if piece is not None else None):
            wrong = "what only explosives teams destroy is not broken down, and not a piece"
            yield look.say(here, wrong, None, "no `destroyed_by:` of both classes, or no `breaks_into:`")
        if piece is None or not look.whole("classes", into.lot_class):
            continue
        path, said = (*here, "class"), look.said(*here, "class")
        if piece.breaks_into is not None:
            yield look.say(path, "pieces are not broken down further", said, "a class without `breaks_into`")
        elif "self" in piece.moves:
            yield look.say(path, "pieces do not drive", said, "a class that moves by truck or aircraft")


def floors(look: Look) -> Iterator[Problem]:
    """The pieces of a container together take no more floor on a truck than the container."""
    for name, kind, into in _breaking(look):
        piece = look.scenario.classes.get(into.lot_class)
        whole = piece is not None and piece.breaks_into is None and look.whole("classes", into.lot_class)
        if piece is None or not whole or "truck" not in piece.moves:
            continue
        together, most = piece.floor_on_truck * into.pieces, kind.floor_on_truck
        if together > most:
            yield look.say(
                ("classes", into.lot_class),
                f"{into.pieces} pieces take more floor on a truck than the {name} that they come from",
                f"{together / 1000:g} and {most / 1000:g} positions",
                f"`truck_floor:` of at most {most // into.pieces / 1000:g}",
            )


def shares(look: Look) -> Iterator[Problem]:
    """Only lots of a class with pieces are broken down."""
    for path, kind, _ in _broken(look):
        if kind.breaks_into is None:
            remedy = f"`classes.{path[3]}.breaks_into:`, or no `broken_down:`"
            yield look.say(path, f"{path[3]} has nothing to break into", look.said(*path), remedy)


def ways_out(look: Look) -> Iterator[Problem]:
    """The lightest piece of a container can be carried out too, unless the file allows otherwise."""
    if look.scenario.policy.unliftable == "allow" or not network_whole(look):
        return
    for path, kind, _ in _broken(look):
        into, place = kind.breaks_into, path[1]
        piece = None if into is None else look.scenario.classes.get(into.lot_class)
        if into is None or piece is None or look.scenario.places[place].takes_out or not look.whole("classes"):
            continue
        lightest = Distribution("fixed", (max(0.0, least(kind.mass) - into.shell) // into.pieces,))
        if not look.reach.gets_out(piece.model_copy(update={"mass": lightest}), place):
            yield look.say(
                path,
                f"no lift can carry the pieces of {path[3]} from here to an exit or a custody hub",
                f"{lightest.numbers[0] / 1000:g} t or more, {piece.floor / 1000:g} positions",
                f"{offers(look, place)}; or `policy.unliftable: allow`",
            )


def shells(look: Look) -> Iterator[Problem]:
    """Shells that leave nothing to the pieces."""
    for name, kind, into in _breaking(look):
        here = ("classes", name, "breaks_into")
        if into.shell >= kind.mass.mean:
            wrong = "the shell has all the mass of a container of mean mass, and its pieces have none"
            yield look.say((*here, "shell"), wrong, look.said(*here, "shell"), "less than the mean of `mass:`")
        if into.shell_value > kind.value:
            path, wrong = (*here, "shell_value"), "the shell has all the value of a container, and its pieces have none"
            yield look.say(path, wrong, look.said(*path), f"at most {kind.value:,} USD")


def too_few(look: Look) -> Iterator[Problem]:
    """Shares of which no lot is broken down."""
    for path, _, held in _broken(look):
        if held.count and not any(broken_down(held, many) for many in held.owners().values()):
            wrong = "this has no effect: it is less than half a lot of each owner"
            yield look.say(path, wrong, look.said(*path), "a larger share")


RULES: tuple[Rule, ...] = (pieces, floors, shares, ways_out)
WARNINGS: tuple[Rule, ...] = (shells, too_few)
