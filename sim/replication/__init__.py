"""From a scenario, a seed and a replication number to one history, and the tables derived from it."""
