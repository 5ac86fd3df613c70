"""An agent's menus as a graph."""

from pathlib import Path

import yaml

from api.console.agents.menus import ROW, WIDTH, Box, Graph, graph
from tests.api.conftest import agent
from tests.api.console.conftest import Console

RECEPTION = yaml.safe_load((Path(__file__).parents[4] / "agents/reception/agent.yaml").read_text())


def drawn(file: dict[str, object]) -> Graph:
    found = graph(file)
    assert found is not None
    return found


def box(found: Graph, kind: str, name: str) -> Box:
    return next(box for box in found.boxes if (box.kind, box.name) == (kind, name))


def test_a_place_stands_as_far_right_as_choices_lead_to_it() -> None:
    found = drawn(RECEPTION)
    assert {(box.kind, box.name): box.column for box in found.boxes} == {
        ("greeting", ""): 0,
        ("menu", "language"): 1,
        ("menu", "departments"): 2,
        ("agent", "techstore"): 3,
        ("agent", "dental"): 3,
        ("menu", "management"): 3,
        ("agent", ""): 3,
        ("collect", "office"): 4,
        ("target", "management"): 4,
    }
    rows = [(row.key, row.label, row.kind, row.name) for row in box(found, "menu", "management").rows]
    assert rows == [
        ("0", "back", "back", ""),
        ("1", "repair", "collect", "office"),
        ("2", "person", "target", "management"),
        ("", "", "agent", ""),
    ]


def test_lines_lead_from_a_row_to_the_title_of_a_box_to_the_right() -> None:
    found = drawn(RECEPTION)
    first, second = box(found, "greeting", ""), box(found, "menu", "language")
    assert found.lines[0].startswith(f"M{first.x + WIDTH:g} {first.rows[0].y:g}C")
    assert found.lines[0].endswith(f" {second.x:g} {second.y + ROW / 2 + 5:g}")
    # From the greeting, the languages, the departments and the management, none to a box in the same column.
    assert len(found.lines) == 1 + 4 + 5 + 2


def test_boxes_do_not_lie_on_each_other_and_all_are_within() -> None:
    found = drawn(RECEPTION)
    for one in found.boxes:
        assert one.x + WIDTH <= found.width
        assert one.y + one.height <= found.height
        for other in found.boxes:
            if one is not other and one.column == other.column:
                assert one.y + one.height < other.y or other.y + other.height < one.y


def test_menus_that_nothing_leads_to_and_those_that_lead_in_circles() -> None:
    one = {"say": "One?", "options": {"1": {"to": "menu:b"}, "2": {"to": "menu:a"}}}
    other = {"say": "Other?", "options": {"1": {"to": "menu:a"}}, "then": "hangup"}
    found = drawn({"menus": {"a": one, "b": other, "c": other}})
    assert sorted((box.kind, box.name, box.column) for box in found.boxes) == [
        ("agent", "", 1),
        ("greeting", "", 0),
        ("hangup", "", 2),
        ("menu", "a", 0),
        ("menu", "b", 1),
        ("menu", "c", 0),
    ]
    assert graph({"company": "Shop"}) is None


def test_the_page_of_an_agent_shows_them_while_its_file_is_good(console: Console) -> None:
    folder = agent(console.site, "shop")
    console.enter("bob", "viewer")
    assert 'id="menus"' not in console.page("/agents/shop")
    menu = 'menu: "m"\nmenus: {m: {say: "1?", options: {"1": {label: "<b>", to: hangup}}}}\n'
    good = (folder / "agent.yaml").read_text() + menu
    (folder / "agent.yaml").write_text(good)
    page = console.page("/agents/shop")
    assert "&lt;b&gt; → hangup" in page
    assert '<rect class="menu"' in page
    (folder / "agent.yaml").write_text(good + "company: [\n")
    assert 'id="menus"' not in console.page("/agents/shop")
