"""What a scenario plans but can never do: sentences of `drawdown check` that a manifest keeps, in the page's language.

Results keep them as finished English. Each is a message of ours with names and numbers of the user in it, so that it
is recognised by the message that it was made from; a sentence of another version is shown as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from sim.page.blocks import Name
from sim.page.words import N_, Words, name

_SENTENCES = (
    N_("no crew will ever work at {name}: {why}"),
    N_("no one will ever work at {name}: {why}"),
    N_("nothing will ever be loaded at {name}: it has no loaders"),
    N_("nothing will ever be unloaded at {name}: it has no loaders"),
    N_("nothing will ever be loaded or unloaded at {name}: it has no loaders"),
    N_("nothing will ever be prepared at {name}: its yard has no room"),
    N_("nothing will ever be prepared at {name}: its phase {phase} does not begin before the handover"),
    N_("nothing will ever be prepared at {name}: its phase waits for {place}, which is handed over on {day} at the "
       "earliest"),
    N_("nothing will ever be released at {name}: its release begins after its handover"),
    N_("no {names} will ever be released at {name}: its release begins after its handover"),
    N_("nothing will ever be ready at {name} and at {n} more places: everything is condemned before a crew can begin"),
    N_("nothing will ever be ready at {name}: everything is condemned before a crew can begin"),
    N_("no {class} will ever leave {name}: one needs a crew of {crew}, and {place} has {people} people"),
    N_("no order to leave will ever come to {name}: {why}"),
    N_("no {aircraft} will ever fly: {why}"),
    N_("no aircraft will ever land at {name}: {why}"),
    N_("no flight with cargo will ever be cleared at {name}: every day is refused"),
    N_("no flight with people will ever be cleared at {name}: every day is refused"),
    N_("no aircraft will ever fly from {origin} to {dest}: {why}"),
    N_("the people of {name} can never leave: {why}"),
    N_("no convoy will ever move on {name}: {why}"),
    N_("no convoy will ever leave, except a camp's last: there are no escorts"),
    N_("no truck will ever be cleared on {name}, except in a camp's last convoy: every day is refused"),
    N_("no vehicle that drives itself will ever be cleared on {name}, except in a camp's last convoy: every day is "
       "refused"),
    N_("the trucks of {name} will never be used: they arrive after the horizon"),
    N_("no truck will ever be sent to {name}: {why}"),
    N_("no convoy from {origin} will ever be at {dest} by the deadline: {km} km at {pace} km a day take {days} d, and "
       "there are {left} d from {day} on"),
)  # fmt: skip
_WHYS = (
    N_("it has no crews"),
    N_("{share} % of {people} people are too few for a crew of {crew}"),
    N_("listed alarms cover all working hours between {day} and its handover {end}"),
    N_("listed alarms cover all working hours between {day} and the horizon {end}"),
    N_("it has no working hours between {day} and its handover {end}"),
    N_("it has no working hours between {day} and the horizon {end}"),
    N_("it would not bring the handover forward"),
    N_("the order on a date has no chance"),
    N_("none ever comes to {place}, which it follows"),
    N_("without alarms at random, {n} episodes never come within the time given"),
    N_("they arrive after the horizon"),
    N_("none is ever fit"),
    N_("its strip is closed throughout"),
    N_("its strip is closed in all its flying hours"),
    N_("{aircraft} would fly {hours} h, and may fly {most} h a day"),
    N_("{aircraft} would take {hours} h, and its crew day is {most} h"),
    N_("{aircraft} cannot make every landing within flying hours"),
    N_("no vehicle of its own or seat on a truck by road"),
    N_("no seat by air"),
    N_("it is closed throughout"),
    N_("it is closed in all its marching hours"),
    N_("a convoy needs at least {least} vehicles, and the pool has {n}"),
    N_("from {place} they arrive too late to load before its handover"),
)
_NUMBERS = frozenset({"n", "crew", "people", "km", "pace", "days", "left", "share", "hours", "most", "least"})
_LONGEST = 500
"""Beyond this a sentence of a stranger is not taken apart."""
_HOLE = re.compile(r"\\{(\w+)\\}")


def never_words(sentence: str, words: Words) -> str:
    """A sentence about what can never happen, in the language of the page."""
    said = _said(sentence, _SENTENCES, words) if len(sentence) <= _LONGEST else None
    return Name(name(sentence)) if said is None else said


def _said(text: str, among: tuple[str, ...], words: Words) -> str | None:
    """A text by the first message that it can be made from; `None` where none is found."""
    for message in among:
        found = _pattern(message).fullmatch(text)
        values = None if found is None else _values(found.groupdict(), words)
        if values is not None:
            return words(message, **values)
    return None


def _values(found: Mapping[str, str], words: Words) -> dict[str, str] | None:
    """What is inserted, reasons in the language of the page; `None` where a reason is not known."""
    values = {key: words.figure(name(text)) if key in _NUMBERS else name(text) for key, text in found.items()}
    if "why" in found:
        why = _why(found["why"], words)
        if why is None:
            return None
        values["why"] = why
    return values


def _why(text: str, words: Words) -> str | None:
    """One reason, or several in a row."""
    for parts in ([text], text.split("; "), text.split(", ")):
        said = [_said(part, _WHYS, words) for part in parts]
        if None not in said:
            return words.series(said)
    return None


@cache
def _pattern(message: str) -> re.Pattern[str]:
    return re.compile(_HOLE.sub(r"(?P<\1>.+?)", re.escape(message)), re.DOTALL)
