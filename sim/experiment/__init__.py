"""Designs become jobs, jobs become rows: what is played, where, and when it is enough."""
