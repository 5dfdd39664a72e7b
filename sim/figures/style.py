"""The house style of pictures: colours with hatches, one sheet with its head and foot, reproducible files."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.legend_handler import HandlerTuple
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter

from sim.errors import ResultsError
from sim.figures.labels import balanced, plain, width, wrap
from sim.figures.scripts import FONTS, installed, lacking
from sim.results.files import sentences, write_whole
from sim.sums import sum_in_order

P = ParamSpec("P")
R = TypeVar("R")

WIDTH_IN = 10.0
INK, FAINT = "#222222", "#666666"
_MARGIN_IN, _TITLE_IN, _LINE_IN, _LEGEND_IN, _NOTE_IN = 0.16, 0.25, 0.19, 0.185, 0.15
_SILENT_IN = 1.4
_EDGE_DIGITS = 5
_LETTER_IN, _HANDLE_IN = 0.068, 0.6
_TITLE_ROOM, _LINE_ROOM, _NOTE_ROOM = 88, 132, 150


@dataclass(frozen=True, slots=True)
class Fill:
    """Colour and hatch of one thing; `lines` is the colour of the hatch."""

    colour: str
    hatch: str
    lines: str

    def patch(self, label: str = "") -> Patch:
        """The key to it in a legend."""
        return Patch(facecolor=self.colour, hatch=self.hatch, edgecolor=self.lines, linewidth=0, label=label)

    def area(self) -> dict[str, Any]:
        """Keywords that draw a bar or an area with it."""
        return {"facecolor": self.colour, "hatch": self.hatch, "edgecolor": self.lines, "linewidth": 0}


# the palette of Okabe and Ito, safe for colour-blind readers; hatches distinguish fates in grey print
FATE_LOOKS = {
    "extracted": Fill("#009E73", "", "#FFFFFF"),
    "retained": Fill("#56B4E9", "...", "#FFFFFF"),
    "transferred": Fill("#0072B2", "---", "#FFFFFF"),
    "destroyed": Fill("#D55E00", "////", "#FFFFFF"),
    "disabled": Fill("#E69F00", "\\\\\\\\", "#FFFFFF"),
    "lost": Fill("#CC79A7", "xxx", "#FFFFFF"),
    "abandoned": Fill("#333333", "++", "#FFFFFF"),
    "late": Fill("#F0E442", "|||", "#555555"),
}
FATES = tuple(FATE_LOOKS)

# grey is in use, sand is with the crews, blue is with the lift: told apart in colour, and by shade in grey print
STATE_LOOKS = {
    "in_use": Fill("#EEF1F4", "", "#FFFFFF"),
    "released": Fill("#E8D9B0", "", "#FFFFFF"),
    "preparing": Fill("#C9A862", "", "#FFFFFF"),
    "ready": Fill("#88A2C4", "", "#FFFFFF"),
    "loading": Fill("#5879AC", "", "#FFFFFF"),
    "moving": Fill("#27406B", "", "#FFFFFF"),
}

_RC: dict[str, Any] = {
    "font.family": ["sans-serif"],
    # Verdana has nearly the widths of DejaVu, where a viewer of the SVG has only that
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial", "Helvetica"],
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.titlepad": 6,
    "axes.labelsize": 9,
    "axes.labelcolor": INK,
    "axes.edgecolor": "#AAAAAA",
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#E3E3E3",
    "grid.linewidth": 0.7,
    "text.color": INK,
    "text.usetex": False,
    "text.parse_math": True,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "hatch.linewidth": 0.7,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.hashsalt": "drawdown",
    "svg.fonttype": "none",
    "timezone": "UTC",
}
_NOT_LOOKS = ("backend", "date.epoch")
"""Settings without effect on pictures, which matplotlib accepts only once per process."""
_SCRIPTS = (*(font for font, _ in FONTS.values()), "WenQuanYi Zen Hei")


def _style() -> Any:
    """Returns all settings: the defaults of matplotlib, ignoring any matplotlibrc or style, then the house style.

    Fonts for other scripts are added if this machine has them.
    """
    own = {key: value for key, value in mpl.rcParamsDefault.items() if key not in _NOT_LOOKS}
    return own | _RC | {"font.family": ["sans-serif", *installed(_SCRIPTS)]}


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Draws in the house style, and restores the settings of the caller."""

    @wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with mpl.rc_context(rc=_style()):
            return draw(*args, **kwargs)

    return inside


Key = tuple[tuple[Artist, ...], str]
"""Marks that share one entry of a key, and its words."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a picture: its finding, its origin (lines of it are kept), and the key to its marks."""

    title: str
    origin: str
    keys: Sequence[tuple[Artist, str] | Key] = ()
    columns: int = 4


