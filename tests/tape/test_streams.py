import subprocess
import sys

import numpy as np
from scipy import stats

from sim.tape.streams import Streams, unit


def test_a_stream_is_the_same_in_whatever_order_streams_are_asked_for() -> None:
    one, two = Streams(5, 3), Streams(5, 3)
    first = [one.uniforms(9, "alarms", "gao").tolist(), one.uniforms(4, "fires", "gao", 2).tolist()]
    second = [two.uniforms(4, "fires", "gao", 2).tolist(), two.uniforms(9, "alarms", "gao").tolist()]
    assert first == second[::-1]


def test_seed_replication_block_and_every_word_of_the_key_make_another_stream() -> None:
    drawn = [
        Streams(5, 3).uniforms(4, "alarms", "gao"),
        Streams(6, 3).uniforms(4, "alarms", "gao"),
        Streams(5, 4).uniforms(4, "alarms", "gao"),
        Streams(5, 3).uniforms(4, "alarms", "gao", block=1),
        Streams(5, 3).uniforms(4, "shelter", "gao"),
        Streams(5, 3).uniforms(4, "alarms", "kidal"),
        Streams(5, 3).uniforms(4, "alarmsgao"),
        Streams(5, 3).uniforms(4, "alarms', 'gao"),
        Streams(5, 3).uniforms(4, "alarms", "gao", 1),
        Streams(5, 3).uniforms(4, "alarms", "gao", "1"),
    ]
    assert len(np.unique(np.concatenate(drawn))) == 4 * len(drawn)


def test_a_longer_stream_begins_with_the_shorter() -> None:
    streams = Streams(1, 0)
    long = streams.uniforms(1000, "x").tolist()
    assert streams.uniforms(7, "x").tolist() == long[:7]
    assert streams.endless(65, "x").tolist() == long[:128]
    assert streams.uniforms(0, "x").tolist() == []


def test_uniforms_lie_strictly_inside_nought_and_one() -> None:
    edges = unit(np.array([0, 2**64 - 1], dtype=np.uint64))
    assert edges.tolist() == [2.0**-53, 1 - 2.0**-53]


def test_uniforms_are_uniform_within_and_across_replications() -> None:
    within = Streams(1, 0).uniforms(20_000, "x")
    across = np.array([Streams(1, k).uniforms(1, "x")[0] for k in range(5_000)])
    assert stats.kstest(within, "uniform").pvalue > 0.001
    assert stats.kstest(across, "uniform").pvalue > 0.001


def test_a_stream_never_depends_on_the_process_that_draws_it() -> None:
    program = "from sim.tape.streams import Streams; print(Streams(5, 3).uniforms(3, 'alarms', 'gao', 7).tolist())"
    made = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert made == [str(Streams(5, 3).uniforms(3, "alarms", "gao", 7).tolist())] * 2


def test_a_stream_keeps_its_numbers_from_version_to_version() -> None:
    assert Streams(1, 0).uniforms(2, "alarms", "tessalit").tolist() == [
        0.26294502052405255,
        0.8733881702136538,
    ]
