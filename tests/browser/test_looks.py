"""How pages look: screenshots beside references, which `DRAWDOWN_SCREENSHOTS=write` makes anew.

Both are averaged over squares of eight pixels, so that fonts may differ a little from machine to machine.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser_kit import Looked, MakesPage, languages

REFERENCES = Path(__file__).parent / "references"
SQUARE = 8
MEAN, FAR, FEW = 0.03, 0.25, 0.03
"""Greatest mean difference, from 0 to 1; what is far off; and the share of squares that may be."""
SHOTS = {
    "first-screen-en": ("tessalit", "en", 1440, None),
    "first-screen-ar-phone": ("tessalit", "ar", 390, None),
    "replay-tessalit": ("tessalit", "en", 1440, 120),
    "replay-minusma-phone": ("minusma", "en", 390, 92),
}
"""Scenario, language, width, and the day of the replay's map, or `None` for the top of the page."""


def squares(png: bytes) -> np.ndarray[Any, Any]:
    """A picture in shades of red, green and blue from 0 to 1, averaged over squares."""
    from matplotlib.image import imread

    picture = imread(io.BytesIO(png))[..., :3]
    high, wide = (side // SQUARE for side in picture.shape[:2])
    cut = picture[: high * SQUARE, : wide * SQUARE]
    return cut.reshape(high, SQUARE, wide, SQUARE, 3).mean(axis=(1, 3))


def shot(seen: Looked, day: int | None) -> bytes:
    """A screenshot of the map of the replay on a day, or of the top of the page."""
    slider = seen.replay()
    if day is not None:
        slider.focus()
        for key in ["Home", *["PageUp"] * (day // 7), *["ArrowRight"] * (day % 7)]:
            seen.page.keyboard.press(key)
        assert slider.input_value() == str(day)
        seen.page.evaluate("document.querySelector('.handling').style.position = 'static'")  # it would lie over the map
    shown: bytes = (seen.page if day is None else seen.page.locator("#replay-map")).screenshot()
    return shown


@pytest.mark.parametrize("name", SHOTS)
def test_it_looks_as_its_reference(page_of: MakesPage, look: Callable[..., Looked], name: str) -> None:
    from matplotlib.image import imsave

    scenario, language, wide, day = SHOTS[name]
    if language not in languages():
        pytest.skip(f"there is no catalogue of {language}")
    now, file = squares(shot(look(page_of(scenario, language), wide), day)), REFERENCES / f"{name}.png"
    if os.environ.get("DRAWDOWN_SCREENSHOTS") == "write":
        imsave(file, now)
        return
    then = squares_of(file)
    assert abs(now.shape[0] - then.shape[0]) <= 2, "its height is another"
    assert now.shape[1] == then.shape[1]
    high = min(now.shape[0], then.shape[0])
    gap = np.abs(now[:high] - then[:high]).max(axis=2)
    assert gap.mean() <= MEAN, f"the mean difference is {gap.mean():.3f}"
    assert (gap > FAR).mean() <= FEW, f"{(gap > FAR).mean():.1%} of the squares are far off"


def squares_of(file: Path) -> np.ndarray[Any, Any]:
    """A reference as it was written."""
    from matplotlib.image import imread

    found: np.ndarray[Any, Any] = imread(file)[..., :3]
    return found


def test_a_changed_page_does_not_pass_for_its_reference(page_of: MakesPage, look: Callable[..., Looked]) -> None:
    """The tolerance is no blind eye: another day, and another width, are far off."""
    seen = look(page_of("tessalit"), 1440)
    one, other = squares(shot(seen, 20)), squares(shot(seen, 180))
    gap = np.abs(one - other).max(axis=2)
    assert (gap > FAR).any()
