"""Files that a wheel holds in addition to the package: those that commands find by name in any folder.

The build calls this; `sim/scenario/shipped.py` finds the files. An editable installation uses those of the checkout.
"""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = {
    "scenarios": "sim/shipped/scenarios",
    "tests/verification/oracles": "sim/shipped/oracles",
    "results/reference/sweep/gated": "sim/shipped/baselines/gated",
}
"""Folder of the checkout -> folder of the wheel."""


class ShippedFiles(BuildHookInterface):
    """Adds them to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before a wheel is made; `version` is the kind of wheel."""
        if version != "editable":
            build_data["force_include"] |= SHIPPED
