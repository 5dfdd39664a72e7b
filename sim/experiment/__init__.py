"""Runs replications: plans, jobs and workers, from designs to rows."""
