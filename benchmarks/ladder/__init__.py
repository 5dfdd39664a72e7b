"""Implementations of the reference camp in several styles, all with the same numbers."""
