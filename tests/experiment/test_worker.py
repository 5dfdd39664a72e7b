"""What a replication that ends otherwise is recorded as."""

import errno
import os

import pytest
from standin import layout

from sim.experiment.worker import Job, Model, Recorder, run_job


class Refused:
    """Runs on a machine that refuses to open anything."""

    def __init__(self, number):
        self.number = number

    def run(self, seed, replication):
        raise OSError(self.number, os.strerror(self.number), "some file")


def recorded(number):
    return run_job(Recorder(Model(Refused, (number,), layout())), Job(1, (1,)), lambda: False).failures[0]


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.EMFILE, "too few files may be open"), (errno.ENOSPC, "the disk is full"), (errno.EACCES, "no permission")],
)
def test_a_replication_that_the_machine_refused_is_lost_and_worth_another_try(number, said):
    failure = recorded(number)
    assert failure.kind == "lost"
    assert said in failure.error


def test_a_file_of_the_program_that_is_missing_is_a_fault_of_the_program():
    assert recorded(errno.ENOENT).kind == "fault"
