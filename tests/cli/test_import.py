"""`drawdown import` and `drawdown new --inventory`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "worldkit"))
from workbook import workbook

from sim.cli import main
from sim.scenario.door import load
from sim.scenario.inventory.incidents import distance_km

STOCK = "Item,Qty,Weight (kg),Owner,Place\nbox,3,2000,COE,camp\ncar,2,1500,UN,camp\n"


def drawdown(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stock.csv").write_text(STOCK)
    return tmp_path


def test_the_totals_are_printed_and_nothing_is_written_without_into(desk: Path) -> None:
    said = drawdown("import", "stock.csv")
    assert said.exit_code == 0
    assert "2 rows: 5 lots, 9.000 t, 0 USD" in said.stdout
    assert [path.name for path in desk.iterdir()] == ["stock.csv"]


def test_json_has_classes_totals_and_columns(desk: Path) -> None:
    said = json.loads(drawdown("import", "stock.csv", "--json").stdout)
    assert (said["lots"], said["kg"], said["header"]) == (5, 9000, 1)
    assert said["classes"] == {"box": {"lots": 3, "mass": "2000 kg"}, "car": {"lots": 2, "mass": "1500 kg"}}
    assert said["columns"][0] == {"head": "Item", "field": "class"}


def test_a_file_that_is_there_is_not_overwritten(desk: Path) -> None:
    (desk / "mine.yaml").write_text("kept")
    said = drawdown("import", "stock.csv", "--into", "mine.yaml")
    assert said.exit_code == 2
    assert "mine.yaml: already exists, and was not changed" in said.stderr
    assert (desk / "mine.yaml").read_text() == "kept"


def test_wrong_cells_are_exit_2_and_nothing_is_written(desk: Path) -> None:
    (desk / "stock.csv").write_text(STOCK.replace("1500", "heavy"))
    said = drawdown("import", "stock.csv", "--into", "mine.yaml")
    assert said.exit_code == 2
    assert "stock.csv:3: column C: mass: this is not a number; got 'heavy'" in said.stderr
    assert "Traceback" not in said.output
    assert not (desk / "mine.yaml").exists()


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("--map", "Weight"), "--map: this has another form; got Weight; allowed: HEAD=FIELD"),
        (("--match", "=box"), "--match: this has another form; got =box; allowed: PATTERN=CLASS"),
        (("--separator", "ab"), "--separator: this is not one sign; got ab; allowed: such as ; or tab"),
        (("--header", "9"), "stock.csv:9: there is no such row; allowed: a row with heads"),
        (("--header", "2"), "stock.csv:2: no column is known to hold the class and the number"),
    ],
)
@pytest.mark.usefixtures("desk")
def test_an_option_of_another_form_is_refused_in_a_sentence(words: tuple[str, ...], wrong: str) -> None:
    said = drawdown("import", "stock.csv", *words)
    assert (said.exit_code, "Traceback" in said.output) == (2, False)
    assert wrong in said.stderr


def test_a_workbook_is_read_as_a_table_is(desk: Path) -> None:
    rows: list[list[object]] = [line.split(",") for line in STOCK.splitlines()]  # type: ignore[misc]
    (desk / "stock.xlsx").write_bytes(workbook(Stock=rows))
    said = drawdown("import", "stock.xlsx")
    assert "stock.xlsx, sheet Stock: heads in row 1; 2 rows: 5 lots, 9.000 t, 0 USD" in said.stdout


def test_names_of_a_stranger_are_shown_without_what_a_terminal_obeys(desk: Path) -> None:
    (desk / "stock.csv").write_text('Item,Qty,Owner,Place,"x\x1b[2J"\nbo\x1b]0;x,3,COE,camp,1\n')
    said = drawdown("import", "stock.csv")
    assert said.exit_code == 0
    assert "\x1b" not in said.output


def test_the_empty_sheet_is_read_once_it_has_a_row(desk: Path) -> None:
    assert drawdown("new", "mine", "--inventory").stdout == "mine.csv: written; next: drawdown import mine.csv\n"
    assert drawdown("new", "mine", "--inventory").exit_code == 2
    empty = drawdown("import", "mine.csv")
    assert (empty.exit_code, "no row with lots follows the heads" in empty.stderr) == (2, True)
    with (desk / "mine.csv").open("a", encoding="utf-8") as sheet:
        sheet.write("camp,box,COE,3,2000,1,500,no,2,yes\n")
    said = json.loads(drawdown("import", "mine.csv", "--json").stdout)
    assert (said["not_used"], said["lots"], said["kg"], said["usd"]) == ([], 3, 6000, 1500)
    assert len(said["columns"]) == 10


# incidents and schedules

CAMP = """
schema: 1
name: A camp
calendar: {start: 2023-07-01, deadline: 2023-12-31}
places:
  camp: {role: camp, handover: 2023-12-01, evacuate: {port: [road]}, position: {lat: 20.2, lon: 1.0}}
  port: {role: exit, position: {lat: 16.3, lon: 0.0}}
