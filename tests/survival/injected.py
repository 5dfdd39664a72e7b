"""strace as a saboteur: the N-th call of a kind that touches the results fails, or brings a signal."""

import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass

from survivors import finish, start, words

CALLS = ("openat", "mkdir", "rename", "unlink", "unlinkat", "rmdir", "fsync", "write", "ftruncate", "flock")
HARMS = {
    "full": "error=ENOSPC", "broken": "error=EIO", "read-only": "error=EROFS", "forbidden": "error=EACCES",
    "killed": "signal=SIGKILL", "ctrl-c": "signal=SIGINT",
}  # fmt: skip
_LINE = re.compile(r"(\d+) +(\w+)\(.*")


@dataclass(frozen=True)
class Call:
    """The N-th call of its name that the command makes, and what it was."""

    name: str
    number: int
    text: str


def why_not():
    """Why strace can't be used here; empty where it can."""
    if shutil.which("strace") is None:
        return "there is no strace"
    tried = subprocess.run(["strace", "-f", "-o", "/dev/null", "true"], check=False, capture_output=True)
    return "" if tried.returncode == 0 else "strace may not trace here"


def _traced(folder, command, names, *more):
    log = folder.with_name(folder.name + ".log")
    options = ["-f", "-y", "-s", "0", "-o", str(log), "-e", f"trace={','.join(names)}", *more]
    said = finish(start(folder, ["strace", *options, *command]))
    return said, log.read_text(errors="replace").splitlines()


def calls_of(folder, arguments):
    """All calls by which a command in a folder touches its results, in order."""
    said, lines = _traced(folder, words(arguments), CALLS)
    assert said.returncode == 0, said.stderr
    mine = re.compile(rf'"r[."/]|<{re.escape(str(folder))}/r[./>]')
    first, seen, found = lines[0].split()[0], Counter(), []
    for line in lines:
        match = _LINE.match(line)
        if match is None or match[1] != first:
            continue
        seen[match[2]] += 1
        if mine.search(line):
            found.append(Call(match[2], seen[match[2]], line.partition(" ")[2].strip()))
    return found


def harmed(folder, arguments, call, harm):
    """Runs a command with one failing call; returns its output, and whether the call was made."""
    injection = f"inject={call.name}:{HARMS[harm]}:when={call.number}"
    said, lines = _traced(folder, words(arguments), (call.name,), "-e", injection)
    return said, any("INJECTED" in line or "--- SIG" in line or "killed by" in line for line in lines)
