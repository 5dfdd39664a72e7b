"""The map of a scenario: places, roads, flights and borders of any region, as one drawing.

Mercator's projection, fitted to the camps and hubs. A place far outside, such as an exit on another continent, is
shown on the frame with an arrow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import asinh, atan2, cos, degrees, hypot, pi, radians, sinh, tan
from typing import TYPE_CHECKING, Any

from sim.page.drawing import drawn, element, joined, line, path, text, tip
from sim.page.outlines import Country, Point, clipped, countries
from sim.page.terms import ROLES
from sim.page.words import Words, name

if TYPE_CHECKING:
    from markupsafe import Markup

Box = tuple[float, float, float, float]
WIDE = 520.0
_LEAST, _MOST = 280.0, 560.0
_MARGIN, _FAR = 0.16, 2.2
_LEAST_DEGREES = 0.5
_POLE = 84.0
_LETTER, _LINE, _DOT = 6.0, 12.0, 4.5
_KM_A_DEGREE = 111.19
_NEAR = 0.8
_ROUND = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
_SCALE_BAR = 130.0


@dataclass(frozen=True, slots=True)
class Map:
    """A drawing of `wide` by `high`, and where on it places and roads are."""

    svg: Markup
    wide: float
    high: float
    places: Mapping[str, Point]
    roads: Mapping[str, Sequence[Point]]


def _mercator(lon: float, lat: float) -> Point:
    bounded = max(min(lat, _POLE), -_POLE)
    return lon, degrees(asinh(tan(radians(bounded))))


def positions(scenario: Mapping[str, Any]) -> dict[str, Point]:
    """Longitude and latitude of each place that has them."""
    found = {}
    for place, said in (scenario.get("places") or {}).items():
        given = said.get("position") if isinstance(said, Mapping) else None
        if given:
            found[str(place)] = (float(given["lon"]), float(given["lat"]))
    return found


def map_of(scenario: Mapping[str, Any], words: Words) -> Map | None:
    """The map of a scenario as resolved; `None` where no place has a position."""
    known = positions(scenario)
    if not known:
        return None
    view = _View(known, {place: str(said["role"]) for place, said in scenario["places"].items()})
    places = {place: view.framed(*view.at(lon, lat)) for place, (lon, lat) in known.items()}
    roads = {
        route: [places[one] for one in said["through"] if one in places]
        for route, said in (scenario.get("routes") or {}).items()
    }  # fmt: skip
    taken: list[Box] = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in places.values()]
    marks = list(_marks(scenario, view, places, taken, words))
    parts = [
        element("rect", x=0, y=0, width=WIDE, height=view.high, class_="sea"),
        *_land(view), *_lines(scenario, places, roads, words), *marks, *_names(view, taken, words),
        *_bar(view, words),
    ]  # fmt: skip
    said = words("Map of the places, roads and flights")
    return Map(drawn(WIDE, view.high, parts, said, "map"), WIDE, view.high, places, roads)


class _View:
    """The part of the world that is shown."""

    def __init__(self, known: Mapping[str, Point], roles: Mapping[str, str]) -> None:
        self.roles = roles
        flat = {place: _mercator(lon, lat) for place, (lon, lat) in known.items()}
        core = [point for place, point in flat.items() if roles.get(place) == "camp"] or list(flat.values())
        box = _around(core)
        for role in ("hub", "exit"):
            for place, point in flat.items():
                wider = _around([(box[0], box[1]), (box[2], box[3]), point])
                if roles.get(place) == role and _size(wider) <= _FAR * max(_size(box), 4 * _LEAST_DEGREES):
                    box = wider
        left, low, right, high = box
        wide, tall = max(right - left, _LEAST_DEGREES), max(high - low, _LEAST_DEGREES * 0.6)
        wide, tall = wide * (1 + 2 * _MARGIN), tall * (1 + 2 * _MARGIN)
        self.high = min(max(WIDE * tall / wide, _LEAST), _MOST)
        self.scale = min(WIDE / wide, self.high / tall)
        self._middle = ((left + right) / 2, (low + high) / 2)

    def at(self, lon: float, lat: float) -> Point:
        """Where on the drawing a position is, perhaps outside."""
        x, y = _mercator(lon, lat)
        return WIDE / 2 + (x - self._middle[0]) * self.scale, self.high / 2 - (y - self._middle[1]) * self.scale

    def framed(self, x: float, y: float) -> Point:
        """The same, or where the line to it from the middle leaves the frame."""
        edge = 14.0
        across, down = x - WIDE / 2, y - self.high / 2
        most = max(abs(across) / (WIDE / 2 - edge), abs(down) / (self.high / 2 - edge))
        return (x, y) if most <= 1 else (WIDE / 2 + across / most, self.high / 2 + down / most)

    @property
    def lat(self) -> float:
        """Latitude of the middle."""
        return degrees(atan2(sinh(radians(self._middle[1])), 1.0))

    @property
    def km(self) -> float:
        """Units of the drawing for a kilometre, in its middle."""
        return self.scale / (_KM_A_DEGREE * cos(radians(self.lat)))


def _around(points: Sequence[Point]) -> Box:
    across, up = [x for x, _ in points], [y for _, y in points]
    return min(across), min(up), max(across), max(up)


def _size(box: Box) -> float:
    return max(box[2] - box[0], box[3] - box[1])


# what lies below


def _land(view: _View) -> Iterator[Markup]:
    steps = []
    for _, ring in _rings(view):
        steps.append("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in ring) + "Z")
    if steps:
        yield element("path", d="".join(steps), class_="land", fill_rule="evenodd")


def _rings(view: _View) -> Iterator[tuple[Country, list[Point]]]:
    """Rings of countries within the frame, with as many points as can be seen."""
    frame = (-4.0, -4.0, WIDE + 4, view.high + 4)
    for country in countries():
        for ring in country.rings:
            lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
            corners = view.at(min(lons), min(lats)), view.at(max(lons), max(lats))
            if corners[0][0] > frame[2] or corners[1][0] < 0 or corners[0][1] < 0 or corners[1][1] > frame[3]:
                continue
            found = _fewer(clipped([view.at(lon, lat) for lon, lat in ring], frame))
            if len(found) > 2:  # noqa: PLR2004 - an area has three corners
                yield country, found


def _fewer(points: Sequence[Point]) -> list[Point]:
    kept: list[Point] = []
    for point in points:
        if not kept or hypot(point[0] - kept[-1][0], point[1] - kept[-1][1]) >= _NEAR:
            kept.append(point)
    return kept


def _names(view: _View, taken: list[Box], words: Words) -> Iterator[Markup]:
    """Names of countries, where the middle of what is seen of them is free."""
    seen: dict[str, tuple[float, Point]] = {}
    for country, ring in _rings(view):
        label = country.names.get(words.language) or country.names.get("en", "")
        area, middle = _middle(ring)
        if label and area > seen.get(label, (0.0, (0.0, 0.0)))[0]:
            seen[label] = area, middle
    for label, (area, (x, y)) in sorted(seen.items(), key=lambda item: (-item[1][0], item[0])):
        half = len(label) * _LETTER / 2
        box = (x - half, y - _LINE, x + half, y)
        within = box[0] > 0 and box[2] < WIDE and box[1] > 0 and box[3] < view.high
        if within and area > 4 * half * _LINE and not any(_meet(box, other) for other in taken):
            taken.append(box)
            yield text(x, y, label, "faint d", "middle")


def _middle(ring: Sequence[Point]) -> tuple[float, Point]:
    """Area and centre of gravity of a ring."""
    area = x = y = 0.0
    for one, two in zip(ring, [*ring[1:], ring[0]], strict=True):
        part = one[0] * two[1] - two[0] * one[1]
        area, x, y = area + part, x + part * (one[0] + two[0]), y + part * (one[1] + two[1])
    return (abs(area) / 2, (x / (3 * area), y / (3 * area))) if area else (0.0, ring[0])


# what moves between places


def _lines(
    scenario: Mapping[str, Any], places: Mapping[str, Point], roads: Mapping[str, Sequence[Point]], words: Words
) -> Iterator[Markup]:
    for (one, two), way in sorted(_flights(scenario)):
        if one in places and two in places:
            said = words("by air: {one} – {two}", one=name(one), two=name(two))
            said = said if way == "air" else words("by sea: {one} – {two}", one=name(one), two=name(two))
            yield line(*places[one], *places[two], "air", said)
    for route, points in roads.items():
        if len(points) > 1:
            km = words.figure(f"{sum(_lengths(scenario['routes'][route])):,.0f}")
            yield path(points, "road", words("road {route}, {km} km", route=name(route), km=km))


def _lengths(route: Mapping[str, Any]) -> Iterator[float]:
    """The kilometres of the legs of a route, as the file has them, with or without a unit."""
    for leg in route.get("km") or ():
        try:
            yield float(str(leg).removesuffix("km").strip())
        except ValueError:
            return


def _flights(scenario: Mapping[str, Any]) -> set[tuple[tuple[str, str], str]]:
    found = set()
    for place, said in scenario["places"].items():
        for to, ways in (said.get("evacuate") or {}).items():
            if "air" in ways:
                found.add(((str(place), str(to)), "air"))
    for vessel in ((scenario.get("lift") or {}).get("vessels") or {}).values():
        ends = vessel.get("at"), vessel.get("to")
        if all(isinstance(end, str) for end in ends):
            found.add(((str(ends[0]), str(ends[1])), "sea"))
    return found


# places and their names


def _marks(
    scenario: Mapping[str, Any], view: _View, places: Mapping[str, Point], taken: list[Box], words: Words
) -> Iterator[Markup]:
    order = {"camp": 0, "hub": 1, "exit": 2}
    for place, (x, y) in sorted(places.items(), key=lambda item: (order.get(view.roles[item[0]], 3), item[0])):
        role = view.roles[place]
        lon, lat = positions(scenario)[place]
        true = view.at(lon, lat)
        outside = hypot(true[0] - x, true[1] - y) > 1
        said = words("{place} ({role})", place=name(place), role=words(ROLES[role]) if role in ROLES else role)
        if outside:
            said = words("{place}, outside this map, {km} km away", place=name(place), km=words.figure(
                f"{hypot(true[0] - x, true[1] - y) / view.km:,.0f}"))  # fmt: skip
            yield _arrow((x, y), atan2(true[1] - y, true[0] - x), said)
        else:
            yield element("circle", tip(said), cx=x, cy=y, r=_DOT, class_=f"p-{role}")
        at_x, at_y, anchor = _free((x, y), name(place), view, taken)
        yield text(at_x, at_y, name(place), "halo d", anchor)


def _arrow(point: Point, turn: float, said: str) -> Markup:
    x, y = point
    shape = "M7,0L-5,-5L-5,5Z"
    moved = f"translate({x:.1f} {y:.1f}) rotate({turn * 180 / pi:.0f})"
    return element("path", tip(said), d=shape, transform=moved, class_="p-exit")


def _free(point: Point, label: str, view: _View, taken: list[Box]) -> tuple[float, float, str]:
    """A place for a name around a point: the first free one, else the one that covers the least."""
    wide = len(label) * _LETTER
    x, y = point
    choices: list[tuple[float, int, Box, tuple[float, float, str]]] = []
    for reach in (8.0, 15.0):
        for across, down, anchor in (
            (reach, 4.0, "start"), (-reach, 4.0, "end"), (0.0, -reach, "middle"), (0.0, reach + 8, "middle"),
            (reach, -reach / 2, "start"), (-reach, -reach / 2, "end"), (reach, reach + 4, "start"),
            (-reach, reach + 4, "end"),
        ):  # fmt: skip
            start = x + across - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            box = (start, y + down - 10, start + wide, y + down + 3)
            out = box[0] < 1 or box[2] > WIDE - 1 or box[1] < 1 or box[3] > view.high - 1
            covered = sum(_shared(box, other) for other in taken) + (1e4 if out else 0)
            choices.append((covered, len(choices), box, (x + across, y + down, anchor)))
    _, _, box, found = min(choices)
    taken.append(box)
    return found


def _meet(one: Box, two: Box) -> bool:
    return _shared(one, two) > 0


def _shared(one: Box, two: Box) -> float:
    wide = min(one[2], two[2]) - max(one[0], two[0])
    high = min(one[3], two[3]) - max(one[1], two[1])
    return wide * high if wide > 0 and high > 0 else 0.0


def _bar(view: _View, words: Words) -> Iterator[Markup]:
    """A scale in kilometres."""
    km = max((each for each in _ROUND if each * view.km <= _SCALE_BAR), default=_ROUND[0])
    y, end = view.high - 8, 10 + km * view.km
    ticks = (line(at, y - 3, at, y + 3, "axis") for at in (10.0, end))
    said = text(end + 5, y + 4, words("{km} km", km=words.figure(f"{km:,}")), "halo")
    yield joined([line(10, y, end, y, "axis"), *ticks, said])
