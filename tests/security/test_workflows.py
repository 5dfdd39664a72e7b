"""What continuous integration lets a stranger's pull request do."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = {
    path.name: YAML(typ="safe", pure=True).load(path) for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
}


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_there_are_workflows():
    assert {"bounds.yml", "ci.yml", "sweep.yml"} <= set(WORKFLOWS)


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_a_workflow_may_read_the_source_and_nothing_else(workflow):
    assert workflow["permissions"] == {"contents": "read"}
    writers = [name for name, job in workflow["jobs"].items() if "permissions" in job]
    by_tag_alone = set(workflow["on"]) == {"push"} and set(workflow["on"]["push"]) == {"tags"}
    assert writers == (["draft"] if by_tag_alone else [])  # a draft of a release, from a tag that a maintainer made


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_a_pull_request_runs_without_secrets_and_ends(workflow):
    assert set(workflow["on"]) <= {"push", "pull_request", "schedule"}
    assert all(set(job.get("permissions", {})) <= {"contents"} for job in workflow["jobs"].values())
    assert "secrets" not in str(workflow)
    assert all(0 < job["timeout-minutes"] <= 90 for job in workflow["jobs"].values())


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_actions_are_pinned_to_a_commit_and_keep_no_credentials(workflow):
    used = [step for step in steps(workflow) if "uses" in step]
    assert [one["uses"] for one in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", one["uses"])] == []
    checkouts = [one for one in used if one["uses"].startswith("actions/checkout@")]
    assert [one["with"]["persist-credentials"] for one in checkouts] == [False] * len(checkouts)


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_nothing_that_others_write_becomes_part_of_a_script(workflow):
    assert [step["run"] for step in steps(workflow) if "${{" in step.get("run", "")] == []
