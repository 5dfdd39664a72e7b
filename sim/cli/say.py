"""Answers on standard output, all else on standard error, and no word about readers who went away."""

from __future__ import annotations

import json
import os
import sys
from typing import IO

import click

from sim.cli.isolates import isolated
from sim.errors import InputError, unseen_in_json, visible

SHOWN = 20
"""Problems printed of a file that has more."""


def answer(text: str) -> None:
    """Prints lines of an answer, no sign in them an order to the terminal.

    Where nobody reads any longer (`| head`), the rest goes nowhere.
    """
    _tell(sys.stdout, visible(text, keep="\n") + "\n")


def answer_json(value: object, indent: int | None = 1) -> None:
    """Prints plain data as JSON, in which signs that a terminal obeys or hides are escapes."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    _write(sys.stdout, unseen_in_json(text) + "\n")


def complain(text: str) -> None:
    """Prints a sentence about what went wrong."""
    _tell(sys.stderr, f"drawdown: {visible(text, keep=chr(10))}\n")


def note(text: str) -> None:
    """Prints a line about how it is going."""
    _tell(sys.stderr, visible(text) + "\n")


def complain_of(error: InputError) -> None:
    """One message a problem, all of them counted, the first 20 printed."""
    for problem in error.problems[:SHOWN]:
        _tell(sys.stderr, f"{problem}\n")
    if len(error.problems) > SHOWN:
        _write(sys.stderr, f"… and {len(error.problems) - SHOWN} more problems\n")


def _tell(stream: IO[str] | None, text: str) -> None:
    """Writes words for a reader; JSON is for programs too, and goes without isolates."""
    _write(stream, isolated(text, stream))


def _write(stream: IO[str] | None, text: str) -> None:
    if stream is None:
        return
    try:
        click.echo(text, file=stream, nl=False)
        stream.flush()
    except BrokenPipeError:
        _deafen(stream)
    except OSError:  # told once; what Python still holds must not fail again when it ends
        _deafen(stream)
        raise
    except ValueError:  # the stream was closed
        return


def _deafen(stream: IO[str]) -> None:
    """What is written from now on goes nowhere, also what Python flushes when it ends."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return


def close_output() -> None:
    """Flushes both streams for the last time, in peace."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            _write(stream, "")
