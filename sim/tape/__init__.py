"""Chance: everything outside the mission's control, drawn for one replication before anyone acts."""
