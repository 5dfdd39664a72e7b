"""The bound: what the best plan could have brought out on a tape, knowing everything, by a linear programme."""
