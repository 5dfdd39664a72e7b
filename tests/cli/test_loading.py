import gc
import os
import subprocess
import sys

from click.testing import CliRunner
from standin import Staged

from sim.cli import main
from sim.cli.commands import loading


def test_while_loading_no_garbage_is_looked_for_and_what_was_loaded_is_set_aside():
    with loading():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    gc.unfreeze()


def test_who_looks_for_no_garbage_before_looks_for_none_after():
    gc.disable()
    try:
        with loading():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()


def test_a_run_sets_nothing_aside_for_good_and_looks_for_garbage_again(here):
    words = ["run", "little.yaml", "--no-plots", "-n", "3", "-j", "1"]
    assert CliRunner().invoke(main, words, obj=Staged(None)).exit_code == 0
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_a_command_has_one_thread_of_numpys_unless_the_user_says_otherwise():
    name = "OPENBLAS_NUM_THREADS"
    code = f"import os; from sim.cli import main\ntry: main(['--version'])\nfinally: print(os.environ['{name}'])"
    plain = {key: value for key, value in os.environ.items() if key != name}
    for said, found in (({}, "1"), ({name: "3"}, "3")):
        words = [sys.executable, "-c", code]
        reported = subprocess.run(words, env=plain | said, capture_output=True, text=True, check=True)
        assert reported.stdout.split()[-1] == found
