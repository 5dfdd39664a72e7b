"""A forecaster that says beforehand what each replication gives: fixed figures are the mock of the model."""

from dataclasses import dataclass, field

from sim.analysis.estimates import Measure
from sim.errors import ReplicationError
from sim.experiment.worker import Model
from sim.replication.observed import Observed
from sim.results.rows import Layout


class Foretold:
    """Plays nothing: replication k has the k-th figure of each target, around and around."""

    def __init__(self, scenario, figures, trouble):
        self._targets, self._figures, self._trouble = scenario.record.targets, figures, trouble

    def run(self, seed, replication):
        if self._trouble.get(replication) == "ctrl-c":
            raise KeyboardInterrupt
        if replication in self._trouble:
            raise ReplicationError("too many events")
        said = {name: self._figures[name][(replication - 1) % len(self._figures[name])] for name in self._targets}
        return Observed(replication, f"{seed}-{replication}", said)


@dataclass
class Foretelling:
    """A stage on which these figures are played; `figures` by target."""

    figures: dict
    trouble: dict = field(default_factory=dict)

    def __call__(self, scenario):
        measures = tuple(Measure(name, one.unit, "mission", False) for name, one in scenario.record.targets.items())
        layout = Layout(measures, (), (), (), scenario.time.date_of_day(0), frozenset(), {})
        return Model(Foretold, (scenario, self.figures, self.trouble), layout, keeps="responses")
