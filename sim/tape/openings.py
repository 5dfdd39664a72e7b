"""The calendars of the scenario's floor, under the name by which the floors above it know them."""

from sim.scenario.openings import Openings, daily, local_instant

__all__ = ["Openings", "daily", "local_instant"]
