"""People who work on lots, crews or explosives teams: what is done of a job, and work that is halted."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from benchmarks.twin.things import Job
from sim.scenario.openings import Openings

if TYPE_CHECKING:
    from benchmarks.twin.site import Site


class Gang:
    """Those of one place with their jobs; who they are decides when they work, and how a job ends."""

    site: Site
    jobs: list[Job]

    def hours(self, job: Job) -> Openings:
        """When they work on a job."""
        raise NotImplementedError

    def work_on(self, job: Job) -> Generator[Event, None, None]:
        """The work of a job until it ends."""
        raise NotImplementedError

    def put_in(self, job: Job) -> int:
        """Work done on a job until now."""
        if job.since_s is None:
            return job.done_s
        return job.done_s + self.hours(job).open_between(job.since_s, self.site.clock.now_s)

    def left(self, job: Job) -> int:
        """Work left of a job."""
        return max(job.work - self.put_in(job), 0)

    @staticmethod
    def leave(job: Job) -> None:
        """Nobody works on a job any more."""
        if job.process is not None and job.process.is_alive:
            job.process.interrupt()

    def halt(self, job: Job) -> None:
        """Work on a job is halted."""
        job.done_s, job.since_s = self.put_in(job), None
        self.leave(job)

    def resume(self, job: Job) -> None:
        """Halted work goes on."""
        job.since_s = self.site.clock.now_s
        job.until_s = self.hours(job).finish(job.since_s, job.work - job.done_s)
        job.process = self.site.clock.process(self.work_on(job))
