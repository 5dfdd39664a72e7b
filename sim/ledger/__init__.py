"""Memory: what happened to lots, people, lift and crews, append-only."""
