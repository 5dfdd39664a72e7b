"""The look-up of known vulnerabilities says what it could not ask."""

import json
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))

from vulnerabilities import verdict  # noqa: E402 - a script, found by its folder


def said(*rows):
    return json.dumps({"dependencies": rows, "fixes": []})


WELL = {"name": "a", "version": "1", "vulns": []}
ILL = {"name": "b", "version": "2", "vulns": [{"id": "X-1", "fix_versions": ["2.1"], "aliases": [], "description": ""}]}
UNKNOWN = {"name": "c", "skip_reason": "not found"}


def test_a_known_vulnerability_fails_with_the_version_that_mends_it():
    assert verdict(said(WELL, ILL), "") == (
        1, ["b 2: X-1, mended in 2.1", "pinned versions: 2 looked up, 1 known vulnerabilities"]
    )  # fmt: skip


def test_none_known_is_no_fault():
    assert verdict(said(WELL), "") == (0, ["pinned versions: 1 looked up, 0 known vulnerabilities"])


def test_a_service_that_knows_no_package_is_not_taken_for_one_that_finds_no_fault():
    code, lines = verdict(said(UNKNOWN, UNKNOWN), "No known vulnerabilities found")
    assert (code, lines) == (0, ["pinned versions: NOT looked up, none of 2 is known to the service that answers here"])


def test_packages_that_are_not_known_are_named():
    assert verdict(said(WELL, UNKNOWN), "")[1][-1] == "NOT looked up, since not known there: c"


def test_where_nobody_answers_it_says_so_in_a_line_and_fails_nothing():
    code, lines = verdict("", "Traceback\nConnectionError: nobody")
    assert (code, lines) == (
        0,
        ["pinned versions: NOT looked up, the service can't be reached (ConnectionError: nobody)"],
    )