def sheet(body_in: float, head: Heading, notes: Sequence[str] = ()) -> Figure:
    """An empty figure of the house's width whose body has a given height, with head and notes in place."""
    title, origin = balanced(head.title, _TITLE_ROOM), _lines(head.origin)
    foot = [line for note in notes for line in wrap(note, _NOTE_ROOM)]
    rows = -(-len(head.keys) // _columns(head))
    head_in = 2 * _MARGIN_IN + _TITLE_IN * len(title) + _LINE_IN * len(origin) + _LEGEND_IN * rows
    foot_in = _MARGIN_IN + _NOTE_IN * len(foot)
    height = head_in + body_in + foot_in
    fig = Figure(figsize=(WIDTH_IN, height), layout="constrained")
    engine = fig.get_layout_engine()
    if engine is not None:
        engine.set(rect=(0.008, foot_in / height, 0.984, body_in / height), hspace=0.04)  # type: ignore[call-arg]
    left, top = _MARGIN_IN / WIDTH_IN, 1 - _MARGIN_IN / height
    fig.text(left, top, "\n".join(title), size=13, weight="bold", va="top", linespacing=1.2)
    top -= _TITLE_IN * len(title) / height
    fig.text(left, top, "\n".join(origin), size=9, color=FAINT, va="top", linespacing=1.25)
    top -= (_LINE_IN * len(origin) + 0.03) / height
    if head.keys:
        _legend(fig, head, (left, top))
    if foot:
        fig.text(left, 0.1 / height, "\n".join(foot), size=7.5, color=FAINT, va="bottom", linespacing=1.25)
    return fig


def _lines(origin: str) -> list[str]:
    return [line for part in origin.split("\n") for line in wrap(part, _LINE_ROOM)]


def _columns(head: Heading) -> int:
    """Returns the columns of the key: those requested, or as many as fit on the sheet."""
    labels = [width(label) for _, label in head.keys]
    for columns in range(min(head.columns, len(labels)), 1, -1):
        rows, longer = divmod(len(labels), columns)
        ends = np.cumsum([rows + (column < longer) for column in range(columns)])
        widths = [max(part) for part in np.split(labels, ends[:-1])]
        if sum_in_order(_LETTER_IN * letters + _HANDLE_IN for letters in widths) <= WIDTH_IN - 2 * _MARGIN_IN:
            return columns
    return 1


def _legend(fig: Figure, head: Heading, corner: tuple[float, float]) -> None:
    fig.legend(  # type: ignore[call-overload] # a handler draws marks that share an entry
        [artists for artists, _ in head.keys],
        [label for _, label in head.keys],
        loc="upper left",
        bbox_to_anchor=corner,
        ncols=_columns(head),
        handler_map={tuple: HandlerTuple(ndivide=None, pad=0.3)},
        borderaxespad=0.1,
        borderpad=0.1,
        columnspacing=1.6,
        handlelength=2.0,
        handleheight=1.0,
        labelspacing=0.35,
    )


def say(ax: Axes, sentence: str) -> Axes:
    """Shows a sentence instead of a picture that can't be drawn."""
    ax.set_axis_off()
    words = "\n".join(wrap(sentence, 80))
    ax.text(0.5, 0.5, words, transform=ax.transAxes, ha="center", va="center", size=11)
    return ax


def silent(head: Heading, sentence: str) -> Axes:
    """Returns a sheet with a sentence only."""
    return say(sheet(_SILENT_IN, Heading(head.title, head.origin)).add_subplot(), sentence)


def percent_axis(ax: Axes, which: str = "x") -> None:
    """Formats the ticks of shares as per cent."""
    axis = ax.xaxis if which == "x" else ax.yaxis
    axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g}\u00a0%" if 0 <= share <= 1 else ""))


def on_axis(moment: datetime) -> float:
    """Returns the position of a date-time on an axis of dates."""
    return float(date2num(moment))  # type: ignore[no-untyped-call]


def date_axis(ax: Axes, most: int = 9) -> None:
    """Formats the ticks of dates, concisely."""
    ax.xaxis_date()
    locator = AutoDateLocator(minticks=3, maxticks=most)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


@contextmanager
def _any_letter() -> Iterator[None]:
    """Suppresses warnings about characters that no font of this machine has; they are shown as boxes."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def lay_out(fig: Figure) -> None:
    """Fixes the layout, so that the bytes of one format do not depend on which others are written.

    Raises `ResultsError` where texts, such as numbers of hundreds of digits, leave no room for the axes.
    """
    engine = fig.get_layout_engine()
    if engine is not None:
        with _any_letter():
            warnings.filterwarnings("error", message="constrained_layout not applied")
            try:
                engine.execute(fig)
            except UserWarning:
                raise ResultsError("the texts of this picture leave no room for what it shows") from None
        fig.set_layout_engine(None)
    for ax in fig.axes:
        # the last digits of the solver depend on memory addresses
        left, bottom, wide, high = (round(edge, _EDGE_DIGITS) for edge in ax.get_position().bounds)
        ax.set_position((left, bottom, wide, high))


def _name_fonts(fig: Figure) -> None:
    """Adds, above the title, the sentence that names the font to install, where letters have none."""
    texts = "".join(text.get_text() for text in fig.findobj(Text))
    sentence = lacking(texts)
    if sentence is not None:
        left, top = _MARGIN_IN / WIDTH_IN, 1 - 0.03 / fig.get_figheight()
        fig.text(left, top, sentence, size=7, color=FATE_LOOKS["destroyed"].colour, va="top")


def write_sheet(axes: Axes, folder: Path, name: str, about: object, formats: Sequence[str]) -> list[Path]:
    """Writes the sheet of the axes as `name.png` and so on, each atomically; returns the paths.

    The same sheet has the same bytes. Raises `ResultsError`.
    """
    fig = axes.figure
    assert isinstance(fig, Figure), "a sheet of its own is no part of another figure"
    lay_out(fig)
    _name_fonts(fig)
    svg = {"Title": plain(f"{name}: {about}"), "Creator": "drawdown", "Date": None}
    metadata = {"png": {"Software": "drawdown"}, "svg": svg}
    paths = [folder / f"{name}.{kind}" for kind in formats]
    for path, kind in zip(paths, formats, strict=True):
        content = io.BytesIO()
        with sentences(f"{path} can't be written"), _any_letter():
            fig.savefig(content, format=kind, dpi=150, metadata=metadata[kind])
            write_whole(path, content.getvalue())
    return paths
