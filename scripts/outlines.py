"""Writes the outlines of countries that maps are drawn from, out of the npm package world-atlas (Natural Earth).

    npm pack world-atlas && tar xzf world-atlas-*.tgz
    python scripts/outlines.py package/countries-50m.json

It keeps geometry, and the names of countries in the languages of the page, from CLDR by way of Babel.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

from babel import Locale
from babel.core import get_global

TO = Path(__file__).parents[1] / "sim" / "page" / "static" / "outlines.json.gz"
LANGUAGES = ("en", "fr", "ar")


def main(file: str) -> None:
    """Writes the outlines."""
    world = json.loads(Path(file).read_text(encoding="utf-8"))
    codes = get_global("territory_aliases")
    names = {language: Locale(language).territories for language in LANGUAGES}
    countries = []
    for one in world["objects"]["countries"]["geometries"]:
        code = codes.get(str(one.get("id", "")).zfill(3), [""])[0]
        named = [names[language].get(code, "") for language in LANGUAGES]
        rings = [one["arcs"]] if one["type"] == "Polygon" else one["arcs"]
        countries.append([named, [ring for polygon in rings for ring in polygon]])
    said = {"transform": world["transform"], "arcs": world["arcs"], "languages": LANGUAGES, "countries": countries}
    text = json.dumps(said, separators=(",", ":"), ensure_ascii=False)
    TO.write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])
