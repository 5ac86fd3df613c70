"""Two versions of an agent: read from one file, dealt to callers, and kept while calls have them."""

from pathlib import Path

import pytest

from parley.agents import Agent, by_extension, find, load_agent, load_agents
from parley.agents.load import review, versions
from parley.agents.store import AgentStore
from parley.errors import AgentFileError

FILE = """\
company: Shop
extensions: ["100"]
greeting: Hello, this is Shop.
persona: You are Sam.
llm: {model: small, temperature: 0.7}
menus:
  main: {say: Press 1., options: {"1": {to: person}}}
targets:
  sales: {name: sales, extension: "1001"}
languages:
  de: {greeting: Guten Tag.}
"""
EXPERIMENT = """\
experiment:
  name: shorter
  share: 50
  change:
    greeting: Shop, hello!
    llm: {temperature: 0.2}
    languages: {de: {greeting: Tag!}}
"""
CALLERS = [f"+4930{number}" for number in range(1000, 1040)]


def write(root: Path, text: str = FILE + EXPERIMENT, name: str = "shop") -> Path:
    folder = root / name
    folder.mkdir(exist_ok=True)
    (folder / "agent.yaml").write_text(text)
    return folder


def changed(*lines: str) -> str:
    """The file with these lines as what the other version has otherwise."""
    head = EXPERIMENT.partition("  change:")[0]
    return FILE + head + "  change:\n" + "".join(f"    {line}\n" for line in lines)


def split(agent: Agent) -> dict[str, str]:
    return {caller: agent.for_caller(caller, "c1").part["variant"] for caller in CALLERS}


def test_the_other_version_has_what_is_changed_and_all_else(tmp_path: Path) -> None:
    a = load_agent(write(tmp_path))
    b = a.other
    assert b is not None
    assert (a.file.greeting, b.file.greeting) == ("Hello, this is Shop.", "Shop, hello!")
    assert (b.file.llm.model, b.file.llm.temperature) == ("small", 0.2)
    assert (b.file.persona, b.file.extensions) == (a.file.persona, a.file.extensions)
    assert b.in_language("de").file.greeting == "Tag!"
    assert (a.key, b.key, a.name, b.name) == ("shop", "shop~b", "shop", "shop")
    assert a.version == b.version
    assert b.in_language("de").part == {"experiment": "shorter", "variant": "b"}


def test_callers_share_the_versions_and_keep_theirs(tmp_path: Path) -> None:
    agent = load_agent(write(tmp_path))
    dealt = split(agent)
    assert set(dealt.values()) == {"a", "b"}
    assert split(load_agent(write(tmp_path))) == dealt
    other = agent.other
    assert other is not None
    assert other.for_caller(CALLERS[0], "c1") is other
    # Who has no number is told apart by the call.
    assert {agent.for_caller("", call).key for call in CALLERS} == {"shop", "shop~b"}


def test_an_agent_without_an_experiment_is_one(tmp_path: Path) -> None:
    agent = load_agent(write(tmp_path, FILE))
    assert agent.for_caller("1001", "c1") is agent
    assert (agent.key, agent.part, agent.other) == ("shop", {}, None)


@pytest.mark.parametrize(
    ("text", "field", "line", "reason"),
    [
        (
            FILE + "experiment: {name: x, share: 101, change: {greeting: hi}}",
            "experiment.share",
            12,
            "<= 100",
        ),
        (FILE + "experiment: {name: X!, share: 1, change: {greeting: hi}}", "experiment.name", 12, "regex"),
        (FILE + "experiment: {name: x, share: 1, change: {}}", "experiment.change", 12, "length >= 1"),
        (FILE + "experiment: {name: x, change: {greeting: hi}}", "experiment", 12, "`share`"),
        (changed("greetings: hi"), "experiment.change.greetings", 16, "unknown field"),
        (changed("persona: p", "greeting: [hi]"), "experiment.change.greeting", 17, "Expected `str`"),
        (changed("llm: {temperature: 9}"), "experiment.change.llm.temperature", 16, "<= 2.0"),
        (changed("greeting: null"), "experiment.change", 16, "missing required field `greeting`"),
        (changed("person: nobody"), "experiment.change.person", 16, "there is no target nobody"),
        (changed("targets: null"), "experiment.change", 16, "menus.main.options.1.to: there are no targets"),
        (changed('extensions: ["7"]'), "experiment.change.extensions", 16, "the same in both"),
        (changed("experiment: null"), "experiment.change.experiment", 16, "the same in both"),
        (changed("greeting: Hello, this is Shop."), "experiment.change", 15, "changes nothing"),
        (
            changed("languages: {fr: {greeting: Bonjour.}}"),
            "experiment.change.languages",
            16,
            "languages that",
        ),
        (
            changed('menus: {main: {options: {"2": {to: "agent:gone"}}}}'),
            "experiment.change.menus.main.options.2.to",
            16,
            "there is no agent gone",
        ),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(
    tmp_path: Path, text: str, field: str, line: int, reason: str
) -> None:
    folder = write(tmp_path, text)
    _, (error,) = load_agents(tmp_path)
    assert (error.field, error.line) == (field, line)
    assert reason in error.reason
    assert [str(found) for found in review(folder, text.encode())] == [str(error)]


def test_where_the_file_is_wrong_only_that_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path)
    wrong = (FILE + EXPERIMENT).replace("persona: You are Sam.", "persona: 7").encode()
    assert [error.field for error in review(folder, wrong)] == ["persona"]
    assert review(folder, (FILE + EXPERIMENT).encode()) == []


def test_both_versions_are_found_and_the_number_is_the_first_ones(tmp_path: Path) -> None:
    agent = load_agent(write(tmp_path))
    both = versions([agent])
    assert list(both) == ["shop", "shop~b"]
    assert find(both, "shop~b") is agent.other
    assert find({"shop": agent}, "shop~b") is agent
    assert find(both, "gone~b") is None
    assert by_extension(dict(reversed(both.items())), "100") is agent


async def test_a_version_stays_for_its_calls_when_the_experiment_is_over(tmp_path: Path) -> None:
    write(tmp_path)
    store = AgentStore(tmp_path)
    assert set(store.agents) == {"shop", "shop~b"}
    write(tmp_path, FILE)
    assert await store.refresh() == {"shop"}
    assert store.agents["shop"].other is None
    assert store.agents["shop~b"].file.greeting == "Shop, hello!"
    write(tmp_path, FILE + EXPERIMENT.replace("hello", "good day"))
    assert await store.refresh() == {"shop", "shop~b"}
    assert store.agents["shop~b"].file.greeting == "Shop, good day!"
    write(tmp_path, FILE.replace("100", "200"), name="other")
    (tmp_path / "shop/agent.yaml").unlink()
    (tmp_path / "shop").rmdir()
    await store.refresh()
    assert set(store.agents) == {"other"}


async def test_a_broken_experiment_keeps_both_versions(tmp_path: Path) -> None:
    write(tmp_path)
    store = AgentStore(tmp_path)
    write(tmp_path, changed("greeting: 7"))
    assert await store.refresh() == set()
    assert [store.agents[key].file.greeting for key in ("shop", "shop~b")] == [
        "Hello, this is Shop.",
        "Shop, hello!",
    ]
    with pytest.raises(AgentFileError, match=r"agent\.yaml:16: experiment\.change\.greeting"):
        load_agent(tmp_path / "shop")
