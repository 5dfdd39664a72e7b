"""Sweeps: designs over factors of a scenario, played point by point."""
