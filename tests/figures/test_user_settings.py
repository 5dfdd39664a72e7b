"""Pictures are the same whatever a user has set for matplotlib, which says nothing of it under a command."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl

from sim.figures.gallery import draw_all

ROOT = Path(__file__).resolve().parents[2]
DARK = {
    "figure.facecolor": "black", "axes.facecolor": "black", "text.color": "white", "lines.color": "white",
    "lines.linewidth": "4", "patch.edgecolor": "white", "axes.prop_cycle": "cycler('color', ['white', 'yellow'])",
    "axes.xmargin": "0.3", "xtick.direction": "in", "xtick.major.width": "5", "path.sketch": "1, 100, 2",
    "savefig.bbox": "tight", "savefig.transparent": "True", "legend.labelcolor": "white", "svg.fonttype": "path",
}  # fmt: skip
UNKNOWN = "no.such.setting: 3\nlines.markersize: much\n"


def pictures(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in (".png", ".svg")}


def plot(folder, **surroundings):
    """What `drawdown plot` of a folder, called in the folder above it, says on standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "sim", "plot", folder.name, "--quiet"], capture_output=True, text=True, check=False,
        cwd=folder.parent, env=os.environ | {"PYTHONPATH": str(ROOT)} | surroundings,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_a_matplotlibrc_in_the_folder_changes_no_byte_of_a_picture_and_is_not_spoken_of(results, tmp_path):
    folder = results(replications=3, lots=5)
    draw_all(folder)
    copy = shutil.copytree(folder, tmp_path / "elsewhere" / "r")
    settings = "".join(f"{key}: {value}\n" for key, value in DARK.items())
    (copy.parent / "matplotlibrc").write_text(settings + UNKNOWN, encoding="utf-8")
    assert plot(copy) == ""
    assert pictures(copy) == pictures(folder)


def test_a_style_that_the_caller_has_chosen_changes_no_byte_of_a_picture(results):
    folder = results(replications=3, lots=5)
    draw_all(folder)
    plain = pictures(folder)
    with mpl.rc_context(DARK):
        draw_all(folder)
    assert pictures(folder) == plain


def test_a_home_that_can_not_be_written_and_an_unknown_backend_are_not_spoken_of(results):
    folder = results(replications=1, lots=2)
    nowhere = {"HOME": "/dev/null/home", "XDG_CONFIG_HOME": "/dev/null/config", "XDG_CACHE_HOME": "/dev/null/cache"}
    assert plot(folder, MPLBACKEND="no_such_backend", MPLCONFIGDIR="/dev/null/matplotlib", **nowhere) == ""
