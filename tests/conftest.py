"""What holds for every test: commands that tests start hear Ctrl-C and the end of a terminal, as those of a user do."""

import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # for shown.py, which several tests share


def pytest_configure() -> None:
    """Hears what the caller of the tests may have set to be ignored, since commands leave ignored signals so.

    The shell of a script sets it so for what it starts in the background, and `nohup` does.
    """
    for number, as_ever in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, as_ever)
