import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from standin import Staged

from sim.cli import main
from sim.errors import InputError

ORACLE = """
schema: 1
name: An oracle
calendar: {{start: 2023-07-01, deadline: 2023-07-04}}
places: {{camp: {{role: camp, handover: 2023-07-04}}}}
expect:
  - {{response: {response}, of: {of}, equals: {equals}, test: {test}, replications: 200, kills: [luck]}}
"""


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(here):
    return here


def write(response="extracted_share", of="mean", equals=0.6, test="z", name="oracle.yaml"):
    Path(name).write_text(ORACLE.format(response=response, of=of, equals=equals, test=test))


def verify(*arguments, on=None):
    command = ["verify", "oracle.yaml", "-j", "1", "--quiet", *arguments]
    said = CliRunner().invoke(main, command, obj=on or Staged(), standalone_mode=False)
    return said.return_value if said.exception is None else said.exception, said.output


def test_an_oracle_that_holds_is_a_dot_with_its_z_and_the_error_that_would_have_shown():
    write()
    code, said = verify()
    assert code == 0
    assert said.startswith("● oracle  ")
    assert "extracted_share (mean of 200): 0.6, found 0.6" in said
    assert "% would have shown" in said
    assert "1 of 1 oracle hold; seed 20231231" in said


def test_one_that_does_not_hold_is_exit_1():
    write(equals=0.7)
    code, said = verify()
    assert (code, said.startswith("○ DOES NOT HOLD: oracle  ")) == (1, True)


def test_a_replication_that_fails_is_exit_3():
    write()
    code, said = verify(on=Staged({3: "fails"}))
    assert (code, "replication 3 failed: too many events" in said) == (3, True)


def test_a_fresh_seed_is_another_each_time_and_is_told():
    write()
    seeds = {json.loads(verify("--fresh", "--json")[1])["seed"] for _ in range(2)}
    assert len(seeds) == 2
    assert isinstance(verify("--fresh", "--seed", "1")[0], InputError)


def test_what_is_no_oracle_is_refused_with_what_is_wrong():
    write(response="extractd_share")
    assert "there is no such response; got extractd_share" in str(verify()[0])
    Path("oracle.yaml").write_text(Path("little.yaml").read_text())
    assert "this scenario expects nothing: it is no oracle" in str(verify()[0])
