"""Call scripts: what is good, and what each mistake is called."""

from pathlib import Path

import msgspec
import pytest

from caller.errors import ScriptError
from caller.script import Script, Step, asks_to_wait, extension_of, load_script, missing

SHIPPED = Path(__file__).parents[2] / "services" / "caller" / "scripts"


def written(folder: Path, text: str) -> Path:
    path = folder / "call.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda p: p.stem)
def test_shipped_scripts_are_good(path: Path):
    assert load_script(path).steps


def test_the_default_script_has_three_turns_and_a_goodbye():
    script = load_script(SHIPPED / "techstore.yaml")
    assert sum(step.needs_answer for step in script.steps) == 3
    assert script.steps[-1].expect_hangup


def test_a_full_script(tmp_path: Path):
    (tmp_path / "a.wav").touch()
    script = load_script(
        written(
            tmp_path,
            """
            extension: "100"
            user: "1001"
            codec: g722
            silence: 0.7
            steps:
              - {say: "Hello [0.5] there", expect: [hi]}
              - {wav: a.wav, interrupt_after: 1.5}
              - {press: "1#", answered: false}
              - {wait: 2}
              - {say: Bye, expect_hangup: true}
            """,
        )
    )
    assert (script.codec, script.user, script.silence) == ("g722", "1001", 0.7)
    assert [step.needs_answer for step in script.steps] == [True, True, False, False, True]
    assert [step.speaks for step in script.steps] == [True, True, False, False, True]


@pytest.mark.parametrize(
    ("text", "field", "reason"),
    [
        ("steps: []\nagent: a", "steps", "length >= 1"),
        ("agent: a", "", "missing required field `steps`"),
        ("steps: [{say: hi}]", "", "needs agent or extension"),
        (
            "agent: a\nsteps: [{say: hi, wait: 1}]",
            "steps[0]",
            "exactly one of say, wav, press, wait, has say, wait",
        ),
        ("agent: a\nsteps: [{expect: [x]}]", "steps[0]", "has none"),
        ("agent: a\nsteps: [{sya: hi}]", "steps[0]", "unknown field `sya`"),
        ("agent: a\nsteps: [{press: 12x}]", "steps[0].press", "matching regex"),
        ("agent: a\nsteps: [{say: hi}, {wait: -1}]", "steps[1].wait", "> 0"),
        ("agent: a\nsteps: [{wait: 1, interrupt_after: 1}]", "steps[0]", "say, wav or press only"),
        ("agent: a\nsteps: [{wait: 1, expect: [x]}]", "steps[0]", "no answer is needed"),
        ("agent: a\ncodec: mp3\nsteps: [{say: hi}]", "codec", "invalid enum value 'mp3'"),
        ("agent: a\nsteps: [{wav: gone.wav}]", "steps[0].wav", "no such file"),
        ("agent: [", "line 1", "not YAML"),
        ("- 1", "", "expected `object`"),
    ],
)
def test_a_mistake_is_named_with_file_and_field(tmp_path: Path, text: str, field: str, reason: str):
    path = written(tmp_path, text)
    with pytest.raises(ScriptError) as caught:
        load_script(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert reason in str(caught.value)
    if field != "line 1":
        assert caught.value.field == field
    assert "\n" not in str(caught.value)


def test_a_script_that_is_not_there(tmp_path: Path):
    with pytest.raises(ScriptError, match=r"gone\.yaml: No such file"):
        load_script(tmp_path / "gone.yaml")


def test_the_extension_is_the_scripts_or_the_agents(tmp_path: Path):
    folder = tmp_path / "agents" / "shop"
    folder.mkdir(parents=True)
    (folder / "agent.yaml").write_text("{company: S, extensions: ['123'], greeting: Hi, persona: P}")
    path = written(tmp_path, "agent: shop\nsteps: [{say: hi}]")
    assert extension_of(load_script(path), tmp_path / "agents", path) == "123"
    other = msgspec.structs.replace(load_script(path), extension="7")
    assert extension_of(other, tmp_path / "agents", path) == "7"
    with pytest.raises(ScriptError, match=r"nobody.*agent\.yaml"):
        extension_of(
            msgspec.structs.replace(other, extension=None, agent="nobody"), tmp_path / "agents", path
        )


@pytest.mark.parametrize(
    ("step", "heard", "lacking"),
    [
        (Step(say="x", expect=("ten", "10")), "From 10 a.m.", []),
        (Step(say="x", expect=("ten", "10")), "From 10AM.", []),
        (Step(say="x", expect=("ten", "10")), "From TEN to five", []),
        (Step(say="x", expect=("ten", "10")), "often, at 100", ["any of ten, 10"]),
        (Step(say="x", expect_all=("closed", "on Sunday")), "We're closed  on, Sunday.", []),
        (Step(say="x", expect_all=("closed", "Sunday")), "Open on Sunday", ["closed"]),
        (Step(say="x", expect=("don't",)), "I don’t know", []),
        (Step(say="x"), "", []),
    ],
)
def test_expected_words(step: Step, heard: str, lacking: list[str]):
    assert missing(step, heard) == lacking


@pytest.mark.parametrize(
    ("heard", "waits"),
    [
        ("One moment, please.", True),
        ("one moment", True),
        ("One moment, please. We open at ten.", False),
        ("In a moment.", False),
        ("", False),
    ],
)
def test_a_filler_is_no_answer(heard: str, waits: bool):
    script = Script(extension="100", steps=(Step(say="x"),))
    assert asks_to_wait(script, heard) is waits
