from types import SimpleNamespace

import pytest

from sim.experiment.sides import Opened, names_of


def named(*files):
    return [name for name, _ in names_of([Opened(file) for file in files])]


@pytest.mark.parametrize(("files", "names"), [
    (["a.yaml", "b.yaml"], ["a", "b"]),
    (["a/x.yaml", "b/x.yaml", "c/x-2.yaml"], ["a/x", "b/x", "x-2"]),
    (["x.yaml", "b/x.yaml"], ["x", "b/x"]),
    (["a/p/x.yaml", "b/p/x.yaml", "y.yaml"], ["a/p/x", "b/p/x", "y"]),
    (["x.yaml", "x.yaml", "x-2.yaml"], ["x", "x-3", "x-2"]),
    (["/a/x.yaml", "/b/x.yaml"], ["a/x", "b/x"]),
    (["../x.yaml", "x.yaml"], ["../x", "x"]),
    (["-", "stdin.yaml"], ["stdin", "stdin-2"]),
])  # fmt: skip
def test_sides_with_one_name_are_distinguished_by_their_folders(files, names):
    assert named(*files) == names


def test_results_are_distinguished_from_the_file_that_they_are_of(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "results" / "x"
    folder.mkdir(parents=True)
    results = SimpleNamespace(folder=folder.relative_to(tmp_path))
    sides = [Opened("x.yaml"), Opened("results/x", results=results)]
    assert [name for name, _ in names_of(sides)] == ["x", "results/x"]
    monkeypatch.chdir(folder)
    here = Opened(".", results=SimpleNamespace(folder=type(folder)(".")))
    assert [name for name, _ in names_of([Opened("x.yaml"), here])] == ["x", "results/x"]
