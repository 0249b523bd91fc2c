"""The palette holds WCAG 2.2 AA in light and dark: 4.5 for words, 3 for edges of inputs and for icons.

Contrast by WCAG's definition over sRGB; OKLCH to linear sRGB by Björn Ottosson's matrices
(CSS Color 4, "Sample code for color conversions").
"""

import math
import re
from pathlib import Path

import pytest

from kartoteka.metadata.palette import PALETTE
from kartoteka.platform import web

CSS = Path(web.__file__).parent / "static/css"
Oklch = tuple[float, float, float]
MODES = {"light": 0, "dark": 1}
WORDS = [
    *(
        (ink, ground)
        for ink in ("ink", "soft", "primary", "loss", "late")
        for ground in ("ground", "surface", "sunken")
    ),
    *(("ink", tint) for tint in ("primary-tint", "loss-tint", "late-tint", "mark")),
    ("loss", "loss-tint"),
    ("late", "late-tint"),
    ("good", "surface"),
    ("on-primary", "primary"),
    ("on-primary", "fill"),
]
EDGES = [("edge", "surface"), ("edge", "ground"), ("primary", "primary-tint")]


def read_colours(text: str, hue: str = "", chroma: str = "") -> dict[str, tuple[Oklch, Oklch]]:
    """Return name -> (light, dark) of every `--name: light-dark(oklch(...), oklch(...))`."""
    found = re.findall(r"--([a-z-]+): light-dark\(oklch\((.+?)\), oklch\((.+?)\)\);", text)
    return {name: (read_oklch(light, hue, chroma), read_oklch(dark, hue, chroma)) for name, light, dark in found}


def read_oklch(text: str, hue: str, chroma: str) -> Oklch:
    """Return lightness (0-1), chroma and hue (degrees) of the inside of `oklch(...)`."""
    filled = text.replace("var(--hue)", hue).replace("var(--chroma)", chroma)
    product = re.sub(r"calc\(([.\d]+) \* ([.\d]+)\)", lambda found: str(float(found[1]) * float(found[2])), filled)
    lightness, strength, angle = product.split()
    return float(lightness.rstrip("%")) / 100, float(strength), float(angle)


def luminance(colour: Oklch) -> float:
    """Return WCAG's relative luminance, after clipping to sRGB."""
    lightness, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (min(1.0, max(0.0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Oklch, other: Oklch) -> float:
    """Return WCAG's contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


TOKENS = read_colours((CSS / "tokens.css").read_text(encoding="utf-8"))
PALETTE_CSS = (CSS / "palette.css").read_text(encoding="utf-8")
STRENGTHS = {
    name: (hue, chroma)
    for name, hue, chroma in re.findall(r"\.c-(\w+) \{ --hue: (\S+); --chroma: (\S+); \}", PALETTE_CSS)
}


def test_black_on_white_is_twenty_one() -> None:
    assert contrast((0, 0, 0), (1, 0, 0)) == pytest.approx(21, abs=0.01)


def test_grey_that_just_fails_is_known() -> None:
    assert contrast((0.5693, 0, 0), (1, 0, 0)) == pytest.approx(4.5, abs=0.1)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("ink", "ground"), WORDS)
def test_words_are_legible(ink: str, ground: str, mode: str) -> None:
    assert contrast(TOKENS[ink][MODES[mode]], TOKENS[ground][MODES[mode]]) >= 4.5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_are_seen(edge: str, ground: str, mode: str) -> None:
    assert contrast(TOKENS[edge][MODES[mode]], TOKENS[ground][MODES[mode]]) >= 3


def test_the_palette_and_its_style_sheet_name_the_same_colours() -> None:
    assert tuple(STRENGTHS) == PALETTE


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", PALETTE)
def test_every_palette_colour_is_legible(name: str, mode: str) -> None:
    colours = {key: pair[MODES[mode]] for key, pair in read_colours(PALETTE_CSS, *STRENGTHS[name]).items()}
    assert contrast(colours["c-on"], colours["c-fill"]) >= 4.5
    assert contrast(colours["c"], colours["c-tint"]) >= 4.5
    assert contrast(colours["c"], TOKENS["surface"][MODES[mode]]) >= 4.5
    assert contrast(colours["c"], TOKENS["ground"][MODES[mode]]) >= 4.5
