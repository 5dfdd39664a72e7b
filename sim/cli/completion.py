"""What a shell completes: scenarios, sweeps, results, causes, responses and pictures. Modules load when asked for."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem

_MOST = 500
Items = list[CompletionItem]


def scenarios(_ctx: click.Context, _param: click.Parameter, begun: str) -> Items:
    """YAML files below the part that is written, folders, and shipped scenarios by name."""
    from sim.scenario.shipped import shipped

    names = [name for name, file in shipped().items() if file.parent.name != "sweeps"]
    return [*_names(names, begun), *_files(begun)]


def sweeps(_ctx: click.Context, _param: click.Parameter, begun: str) -> Items:
    """The same for sweeps; a sweep in one line begins with a scenario, so both are offered."""
    from sim.scenario.shipped import shipped

    return [*_names(shipped(), begun), *_files(begun)]


def results(_ctx: click.Context, _param: click.Parameter, begun: str) -> Items:
    """Folders, those of results with a manifest first."""
    root = Path("results")
    found = [path.parent for depth in ("*", "*/*") for path in sorted(root.glob(f"{depth}/manifest.json"))]
    return [*_names([str(path) for path in found[:_MOST]], begun), CompletionItem(begun, type="dir")]


def causes(_ctx: click.Context, _param: click.Parameter, begun: str) -> Items:
    """Causes of random events that can be removed."""
    from sim.tape.tape import CAUSES, PARTS

    return _names([*CAUSES, *(part for parts in PARTS.values() for part in parts)], begun)


def responses(_ctx: click.Context, _param: click.Parameter, begun: str) -> Items:
    """Responses that every scenario has."""
    from sim.ledger.states import FATE_NAMES
    from sim.replication.catalogue import MEASURES

    shares = [f"{fate}_share{suffix}" for suffix, _ in MEASURES for fate in FATE_NAMES]
    return _names([*shares, *_OTHERS], begun)


_OTHERS = (
    "people_out_share", "people_late", "person_days_late", "deadline_met", "alarms", "shelter_episodes",
    "sorties_flown", "sorties_wasted", "fill", "convoys", "hurt", "accidents", "hits", "cost_usd",
)  # fmt: skip


def pictures(ctx: click.Context, _param: click.Parameter, begun: str) -> Items:
    """The pictures that fit the folder that is written; without one, all."""
    from sim.errors import DrawdownError
    from sim.figures.gallery import GALLERIES, gallery_of

    folder = ctx.params.get("results")
    try:
        if folder is not None:
            gallery, found = gallery_of(Path(folder))
            return _names(gallery.fitting(found), begun)
    except (DrawdownError, OSError):
        pass
    return _names(dict.fromkeys(name for gallery in GALLERIES.values() for name in gallery.pictures), begun)


def _names(names: object, begun: str) -> Items:
    return [CompletionItem(name) for name in names if name.startswith(begun)]  # type: ignore[attr-defined]


def _files(begun: str) -> Items:
    """YAML files and folders that go on from what is written; nothing else in a folder is a scenario."""
    head, _, _ = begun.rpartition("/")
    folder = Path(head or ("/" if begun.startswith("/") else "."))
    try:
        inside = sorted(folder.iterdir())[:_MOST]
    except OSError:
        return []
    before = f"{head}/" if head or begun.startswith("/") else ""
    found = [
        f"{before}{path.name}" + "/" * path.is_dir()
        for path in inside if path.is_dir() or path.suffix in (".yaml", ".yml")
    ]  # fmt: skip
    return _names([name for name in found if not Path(name).name.startswith(".")], begun)
