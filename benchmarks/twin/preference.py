"""Options in order of preference: which classes an option may take now, and which another holds back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.network import Option

if TYPE_CHECKING:
    from benchmarks.twin.site import Site
    from benchmarks.twin.world import Twin


def usable_for(world: Twin, site: Site, option: Option) -> set[str]:
    """Classes that an option could take now."""
    if not world.sites[option.dest].receiving.room:
        return set()
    return world.road.takes_now(site, option) if option.mode == "road" else world.air.takes_now(site, option)


def allowed(world: Twin, site: Site, option: Option, classes: set[str]) -> set[str]:
    """Of some classes those that no better option takes now.

    Earlier options are better; where a road can't be used now, so are later ones that can.
    """
    options = world.network.options[site.name]
    mine = options.index(option)
    left = set(classes)
    for other in options[:mine]:
        left -= usable_for(world, site, other)
    if option.mode == "road" and left and mine < len(options) - 1:
        elsewhere = set[str]().union(*(usable_for(world, site, other) for other in options[mine + 1 :]))
        left -= elsewhere - usable_for(world, site, option)
    return left
