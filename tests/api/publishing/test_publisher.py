"""Agents of several cells, in folders of their own, over a real PostgreSQL."""

from pathlib import Path

import psycopg
import pytest

from api.publishing import taking
from api.publishing.bundle import MOST_FILES
from api.publishing.shelf import KEPT
from parley.agents import load_agents
from tests.api.conftest import SHOP, agent
from tests.api.publishing.conftest import Cell, Made, counted
from tests.postgresql import Server

HI = SHOP.replace("Hello!", "Hi!")
HEY = SHOP.replace("Hello!", "Hey!")


@pytest.fixture
def berlin(cell: Made) -> Cell:
    return cell("berlin")


@pytest.fixture
def hamburg(cell: Made) -> Cell:
    return cell("hamburg")


def in_step(*cells: Cell, text: str = SHOP) -> None:
    """Have them all have the agent shop, as the first one saves it."""
    cells[0].save(text)
    for each in cells:
        assert each.state() == "current"
        assert each.text() == text


def shared(cell: Cell, name: str = "shop") -> dict[str, object]:
    """An agent as the API tells of it."""
    listed = cell.client().get("/cells/agents").json()["agents"]
    return next(each for each in listed if each["name"] == name)


def test_a_new_agent_reaches_all_cells_with_its_knowledge_and_who_published_it(
    berlin: Cell, hamburg: Cell
) -> None:
    berlin.save(SHOP, who="console.olga")
    client = berlin.client("console.olga")
    client.put("/agents/shop/knowledge/facts.md", content=b"- We open at nine.\n")
    berlin.look()
    hamburg.look()
    assert (hamburg.agents / "shop/knowledge/facts.md").read_bytes() == b"- We open at nine.\n"
    agents, errors = load_agents(hamburg.agents)
    assert (list(agents), errors) == (["shop"], [])
    berlin.look()
    told = shared(berlin)
    published = told["published"]
    assert isinstance(published, dict)
    assert (published["number"], published["cell"], published["who"]) == (1, "berlin", "console.olga")
    cells = told["cells"]
    assert isinstance(cells, list)
    assert [(each["cell"], each["number"], each["state"]) for each in cells] == [
        ("berlin", 1, "current"),
        ("hamburg", 1, "current"),
    ]
    client = hamburg.client()
    versions = client.get("/agents/shop/versions").json()["versions"]
    assert [each["who"] for each in versions] == ["console.olga@berlin"]
    assert {path.name for path in hamburg.agents.iterdir()} == {"shop"}


def test_each_change_goes_on_to_the_others_whoever_makes_it(berlin: Cell, hamburg: Cell) -> None:
    in_step(berlin, hamburg)
    hamburg.save(HI)
    assert (hamburg.state(), berlin.state(), berlin.text()) == ("current", "current", HI)
    client = berlin.client()
    client.put("/agents/shop/knowledge/a.md", content=b"- A.\n")
    client.put("/agents/shop/knowledge/b.md", content=b"- B.\n")
    client.delete("/agents/shop/knowledge/a.md")
    berlin.look()
    hamburg.look()
    assert [path.name for path in (hamburg.agents / "shop/knowledge").iterdir()] == ["b.md"]


def test_what_was_changed_by_hand_is_said_and_stays_until_somebody_decides(
    berlin: Cell, hamburg: Cell
) -> None:
    in_step(berlin, hamburg)
    (hamburg.agents / "shop/agent.yaml").write_text(HEY)
    assert (hamburg.state(), hamburg.text()) == ("changed", HEY)
    berlin.save(HI)
    berlin.look()
    assert (hamburg.state(), hamburg.text()) == ("changed", HEY)
    berlin.look()
    told = shared(berlin)["cells"]
    assert isinstance(told, list)
    assert [(each["cell"], each["number"], each["state"]) for each in told] == [
        ("berlin", 2, "current"),
        ("hamburg", 1, "changed"),
    ]
    client = hamburg.client()
    asked = client.post("/agents/shop/take").json()
    assert (asked["state"], asked["published"]["number"]) == ("taking", 2)
    assert (hamburg.state(), hamburg.text()) == ("current", HI)
    # What was written by hand is a version, and can be put back.
    versions = client.get("/agents/shop/versions").json()["versions"]
    assert [each["who"] for each in versions][:2] == ["crm@berlin", "operator"]
    assert client.get(f"/agents/shop/versions/{versions[1]['number']}").json()["yaml"] == HEY
    done = [(each["who"], each["action"]) for each in client.get("/audit").json()["entries"]]
    assert ("crm@berlin", "agent.take") in done
    assert ("crm", "agent.take-asked") in done


