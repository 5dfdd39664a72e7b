from pathlib import Path

from click.testing import CliRunner

from sim.cli import main
from sim.cli.text import clipped, clipped_apart

NAMES = [f"Temporary Operating Base {name} Company Compound" for name in ("Alpha", "Bravo")]


def test_names_below_one_another_are_cut_at_the_end_where_that_leaves_them_unlike():
    assert clipped_apart(["a" * 30, "b"], 12) == [clipped("a" * 30, 12), "b"]


def test_names_that_would_become_alike_show_where_they_differ():
    assert clipped_apart(NAMES, 21) == ["Tempora…Alpha Co…ound", "Tempora…Bravo Co…ound"]


def test_the_answer_distinguishes_places_whose_names_differ_in_the_middle_alone(here):
    text = Path("little.yaml").read_text()
    camp = text[text.index("  camp:\n") : text.index("  port:")]
    text = text.replace(camp, "".join(camp.replace("camp:", f"{name}:", 1) for name in NAMES))
    through = f"[{NAMES[0]}, {NAMES[1]}, port], km: [100, 100]"
    Path("little.yaml").write_text(text.replace("[camp, port], km: [100]", through))
    said = CliRunner().invoke(main, ["run", "little.yaml", "-n", "3", "-j", "1", "--no-plots"]).stdout
    assert "  Tempora…Alpha Co…ound   2023-07-04" in said
    assert "  Tempora…Bravo Co…ound   2023-07-04" in said
