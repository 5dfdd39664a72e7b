"""Sweeps: designs over factors of a scenario, run point by point."""