def test_what_was_changed_by_hand_can_be_published(berlin: Cell, hamburg: Cell) -> None:
    in_step(berlin, hamburg)
    (hamburg.agents / "shop/agent.yaml").write_text(HEY)
    (hamburg.agents / "shop/logo.png").write_bytes(b"png")
    assert hamburg.state() == "changed"
    client = hamburg.client()
    assert client.post("/agents/shop/publish").json()["state"] == "waiting"
    assert (hamburg.state(), berlin.state(), berlin.text()) == ("current", "current", HEY)
    assert (berlin.agents / "shop/logo.png").read_bytes() == b"png"


def test_another_agent_of_the_same_name_is_left_alone_on_both_sides(berlin: Cell, hamburg: Cell) -> None:
    agent(hamburg.site, "shop")
    (hamburg.agents / "shop/agent.yaml").write_text(HEY)
    berlin.save(SHOP)
    assert berlin.state() == "current"
    assert (hamburg.state(), hamburg.text()) == ("changed", HEY)


def test_an_agent_that_nobody_has_published_stays_a_cells_own(berlin: Cell, hamburg: Cell) -> None:
    agent(berlin.site, "shop")
    assert berlin.state() == "own"
    hamburg.look()
    assert list(hamburg.agents.iterdir()) == []
    assert counted(berlin.url, "SELECT count(*) FROM parley.agents") == 0


def test_the_last_one_published_wins_and_the_other_is_a_version_still(berlin: Cell, hamburg: Cell) -> None:
    in_step(berlin, hamburg)
    berlin.save(HI, who="anna")
    hamburg.save(HEY, who="olga")
    berlin.look()
    assert (hamburg.state(), berlin.state()) == ("current", "current")
    assert (berlin.text(), hamburg.text()) == (HEY, HEY)
    client = berlin.client()
    versions = client.get("/agents/shop/versions").json()["versions"]
    assert [each["who"] for each in versions] == ["olga@hamburg", "anna", "crm"]


def test_a_folder_that_was_removed_by_hand_is_not_made_again(berlin: Cell, hamburg: Cell) -> None:
    in_step(berlin, hamburg)
    (hamburg.agents / "shop").rename(hamburg.site.folder / "gone")
    berlin.save(HI)
    berlin.look()
    assert hamburg.state() == "removed"
    assert not (hamburg.agents / "shop").exists()
    client = hamburg.client()
    assert client.post("/agents/shop/take").status_code == 200
    assert (hamburg.state(), hamburg.text()) == ("current", HI)


def test_what_cannot_be_used_here_is_refused_and_said(berlin: Cell, hamburg: Cell) -> None:
    other = agent(hamburg.site, "other")
    berlin.save(SHOP)
    berlin.look()
    assert hamburg.state() == "refused"
    assert not (hamburg.agents / "shop").exists()
    assert "100 is already answered by other" in str(shared(hamburg)["detail"])
    berlin.look()
    told = shared(berlin)["cells"]
    assert isinstance(told, list)
    assert "already answered" in told[1]["detail"]
    # What was refused is looked at again when somebody asks for it, or after a while.
    (other / "agent.yaml").write_text(SHOP.replace("100", "101"))
    client = hamburg.client()
    client.post("/agents/shop/take")
    assert hamburg.state() == "current"


