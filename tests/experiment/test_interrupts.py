"""Requests to stop reach only the main thread, and by no signal that the caller uses for something else."""

import signal
import threading

import pytest

from sim.experiment.interrupts import stop_on_ctrl_c

ALL = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def received():
    """Sets handlers as a caller would, for the time of a test."""
    before = {number: signal.getsignal(number) for number in ALL}

    def as_caller(**handlers):
        for name, handler in handlers.items():
            signal.signal(getattr(signal, name), handler)

    yield as_caller
    for number, handler in before.items():
        signal.signal(number, handler)


def nobody(_number, _frame):
    """What a caller does at a signal."""


def changed():
    """Signals that mean another thing inside."""
    before = {number: signal.getsignal(number) for number in ALL}
    with stop_on_ctrl_c():
        inside = [number.name for number in ALL if signal.getsignal(number) is not before[number]]
    assert {number: signal.getsignal(number) for number in ALL} == before
    return inside


def test_a_script_s_ctrl_c_alone_is_taken_over(received):
    received(SIGINT=signal.default_int_handler, SIGTERM=signal.SIG_DFL, SIGHUP=signal.SIG_DFL)
    assert changed() == ["SIGINT"]


def test_what_stops_a_process_of_the_command_line_is_taken_over_too(received):
    received(SIGINT=signal.default_int_handler, SIGTERM=signal.default_int_handler, SIGHUP=signal.default_int_handler)
    assert changed() == ["SIGINT", "SIGTERM", "SIGHUP"]


def test_what_a_caller_ignores_or_handles_is_left_to_it(received):
    received(SIGINT=signal.SIG_IGN, SIGTERM=nobody, SIGHUP=signal.SIG_IGN)
    assert changed() == []


def test_outside_the_main_thread_nothing_is_taken_over(received):
    received(SIGINT=signal.default_int_handler, SIGTERM=signal.default_int_handler)
    found = []
    thread = threading.Thread(target=lambda: found.append(changed()))
    thread.start()
    thread.join()
    assert found == [[]]


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_and_the_second_stops_at_once(second, received):
    received(SIGINT=signal.default_int_handler, SIGTERM=signal.default_int_handler)
    with stop_on_ctrl_c() as stop:
        signal.raise_signal(signal.SIGTERM)
        assert stop.asked
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(second)
