"""Scripts that the fonts of this machine lack: which font to install, in one sentence."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, fontManager, get_font

FONTS = {
    "CJK": ("Noto Sans CJK SC", "fonts-noto-cjk"), "HIRAGANA": ("Noto Sans CJK JP", "fonts-noto-cjk"),
    "KATAKANA": ("Noto Sans CJK JP", "fonts-noto-cjk"), "HANGUL": ("Noto Sans CJK KR", "fonts-noto-cjk"),
    "ARABIC": ("Noto Sans Arabic", "fonts-noto-core"), "HEBREW": ("Noto Sans Hebrew", "fonts-noto-core"),
    "DEVANAGARI": ("Noto Sans Devanagari", "fonts-noto-core"), "BENGALI": ("Noto Sans Bengali", "fonts-noto-core"),
    "ETHIOPIC": ("Noto Sans Ethiopic", "fonts-noto-core"), "THAI": ("Noto Sans Thai", "fonts-noto-core"),
    "TAMIL": ("Noto Sans Tamil", "fonts-noto-core"), "TELUGU": ("Noto Sans Telugu", "fonts-noto-core"),
    "KHMER": ("Noto Sans Khmer", "fonts-noto-core"), "MYANMAR": ("Noto Sans Myanmar", "fonts-noto-core"),
    "SINHALA": ("Noto Sans Sinhala", "fonts-noto-core"), "GEORGIAN": ("Noto Sans Georgian", "fonts-noto-core"),
    "ARMENIAN": ("Noto Sans Armenian", "fonts-noto-core"), "TIFINAGH": ("Noto Sans Tifinagh", "fonts-noto-core"),
    "NKO": ("Noto Sans NKo", "fonts-noto-core"),
}  # fmt: skip
"""A font with the letters of a script, by the first word of their names in Unicode, and its package in Debian."""
_SHOWN_SCRIPTS = 3


def installed(names: Iterable[str]) -> list[str]:
    """Those of some fonts that this machine has, in their order."""
    have = {font.name for font in fontManager.ttflist}
    return [name for name in dict.fromkeys(names) if name in have]


def lacking(text: str) -> str | None:
    """The sentence that names the font to install, where the present style has no glyph for a letter; else `None`."""
    letters = {letter for letter in text if letter.isprintable() and unicodedata.category(letter) not in ("Cf", "Zs")}
    for family in mpl.rcParams["font.family"]:
        letters -= _covered(letters, mpl.rcParams["font.sans-serif"][0] if family == "sans-serif" else family)
    scripts = dict.fromkeys(sorted(unicodedata.name(letter, "other").split()[0] for letter in letters))
    if not scripts:
        return None
    fonts = {FONTS[script] for script in scripts if script in FONTS}
    named = " and ".join(f"{font} (Debian: {package})" for font, package in sorted(fonts)[:_SHOWN_SCRIPTS])
    kinds = ", ".join(script.capitalize() if len(script) > _SHOWN_SCRIPTS else script for script in scripts)
    return (
        f"{len(letters)} signs have no font here ({kinds}) and are boxes in the PNG: install"
        f" {named or 'a font that has them'} and draw again."
    )


def _covered(letters: set[str], family: str) -> set[str]:
    try:
        found = fontManager.findfont(FontProperties(family=[family]), fallback_to_default=False)
    except ValueError:
        return set()
    font = get_font(found)
    return {letter for letter in letters if font.get_char_index(ord(letter))}
