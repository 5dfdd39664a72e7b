"""Limits of options, the same on the command line and in Python."""

from __future__ import annotations

MOST_REPLICATIONS = 1_000_000
MOST_SEED = 2**63 - 1
MOST_WORKERS = 4096
FIRST_STAGE = (10, 100_000)
"""Smallest and largest number of replications in the first stage of a selection."""
