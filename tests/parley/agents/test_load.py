"""Loading agents, and the check of them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from parley.agents import by_extension, load_agent, load_agents
from parley.agents.__main__ import main
from parley.errors import AgentFileError

ROOT = Path(__file__).parents[3]
GOOD = """\
company: TechStore
extensions: ["100", "+4930123"]
greeting: Hello!
persona: You are Sam.
"""
MENU = """\
menus:
  main:
    say: Press 1 or 2.
    options:
      "1": {to: back}
      "2": {to: agent}
"""
TRUNK = """\
targets:
  house: {name: the house, trunk: "+49301"}
"""


def write(folder: Path, text: str = GOOD, **knowledge: str) -> Path:
    (folder / "knowledge").mkdir(parents=True)
    (folder / "agent.yaml").write_text(text, encoding="utf-8")
    for name, words in knowledge.items():
        (folder / "knowledge" / f"{name}.md").write_text(words, encoding="utf-8")
    return folder


def test_a_good_agent(tmp_path: Path) -> None:
    agent = load_agent(write(tmp_path / "techstore"))
    assert (agent.name, agent.file.company, agent.file.extensions) == (
        "techstore",
        "TechStore",
        ("100", "+4930123"),
    )
    assert agent.folder == tmp_path / "techstore"
    assert (agent.file.language, agent.file.voice, agent.file.vocabulary) == ("en", "", ())
    assert agent.file.farewell
    assert agent.file.apology
    assert agent.file.prompt


@pytest.mark.parametrize(
    ("field", "place", "code"),
    [
        (r'farewell: "Bye \ud83d"', "farewell", "U+D83D"),
        (r'farewell: "Bye\0"', "farewell", "U+0000"),
        (r'farewell: "Bye\e[31m"', "farewell", "U+001B"),
        (r'vocabulary: [XPS, "evil\u202Egnp"]', "vocabulary[1]", "U+202E"),
        (r'targets: {"sa\ud800les": {name: us, extension: "1"}}', "targets.sa?les", "U+D800"),
    ],
)
def test_a_character_that_nobody_can_say_is_named_with_its_field(
    tmp_path: Path, field: str, place: str, code: str
) -> None:
    with pytest.raises(AgentFileError) as wrong:
        load_agent(write(tmp_path / "shop", f"{GOOD}{field}\n"))
    assert wrong.value.line == 5
    assert f"{place}: holds {code}, which" in str(wrong.value)
    str(wrong.value).encode()  # it is printed


def test_letters_of_all_kinds_and_lines_are_no_strange_characters(tmp_path: Path) -> None:
    text = f"{GOOD}farewell: |\n  Tschüß, 🙂 مرحبا\u200e!\n  \tBye.\n"
    assert "🙂" in load_agent(write(tmp_path / "shop", text)).file.farewell


def test_an_agent_needs_no_knowledge(tmp_path: Path) -> None:
    (tmp_path / "agent.yaml").write_text(GOOD)
    assert load_agent(tmp_path).file.company == "TechStore"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (GOOD.replace("greeting: Hello!\n", ""), 1, "required field `greeting`"),
        (GOOD.replace("Hello!", "[1]"), 3, "greeting: Expected `str`"),
        (GOOD.replace("Hello!", ""), 3, "greeting: Expected `str`, got `null`"),
        (GOOD.replace("Hello!", '""'), 3, "greeting: Expected `str` of length >= 1"),
        (GOOD.replace('["100", "+4930123"]', "[]"), 2, "extensions: Expected `array` of length >= 1"),
        (GOOD.replace('"100"', "100"), 2, "extensions[0]: Expected `str`, got `int`"),
        (GOOD.replace('"100"', '"1 0 0"'), 2, "extensions[0]: Expected `str` matching regex"),
        (GOOD + "language: english\n", 5, "language: Expected `str` matching regex"),
        (GOOD + "voices: joe\n", 5, "voices: Object contains unknown field `voices`"),
        (GOOD + MENU.replace("to: agent", "to: 1"), 10, "menus.main.options.2.to: Expected `str`, got `int`"),
        (
            GOOD + MENU.replace("to: agent", "go: agent"),
            10,
            "menus.main.options.2.go: Object contains unknown",
        ),
        (GOOD + MENU.replace('"2":', "2:"), 10, "menus.main.options.2: Expected `str`, got `int`"),
        (GOOD + MENU.replace('"2":', "b:"), 10, "menus.main.options.b: Expected `str` matching regex"),
        (GOOD + MENU.replace("to: agent", "to: menu:x"), 10, "menus.main.options.2.to: there is no menu x"),
        (GOOD + "lines: {wrong: x}\n", 5, "lines.wrong: Invalid enum value"),
        (GOOD + "greeting: again\n", 5, "greeting: stands here for the second"),
        (GOOD + "greeting: [\n", 6, "not YAML"),
        (GOOD + "  bad: indent\n", 5, "not YAML"),
        (GOOD.replace("Hello!", "\x07"), None, "not YAML"),
        (GOOD.replace("Hello!", "2024-13-45"), None, "not YAML"),
        (GOOD.replace("Hello!", "!!python/object:os.system x"), 3, "not YAML"),
        (GOOD.replace('"100"', '"100\\n"'), 2, "extensions[0]: Expected `str` matching regex"),
        (
            GOOD + TRUNK.replace("+49301", "+49301\\n"),
            6,
            "targets.house.trunk: Expected `str` matching regex",
        ),
        (GOOD + TRUNK.replace("+49301", "*21"), 6, "targets.house.trunk: Expected `str` matching regex"),
        ("", None, "Expected `object`, got `null`"),
        ("- 1\n", 1, "Expected `object`, got `array`"),
    ],
)
def test_a_broken_file_names_file_line_and_field(
    tmp_path: Path, text: str, line: int | None, words: str
) -> None:
    folder = write(tmp_path / "a", text)
    with pytest.raises(AgentFileError) as caught:
        load_agent(folder)
    place = f"{folder}/agent.yaml:{line}: " if line else f"{folder}/agent.yaml: "
    assert str(caught.value).startswith(place)
    assert words in str(caught.value)
    assert caught.value.line == line


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(AgentFileError, match="No such file"):
        load_agent(tmp_path)
    (tmp_path / "agent.yaml").write_bytes(b"company: \xff\n")
    with pytest.raises(AgentFileError, match="not UTF-8"):
        load_agent(tmp_path)


BOMB = "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{p: *a{n - 1}, q: *a{n - 1}}}\n" for n in range(1, 41))
"""Two kilobytes that are a trillion values."""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD + BOMB, "more than 50000 values"),
        (BOMB.replace("p: *", "<<: *"), "more than 50000 values"),
        (GOOD + "keys: &keys {own: *keys}\n", "5: a value that holds itself"),
        (GOOD + "keys: " + 5000 * "[" + 5000 * "]", "nested too deeply"),
        (GOOD + 30_000 * "# A line.\n", "longer than 256000 bytes"),
    ],
)
def test_a_file_that_would_keep_a_service_busy_is_refused_and_named(
    tmp_path: Path, text: str, words: str
) -> None:
    write(tmp_path / "bomb", text)
    write(tmp_path / "good")
    agents, (error,) = load_agents(tmp_path)
    assert list(agents) == ["good"]
    assert str(error).startswith(f"{tmp_path}/bomb/agent.yaml:")
    assert words in str(error)


def test_a_value_may_be_named_more_than_once(tmp_path: Path) -> None:
    agent = load_agent(write(tmp_path / "a", GOOD.replace("Hello!", "&hello Hello!") + "prompt: *hello\n"))
    assert agent.file.prompt == "Hello!"


def test_a_broken_agent_does_not_keep_the_others(tmp_path: Path) -> None:
    write(tmp_path / "a")
    write(tmp_path / "b", "company: [")
    (tmp_path / "README.md").write_text("not an agent")
    agents, errors = load_agents(tmp_path)
    assert list(agents) == ["a"]
    assert [error.path.parent.name for error in errors] == ["b"]


def test_an_extension_has_one_agent(tmp_path: Path) -> None:
    write(tmp_path / "a")
    write(tmp_path / "b")
    agents, errors = load_agents(tmp_path)
    assert list(agents) == ["a"]
    assert "is already answered by a" in str(errors[0])
    assert (errors[0].field, errors[0].line) == ("extensions[0]", 2)


def test_another_agent_that_is_named_must_be_there(tmp_path: Path) -> None:
    write(tmp_path / "a", GOOD + MENU.replace("to: agent", "to: agent:b"))
    _, errors = load_agents(tmp_path)
    assert str(errors[0]).endswith("agent.yaml:10: menus.main.options.2.to: there is no agent b")
    write(tmp_path / "b", GOOD.replace('"100", "+4930123"', '"200"'))
    assert load_agents(tmp_path)[1] == []


def test_no_agents(tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "missing"):
        agents, errors = load_agents(root)
        assert agents == {}
        assert "there is no agent here" in str(errors[0])


def test_an_agent_is_found_by_its_extension(tmp_path: Path) -> None:
    write(tmp_path / "a")
    agents, _ = load_agents(tmp_path)
    found = by_extension(agents, "+4930123")
    assert found is agents["a"]
    assert by_extension(agents, "10") is None
    assert by_extension({}, "100") is None


@pytest.mark.parametrize("dialled", ["004930123456", "030123456", "30123456", "4930123456", "+49 30 123456"])
def test_an_agent_is_found_by_its_number_however_it_is_written(tmp_path: Path, dialled: str) -> None:
    write(tmp_path / "a", GOOD.replace("+4930123", "+4930123456"))
    agents, _ = load_agents(tmp_path)
    assert by_extension(agents, dialled) is agents["a"]
    assert agents["a"].answered_as(dialled) == "+4930123456"
    assert by_extension(agents, "030123457") is None


def test_a_number_without_a_country_is_the_agents(tmp_path: Path) -> None:
    write(tmp_path / "a", GOOD.replace("+4930123", "0312345678") + "country: CH\n")
    agents, errors = load_agents(tmp_path)
    assert errors == []
    assert by_extension(agents, "+41312345678") is agents["a"]
    write(tmp_path / "nowhere" / "a", GOOD + "country: XX\n")
    assert "country: there is no country XX" in str(load_agents(tmp_path / "nowhere")[1][0])


def test_two_agents_cannot_have_one_number_in_two_forms(tmp_path: Path) -> None:
    write(tmp_path / "a", GOOD.replace("+4930123", "+4930123456"))
    write(tmp_path / "b", GOOD.replace('"100", "+4930123"', '"030123456"') + "country: DE\n")
    agents, errors = load_agents(tmp_path)
    assert list(agents) == ["a"]
    assert "030123456 is already answered by a" in str(errors[0])


@pytest.mark.parametrize("taken", ["600", "1001"])
def test_an_extension_that_no_telephone_would_reach_is_refused(tmp_path: Path, taken: str) -> None:
    write(tmp_path / "a", GOOD.replace("100", taken))
    assert f"extensions[0]: {taken} is" in str(load_agents(tmp_path)[1][0])


def test_the_check_of_good_agents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "a")
    assert main(["agents", str(tmp_path)]) == 0
    assert capsys.readouterr() == ("a: TechStore, answers 100, +4930123\n", "")


def test_the_check_prints_every_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "a", "company: [")
    write(tmp_path / "b", "company: 1")
    write(tmp_path / "c")
    assert main(["agents", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("c: ")
    assert len(err.splitlines()) == 2


def test_the_check_as_a_command(tmp_path: Path) -> None:
    write(tmp_path / "agents" / "a", GOOD.replace("Hello!", "7"))
    done = subprocess.run(
        [sys.executable, "-m", "parley.agents"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT / "services")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "agents/a/agent.yaml:3: greeting: Expected `str`, got `int`\n"


def test_the_agents_of_the_project_are_good() -> None:
    agents, errors = load_agents(ROOT / "agents")
    assert errors == []
    assert by_extension(agents, "100") is not None
