"""The bytes of an inventory: a plain file of a size that was looked at first."""

from __future__ import annotations

import os
import stat
from typing import Any

from sim.scenario.inventory.rows import How, Inventory, inventory_of
from sim.scenario.inventory.sheets import MOST_BYTES, Sheet, sheet_of
from sim.scenario.reading import refuse


def read_inventory(
    path: str, shown_as: str | None = None, how: How | None = None, *, through_links: bool = True, **sheet: Any
) -> Inventory:
    """The inventory in a file; `sheet` has encoding, separator and sheet. Raises `InputError`."""
    return inventory_of(read_sheet(path, shown_as, through_links=through_links, **sheet), How() if how is None else how)


def read_sheet(path: str, shown_as: str | None = None, *, through_links: bool = True, **sheet: Any) -> Sheet:
    """The cells of a file; `sheet` has encoding, separator and sheet. Raises `InputError`."""
    shown = path if shown_as is None else shown_as
    return sheet_of(_bytes(path, shown, through_links), shown, **sheet)


def _bytes(path: str, shown: str, through_links: bool) -> bytes:
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags if through_links else flags | getattr(os, "O_NOFOLLOW", 0))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not a possible name"
        raise refuse(shown, f"this can't be read: {why}", allowed="a CSV or XLSX file") from None
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        raise refuse(shown, "this is not a plain file", allowed="a CSV or XLSX file")
    with os.fdopen(handle, "rb") as file:
        if status.st_size > MOST_BYTES:
            raise refuse(shown, f"this has {status.st_size:,} bytes", allowed=f"at most {MOST_BYTES:,}")
        try:
            return file.read(MOST_BYTES + 1)
        except OSError as error:
            raise refuse(shown, f"this can't be read: {error.strerror}") from None
