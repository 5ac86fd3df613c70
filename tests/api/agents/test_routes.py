"""Agents as files: read, looked through, put, and put back."""

from pathlib import Path

import httpx
import pytest

from parley.agents import document, load_agents
from tests.api.conftest import SHOP as GOOD
from tests.api.conftest import Site, agent, built

BAD = """\
company: Shop
extensions: ["100"]
greeting: 7
persona: You are the shop's voice.
curated:
  - {ask: [One], answer: 1}
  - {ask: [Two], answer: "2"}
  - {ask: Three, answer: "3"}
voicemail: {nonsense: 1}
menu: main
"""
YAML = {"Content-Type": "application/yaml"}


@pytest.fixture
def shop(site: Site) -> Path:
    return agent(site, "shop")


def put(client: httpx.Client, text: str, name: str = "shop", seen: str = "") -> httpx.Response:
    headers = YAML | ({"If-Match": seen} if seen else {})
    return client.put(f"/agents/{name}", content=text, headers=headers)


def test_agents_are_listed_and_read(site: Site, shop: Path) -> None:
    broken = site.folder / "agents/broken"
    broken.mkdir()
    (broken / "agent.yaml").write_text("company: [")
    with site.client("agents:read") as client:
        listed = client.get("/agents").json()["agents"]
        whole = client.get("/agents/shop")
        assert client.get("/agents/nobody").status_code == 404
        assert client.get("/agents/broken").json()["errors"][0]["reason"].startswith("not YAML")
    assert [(a["name"], a["good"], a["extensions"]) for a in listed] == [
        ("broken", False, []),
        ("shop", True, ["100"]),
    ]
    version = document.version(GOOD.encode())
    assert (whole.json()["yaml"], whole.json()["file"]["extensions"]) == (GOOD, ["100"])
    assert whole.headers["ETag"] == f'"{version}"'
    assert load_agents(site.folder / "agents")[0]["shop"].version == whole.json()["version"] == version


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_changed(site: Site, shop: Path) -> None:
    with site.client("agents:read", "agents:write", "audit:read") as client:
        reviewed = client.post("/agents/shop/validate", content=BAD, headers=YAML).json()
        answer = put(client, BAD, seen="*")
        entries = client.get("/audit").json()["entries"]
    told = {error["field"]: error["line"] for error in reviewed["errors"]}
    assert told == {
        "greeting": 3,
        "curated[0].answer": 6,
        "curated[2].ask": 8,
        "voicemail.nonsense": 9,
    }
    assert answer.status_code == 422
    assert "agent.yaml:8: curated[2].ask" in {error["field"] for error in answer.json()["errors"]}
    assert (shop / "agent.yaml").read_text() == GOOD
    assert [entry["outcome"] for entry in entries] == ["unusable"]
    # What refers to nothing is told when all types are right.
    with site.client("agents:read", name="other") as client:
        text = f"{GOOD}menu: main\nperson: boss\n"
        fields = [e["field"] for e in client.post("/agents/shop/validate", content=text).json()["errors"]]
    assert fields == ["menu", "person"]


def test_an_extension_has_one_agent(site: Site, shop: Path) -> None:
    with site.client("agents:write") as client:
        answer = put(client, GOOD, name="another")
        assert (answer.status_code, "already answered by shop" in answer.json()["detail"]) == (422, True)
        assert put(client, GOOD.replace("100", "107"), name="another").status_code == 200
    agents, errors = load_agents(site.folder / "agents")
    assert (sorted(agents), errors) == (["another", "shop"], [])
    assert {path.name for path in (site.folder / "agents").iterdir()} == {"another", "shop"}


def test_who_has_not_seen_what_stands_there_does_not_replace_it(site: Site, shop: Path) -> None:
    with site.client("agents:read", "agents:write") as client:
        tag = client.get("/agents/shop").headers["ETag"]
        assert put(client, GOOD).status_code == 428
        assert put(client, GOOD, name="new", seen=tag).status_code == 412
        first = put(client, GOOD.replace("Hello!", "Hi!"), seen=tag)
        assert (first.status_code, first.json()["number"]) == (200, 2)
        late = put(client, GOOD.replace("Hello!", "Hey!"), seen=tag)
        assert (late.status_code, late.json()["type"]) == (412, "urn:parley:problem:other-version")
        assert put(client, GOOD.replace("Hello!", "Hey!"), seen=first.headers["ETag"]).status_code == 200
    assert "Hey!" in (shop / "agent.yaml").read_text()


def test_versions_say_who_what_and_go_back(site: Site, shop: Path) -> None:
    with site.client("agents:read", "agents:write", name="crm") as client:
        put(client, GOOD.replace("Hello!", "Hi!"), seen="*")
        (shop / "agent.yaml").write_text(GOOD.replace("Hello!", "Welcome!"))
        versions = client.get("/agents/shop/versions").json()["versions"]
        assert [(v["number"], v["who"]) for v in versions] == [(3, "operator"), (2, "crm"), (1, "operator")]
        second = client.get("/agents/shop/versions/2").json()
        assert {"-greeting: Hello!", "+greeting: Hi!"} <= set(second["difference"].splitlines())
        assert client.get("/agents/shop/versions/9").status_code == 404
        assert client.post("/agents/shop/versions/2/restore").status_code == 428
        back = client.post("/agents/shop/versions/2/restore", headers={"If-Match": "*"})
        assert (back.json()["number"], back.json()["version"]) == (4, second["version"])
        assert "Hi!" in (shop / "agent.yaml").read_text()


def test_a_key_that_may_only_read_changes_nothing(site: Site, shop: Path) -> None:
    with site.client("agents:read") as client:
        assert put(client, GOOD, seen="*").status_code == 403


def test_where_the_operator_does_not_want_it_nothing_is_changed(
    site: Site, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_args: object, **_more: object) -> str:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("api.agents.files.tempfile.mkdtemp", refused)
    with site.client("agents:write") as client:
        answer = put(client, GOOD.replace("Hello!", "Hi!"), seen="*")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:parley:problem:read-only")
    assert "API_AGENTS_READ_ONLY" in answer.json()["detail"]


def test_a_long_file_is_refused_and_a_deep_one_is_told(site: Site, shop: Path) -> None:
    with site.client("agents:read") as client:
        long = client.post("/agents/shop/validate", content=b"#" * (document.MOST_BYTES + 1), headers=YAML)
        deep = client.post("/agents/shop/validate", content="[" * 5000, headers=YAML)
    assert long.status_code == 413
    assert not deep.json()["good"]


def test_an_agent_without_a_file_is_shown_and_gets_one(tmp_path: Path) -> None:
    with built(tmp_path) as site, site.client("agents:read", "agents:write") as client:
        (site.folder / "agents/shop").mkdir()
        assert client.get("/agents/shop").json()["file"] is None
        assert put(client, GOOD, seen="*").status_code == 200


def test_a_method_that_a_path_does_not_have_is_told_which_it_has(site: Site) -> None:
    with site.client() as client:
        answer = client.delete("/agents/shop")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, PUT")


def test_what_a_service_before_has_not_finished_is_removed(tmp_path: Path) -> None:
    (tmp_path / "agents/.api-abc").mkdir(parents=True)
    (tmp_path / "agents/.api-abc/whole").write_text("half")
    with built(tmp_path):
        assert list((tmp_path / "agents").iterdir()) == []
