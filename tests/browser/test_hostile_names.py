"""200 hostile names: none runs a script, asks for anything, or becomes an element of the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser_kit import Looked, languages

from sim.api import run
from sim.experiment.replaying import add_replays
from sim.page.report import Wishes, write_report
from sim.scenario.door import load_data

PAYLOADS = (
    "<script>window.hit=N</script>", "</script><script>window.hit=N</script>", "<img src=x onerror=window.hit=N>",
    '"><svg onload=window.hit=N>', "'><iframe srcdoc='<script>parent.hit=N</script>'>", "javascript:window.hit=N",
    "<a href=javascript:window.hit=N>N</a>", "{{ 7*7 }} N", "{% raw %}N{% endraw %}", "${window.hit=N}", "<!-- N",
    "--> N", "]]><script>window.hit=N</script>", "</title><script>window.hit=N</script>", "&#60;b&#62;window.hit=N",
    "</style><script>window.hit=N</script>", "</textarea><b>N</b>", "<base href=//evil.example/N>", "<b>N</b>",
    "<meta http-equiv=refresh content='0;url=//evil.example/N'>", "<style>body{display:none}</style>N",
    "' onfocus=window.hit=N autofocus '", "*{display:none}N", "&lt;script&gt;N", "\\u003cscript\\u003eN",
    "<form action=//evil.example/N>", "<link rel=stylesheet href=//evil.example/N.css>", "{name} {value} {date} N",
    "__proto__N", "<math><mtext>N", "\u0627\u0644\u0645\u062e\u064a\u0645 <b>N</b>", "=HYPERLINK(N)",
)  # fmt: skip
COUNT = 200
STRANGE = "img, iframe, object, embed, base, form, link, math, textarea, b, [onload], [onerror], [onfocus], [style]"


def names() -> list[str]:
    found = [PAYLOADS[at % len(PAYLOADS)].replace("N", str(at)) for at in range(COUNT)]
    assert len(set(found)) == COUNT
    return found


def hostile() -> dict[str, Any]:
    """A little withdrawal in which everything that may have a name of the user's has a hostile one."""
    title, camp, hub, port, route, pool, phase, *classes = names()
    there = {"lat": 19.0, "lon": 1.0}
    return {
        "schema": 1, "name": title, "calendar": {"start": "2023-07-01", "deadline": "2023-07-20"},
        "phases": {phase: {"start": "2023-07-01"}},
        "places": {
            camp: {"role": "camp", "handover": "2023-07-18", "evacuate": {port: ["road"]}, "crews": {"count": 9},
                   "phase": phase, "position": there,
                   "lots": {name: {"unoe": 1} for name in classes}},
            hub: {"role": "hub", "position": there | {"lat": 18.0}},
            port: {"role": "exit", "position": there | {"lat": 17.0}},
        },
        "classes": {
            name: {"mass": "1 t", "floor": 1, "value": "40 kUSD", "moves": ["truck"], "prepare": "1 h"}
            for name in classes
        },
        "lift": {
            "trucks": {pool: {"count": 9, "base": port, "payload": "20 t", "floor": 6}},
            "convoys": {"at_once": 3, "vehicles": {"least": 1, "most": 9}},
        },
        "routes": {route: {"through": [camp, hub, port], "km": [100, 100], "a_day": {"calm": "200 km"}}},
    }  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hostile") / "run"
    run(load_data(hostile()), 3, workers=1, out=made)
    add_replays(made)
    return made


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_hostile_name_runs_a_script_or_becomes_an_element(
    folder: Path, look: Callable[..., Looked], tmp_path: Path, language: str
) -> None:
    if language not in languages():
        pytest.skip(f"there is no catalogue of {language}")
    file = write_report([folder], tmp_path / "hostile.html", Wishes(language, marking=PAYLOADS[0]))
    seen = look(file)
    dialogs: list[str] = []
    seen.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    slider = seen.replay()
    slider.focus()
    for key in ("PageUp", "PageUp", "End"):
        seen.page.keyboard.press(key)
    assert seen.page.evaluate("window.hit") is None
    assert seen.page.evaluate("({}).toString()") == "[object Object]"
    assert (seen.asked, seen.said, dialogs) == ([], [], [])
    assert seen.page.locator(STRANGE).count() == 0
    assert seen.page.locator("script").count() == 2  # the data, and what reads it
    text = file.read_text(encoding="utf-8")
    assert [name for name in names() if "<" in name and name in text] == []
    assert sum(name.replace("<", "&lt;").replace(">", "&gt;") in text for name in names()) > 5
