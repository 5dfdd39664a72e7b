"""A second world, written from docs/model.md alone in the manner of SimPy's documentation; it checks the first."""
