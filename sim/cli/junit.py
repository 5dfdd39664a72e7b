"""What must hold as JUnit XML, which continuous integration reads as tests: a case a gate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as Xml  # nosec B405  # written only, never read

from sim.cli.markdown import Section
from sim.errors import visible

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(sections: Sequence[Section]) -> bytes:
    """A suite a section, a case a gate: `failure` where it does not hold, `error` where it is open."""
    top = Xml.Element("testsuites", name="drawdown")
    for section in sections:
        bad, unsure = (sum(one.verdict == kind for one in section.judged) for kind in ("fails", "open"))
        suite = Xml.SubElement(
            top, "testsuite", name=_clean(section.title), tests=str(len(section.judged)), failures=str(bad),
            errors=str(unsure), skipped="0",
        )  # fmt: skip
        for one in section.judged:
            case = Xml.SubElement(suite, "testcase", classname=_clean(section.title), name=_clean(one.text))
            said = _clean(one.sentence)
            if one.verdict == "holds":
                Xml.SubElement(case, "system-out").text = said
            else:
                kind = "failure" if one.verdict == "fails" else "error"
                Xml.SubElement(case, kind, message=said, type=one.verdict).text = f"{_clean(one.text)}: {said}"
    Xml.indent(top)
    found: bytes = Xml.tostring(top, encoding="utf-8", xml_declaration=True)
    return found + b"\n"


def _clean(text: str) -> str:
    """A text without what XML forbids."""
    return _FORBIDDEN.sub("\ufffd", visible(text, keep="\n"))
