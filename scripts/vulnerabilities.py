"""Checks the pinned versions for known vulnerabilities: exit 1 if one is known, a line if the service can't be reached.

pip-audit takes a package that its service does not know for one without a fault; here it is counted as not looked up.
"""

from __future__ import annotations

import json
import subprocess  # nosec B404  # one fixed command, without a shell
import sys
from pathlib import Path
from typing import Any

PINNED = Path(__file__).parents[1] / "constraints.txt"
AUDIT = ("-m", "pip_audit", "--requirement", str(PINNED), "--no-deps", "--disable-pip", "--progress-spinner", "off",
         "--format", "json")  # fmt: skip
_PATIENCE_S = 300
_SHOWN = 5


def verdict(said: str, complaint: str) -> tuple[int, list[str]]:
    """Exit code and lines, from what pip-audit wrote on standard output and on standard error."""
    try:
        rows: list[dict[str, Any]] = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        why = (complaint.strip().splitlines() or ["no answer"])[-1][:200]
        return 0, [f"pinned versions: NOT looked up, the service can't be reached ({why})"]
    found = [f"{row['name']} {row['version']}: {one['id']}, mended in {', '.join(one['fix_versions']) or 'no version'}"
             for row in rows for one in row.get("vulns", [])]  # fmt: skip
    unknown = [row["name"] for row in rows if "skip_reason" in row]
    asked = len(rows) - len(unknown)
    if not asked:
        return 0, [f"pinned versions: NOT looked up, none of {len(rows)} is known to the service that answers here"]
    lines = [*found, f"pinned versions: {asked} looked up, {len(found)} known vulnerabilities"]
    if unknown:
        more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
        lines.append(f"NOT looked up, since not known there: {', '.join(unknown[:_SHOWN])}{more}")
    return int(bool(found)), lines


def main() -> int:
    """Looks up, reports, and returns the exit code."""
    try:
        ran = subprocess.run([sys.executable, *AUDIT], capture_output=True, text=True, timeout=_PATIENCE_S, check=False)  # nosec B603  # as above
        code, lines = verdict(ran.stdout, ran.stderr)
    except subprocess.TimeoutExpired:
        code, lines = verdict("", f"no answer in {_PATIENCE_S} s")
    sys.stdout.write("\n".join(lines) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