routes: {road: {through: [camp, port], km: [600], a_day: {calm: 100 km}}}
record: {known_until: 2023-10-31}
"""
HEADS = "event_date,event_type,sub_event_type,latitude,longitude,location,fatalities"
ROWS = (
    "04 September 2023,Battles,Armed clash,20.21,1.02,Camp,3",
    "2023-09-04,Explosions/Remote violence,Shelling,20.2,1.0,Camp,0",
    "2023-09-05,Protests,Peaceful protest,20.2,1.0,Camp,0",
    "2023-09-06,Battles,Armed clash,18.4,1.4,Far,0",
    "2023-11-01,Battles,Armed clash,20.2,1.0,Camp,0",
    "2022-09-06,Battles,Armed clash,20.2,1.0,Camp,0",
    "2023-09-07,Battles,Armed clash,,,Amachach,0",
)
NEAR = ("--events", "--scenario", "camp.yaml", "--within", "20 km", "--hours", "04:00-06:00")


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "camp.yaml").write_text(CAMP)
    (tmp_path / "list.csv").write_text("\n".join([HEADS, *ROWS]) + "\n")
    return tmp_path


def test_incidents_near_a_place_are_its_alarms_and_each_other_row_is_told_why_not(listed: Path) -> None:
    said = json.loads(drawdown("import", "list.csv", *NEAR, "--json").stdout)
    assert said["alarms"] == {"camp": [{"day": "2023-09-04", "rows": [2, 3]}]}
    assert said["not_used"] == {
        "no alarm by its kind (Protests: Peaceful protest)": [4], "more than 20 km away": [5],
        "after 2023-10-31, until when the scenario knows": [6],
        "outside the scenario's calendar (2023-07-01 to 2023-12-31)": [7], "no coordinates": [8],
    }  # fmt: skip
    text = drawdown("import", "list.csv", *NEAR).stdout
    assert "7 rows, 2 used: within 20 km of a place's position; alarms from 04:00 to 06:00, as stated" in " ".join(
        text.split()
    )
    assert "no coordinates: rows 8" in text


def test_the_fragment_of_incidents_extends_the_scenario_with_listed_alarms(listed: Path) -> None:
    assert drawdown("import", "list.csv", *NEAR, "--into", "alarms.yaml").exit_code == 0
    (listed / "camp.yaml").write_text(CAMP.replace("name: A camp", "name: A camp\nextends: alarms.yaml"))
    loaded = load(listed / "camp.yaml").scenario
    window = loaded.places["camp"].threat.alarms.listed["d2023_09_04"]
    assert window.until_s - window.from_s == 2 * 3600
    assert str(loaded.time.local(window.from_s)) == "2023-09-04 04:00:00"


def test_locations_and_rules_say_what_is_where_and_what_is_an_alarm(listed: Path) -> None:
    words = ("--location", "Amachach=camp", "--match", "Protests*=alarm", "--match", "Battles*=-")
    said = json.loads(drawdown("import", "list.csv", *NEAR, *words, "--json").stdout)
    assert [one["rows"] for one in said["alarms"]["camp"]] == [[3], [4]]
    by_name = ("--events", "--scenario", "camp.yaml", "--hours", "04:00-06:00", "--location", "amachach=camp")
    said = json.loads(drawdown("import", "list.csv", *by_name, "--json").stdout)
    assert [one["rows"] for one in said["alarms"]["camp"]] == [[8]]


def test_alarms_that_the_scenario_draws_too_are_warned_of(listed: Path) -> None:
    threat = "threat: {alarms: {rate: 0.1 /day}, shelter: 2 h}, position"
    (listed / "camp.yaml").write_text(CAMP.replace("position", threat, 1))
    assert "to count no alarm twice" in " ".join(drawdown("import", "list.csv", *NEAR).stdout.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--events",), "no scenario is given"),
        (("--events", "--scenario", "camp.yaml", "--hours", "04:00-06:00"), "nothing says which incidents are near"),
        ((*NEAR[:-1], "6-4"), "this is no time of the day"),
        (NEAR[:-2], "the list has no hours"),
        ((*NEAR, "--location", "x=nowhere"), "no such place in the scenario"),
        ((*NEAR, "--known-until", "1/2/2023"), "is no day; write 2023-10-21"),
        ((*NEAR, "--schedule", "aircraft.a"), "give one of the options"),
        (("--schedule", "trucks.a"), "aircraft.NAME or vessels.NAME"),
        (("--schedule", "aircraft.a"), "no column has a head for the day"),
    ],
)
def test_what_a_list_does_not_say_is_asked_for(listed: Path, words: tuple[str, ...], message: str) -> None:
    said = drawdown("import", "list.csv", *words, "--into", "out.yaml")
    assert said.exit_code == 2
    assert message in " ".join(said.stderr.split())
    assert not (listed / "out.yaml").exists()


def test_days_and_coordinates_that_can_not_be_read_are_named_by_row_and_counted(listed: Path) -> None:
    rows = ["03/04/2023,Battles,x,20,1,Camp,0", "2023-09-04,Battles,x,120,1,Camp,0", *["?,,,,,,"] * 20]
    (listed / "list.csv").write_text("\n".join([HEADS, *rows]))
    said = drawdown("import", "list.csv", *NEAR, "--into", "out.yaml")
    assert said.exit_code == 2
    assert "22 cells can't be read; these are the first 10" in said.stderr
    assert "list.csv:2: '03/04/2023' is no day" in said.stderr
    assert "list.csv:3: '120' is no coordinate" in said.stderr
    assert not (listed / "out.yaml").exists()


def test_a_schedule_is_the_dates_of_aircraft_and_the_sailings_of_a_vessel(listed: Path) -> None:
    (listed / "plan.csv").write_text("Date;Time\n2023-09-06;08:30\n04 September 2023;\n2023-09-06;08:30\n")
    said = json.loads(drawdown("import", "plan.csv", "--schedule", "vessels.barge", "--json").stdout)
    assert (said["rows"], said["departures"]) == (3, ["2023-09-04", "2023-09-06 08:30"])
    assert drawdown("import", "plan.csv", "--schedule", "aircraft.c130", "--into", "plan.yaml").exit_code == 0
    assert "    c130:\n      dates: [2023-09-04, 2023-09-06]\n" in (listed / "plan.yaml").read_text()


@pytest.mark.parametrize(("option", "head"), [("--events", HEADS), ("--schedule", "date,time")])
def test_new_writes_an_empty_sheet_with_the_heads(listed: Path, option: str, head: str) -> None:
    assert drawdown("new", "empty", option).exit_code == 0
    assert (listed / "empty.csv").read_text(encoding="utf-8-sig") == f"{head}\n"


def test_the_distance_of_places_is_that_of_the_great_circle() -> None:
    assert distance_km((0.0, 0.0), (0.0, 90.0)) == pytest.approx(6371.0088 * 3.141592653589793 / 2)
    assert distance_km((20.2, 1.0), (20.2, 1.0)) == 0