def test_a_cell_that_lets_nobody_write_says_so(
    berlin: Cell, hamburg: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    berlin.save(SHOP)
    berlin.look()

    def refused(*_args: object, **_more: object) -> str:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("api.agents.files.tempfile.mkdtemp", refused)
    assert hamburg.state() == "refused"
    assert "API_AGENTS_READ_ONLY" in str(shared(hamburg)["detail"])


def test_what_is_saved_while_the_database_is_away_is_published_when_it_is_back(
    berlin: Cell, hamburg: Cell, postgresql: Server
) -> None:
    in_step(berlin, hamburg)
    postgresql.stop()
    try:
        berlin.save(HI)
        with pytest.raises(psycopg.Error):
            berlin.look()
        berlin.publisher.close()
        hamburg.publisher.close()
    finally:
        postgresql.start()
    assert (berlin.state(), hamburg.state(), hamburg.text()) == ("current", "current", HI)


def test_a_database_that_has_lost_releases_is_told_them_again(berlin: Cell, hamburg: Cell) -> None:
    in_step(berlin, hamburg)
    berlin.save(HI)
    assert (berlin.state(), hamburg.state()) == ("current", "current")
    with psycopg.connect(berlin.url, autocommit=True) as db:
        db.execute("DELETE FROM parley.agents WHERE number = 2")
    assert (hamburg.state(), berlin.state()) == ("current", "current")
    assert (berlin.text(), hamburg.text()) == (HI, HI)
    with psycopg.connect(berlin.url, autocommit=True) as db:
        db.execute("TRUNCATE parley.agents, parley.agent_files")
    assert (berlin.state(), hamburg.state()) == ("current", "current")
    assert counted(berlin.url, "SELECT number FROM parley.agents") == 2


def test_an_agent_that_is_deleted_everywhere_is_forgotten(berlin: Cell, hamburg: Cell) -> None:
    in_step(berlin, hamburg)
    for each in (berlin, hamburg):
        (each.agents / "shop").rename(each.site.folder / "gone")
    with psycopg.connect(berlin.url, autocommit=True) as db:
        db.execute("DELETE FROM parley.agents WHERE agent = 'shop'")
    for _ in range(2):
        berlin.look()
        hamburg.look()
    assert (berlin.publisher.standings, hamburg.publisher.standings) == ({}, {})
    berlin.save(HI)
    assert (berlin.state(), hamburg.state(), hamburg.text()) == ("current", "current", HI)


def test_what_ended_half_taken_is_taken_again_and_not_said_to_be_by_hand(
    berlin: Cell, hamburg: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_step(berlin, hamburg)
    client = berlin.client()
    client.put("/agents/shop/knowledge/a.md", content=b"- A.\n")
    berlin.save(HI)
    berlin.look()
    whole = taking.Taking.apply

    def ended(self: taking.Taking, _here: object) -> None:
        folder = self._folder / "knowledge"
        folder.mkdir(exist_ok=True)
        (self._staged / "knowledge/a.md").replace(folder / "a.md")
        raise RuntimeError("the service ended")

    monkeypatch.setattr(taking.Taking, "apply", ended)
    with pytest.raises(RuntimeError):
        hamburg.look()
    monkeypatch.setattr(taking.Taking, "apply", whole)
    assert (hamburg.agents / "shop/knowledge/a.md").exists()
    assert (hamburg.state(), hamburg.text()) == ("current", HI)


def test_another_cells_word_leads_nowhere_out_of_the_folder(berlin: Cell, hamburg: Cell) -> None:
    berlin.save(SHOP)
    berlin.look()
    with psycopg.connect(berlin.url, autocommit=True) as db:
        db.execute(
            "INSERT INTO parley.agents SELECT '../evil', 1, now(), 'x', 'x', 'x', files FROM parley.agents"
        )
        db.execute(
            """UPDATE parley.agents SET files = '{"agent.yaml": "0", "../evil": "0"}' WHERE agent = 'shop'"""
        )
    assert hamburg.state() == "refused"
    assert list(hamburg.publisher.standings) == ["shop"]
    assert list(hamburg.agents.iterdir()) == []


def test_nothing_is_written_through_a_link(berlin: Cell, hamburg: Cell, tmp_path: Path) -> None:
    in_step(berlin, hamburg)
    (hamburg.agents / "shop/knowledge").symlink_to(tmp_path)
    client = berlin.client()
    client.put("/agents/shop/knowledge/a.md", content=b"- A.\n")
    berlin.look()
    assert hamburg.state() == "refused"
    assert not (tmp_path / "a.md").exists()


def test_content_that_is_not_what_its_name_says_is_refused(berlin: Cell, hamburg: Cell) -> None:
    berlin.save(SHOP)
    berlin.look()
    with psycopg.connect(berlin.url, autocommit=True) as db:
        db.execute("UPDATE parley.agent_files SET content = 'company: Evil'")
    assert hamburg.state() == "refused"
    assert not (hamburg.agents / "shop").exists()


def test_old_releases_go_and_the_files_that_nobody_has_with_them(berlin: Cell) -> None:
    for number in range(KEPT + 2):
        berlin.save(SHOP.replace("Hello!", f"Hello {number}!"), who=f"k{number}")
        berlin.look()
    assert counted(berlin.url, "SELECT count(*) FROM parley.agents") == KEPT
    assert counted(berlin.url, "SELECT count(*) FROM parley.agent_files") == KEPT


def test_an_agent_of_too_many_files_is_refused(berlin: Cell) -> None:
    folder = agent(berlin.site, "shop")
    for number in range(MOST_FILES):
        (folder / "knowledge" / f"{number}.md").touch()
    client = berlin.client()
    client.post("/agents/shop/publish")
    assert berlin.state() == "refused"
    assert str(MOST_FILES) in str(shared(berlin)["detail"])
