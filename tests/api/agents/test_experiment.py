"""An agent's experiment, as its file has it and as its calls tell."""

from api.agents.files import FILE
from records.insight.insight import Insight
from tests.api.conftest import SHOP, Site, agent, happened

EXPERIMENT = "experiment: {name: shorter, share: 20, change: {greeting: Hi!}}\n"


def had(site: Site, call: str, variant: str, outcome: str, name: str = "shorter") -> None:
    happened(
        site.store,
        call,
        ("call_started", {"caller": f"+49{call}", "experiment": name, "variant": variant}),
        ("call_ended", {"outcome": "caller_hung_up"}),
    )
    insight = Insight(outcome=outcome, tags=[], score=80, parts={})  # type: ignore[arg-type]
    site.store.analysed(call, insight)


def test_both_versions_stand_side_by_side(site: Site) -> None:
    (agent(site, "shop") / FILE).write_text(SHOP + EXPERIMENT)
    client = site.client("calls:read")
    empty = client.get("/agents/shop/experiment").json()
    assert empty["declared"] == {"name": "shorter", "share": 20, "change": {"greeting": "Hi!"}}
    assert (empty["names"], empty["comparison"]) == ([], None)
    for number in range(10):
        had(site, f"a{number}", "a", "resolved" if number < 3 else "abandoned")
        had(site, f"b{number}", "b", "resolved" if number < 9 else "abandoned")
    had(site, "c1", "b", "failed", "older")
    found = client.get("/agents/shop/experiment").json()
    compared = found["comparison"]
    assert sorted(found["names"]) == ["older", "shorter"]
    assert (compared["experiment"], compared["calls_a"], compared["callers_b"]) == ("shorter", 10, 10)
    contained = compared["rows"][0]
    assert (contained["name"], contained["unit"], contained["a"], contained["b"]) == (
        "contained",
        "share",
        0.3,
        0.9,
    )
    assert contained["difference"]["seen"] is True
    assert round(contained["difference"]["low"], 4) == 0.1705  # Newcombe's example, see test_intervals.py
    assert compared["needed"] > 0
    assert (
        client.get("/agents/shop/experiment", params={"name": "older"}).json()["comparison"]["calls_b"] == 1
    )
    assert client.get("/calls/b1").json()["variant"] == "b"


def test_what_there_is_not_is_told(site: Site) -> None:
    client = site.client("calls:read")
    assert client.get("/agents/shop/experiment").status_code == 404
    folder = agent(site, "shop")
    assert client.get("/agents/shop/experiment").json() == {"declared": None, "names": [], "comparison": None}
    (folder / FILE).write_text("company: [")
    assert client.get("/agents/shop/experiment").json()["declared"] is None
    assert client.get("/agents/shop/experiment", params={"name": "No!"}).status_code == 422


def test_an_experiment_is_put_and_checked_as_the_file_is(site: Site) -> None:
    agent(site, "shop")
    client = site.client("agents:read", "agents:write")
    yaml = {"Content-Type": "application/yaml", "If-Match": "*"}
    wrong = client.put(
        "/agents/shop", content=SHOP + EXPERIMENT.replace("greeting: Hi!", "menu: gone"), headers=yaml
    )
    assert wrong.status_code == 422
    assert wrong.json()["errors"] == [
        {"field": "agent.yaml:5: experiment.change.menu", "reason": "there is no menu gone"}
    ]
    assert client.put("/agents/shop", content=SHOP + EXPERIMENT, headers=yaml).status_code == 200
    assert (site.folder / "agents/shop" / FILE).read_text() == SHOP + EXPERIMENT
