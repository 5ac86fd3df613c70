"""What the peer is told."""

from pathlib import Path

import numpy as np

from bench.conversation.utterances import Saying, Utterance
from bench.peer import plan
from caller.sound.clip import Clip, from_wav
from parley.agents import load_agent

ROOT = Path(__file__).parents[3]


def test_a_prompt_has_every_fact_and_what_is_answered_word_by_word() -> None:
    agent = load_agent(ROOT / "agents" / "techstore")
    facts = plan.facts_of(agent)
    told = plan.prompt(agent, facts)
    assert len(facts) > 20
    assert all(f"- {fact}\n" in told for fact in facts)
    assert "help@techstore.example" in told
    assert "A colleague will look after you" not in told, "that leads to somebody else"


def test_a_recording_says_where_there_is_voice_in_it(tmp_path: Path) -> None:
    tone = np.sin(np.arange(8_000) / 8_000 * 2 * np.pi * 440)
    quiet = np.zeros(4_000)
    clip = Clip(np.rint(8_000 * np.concatenate([quiet, tone, quiet])).astype(np.int16), 8_000)
    kept = plan.recording(clip, tmp_path, "a.wav")
    assert abs(kept["voice_start_s"] - 0.5) < 0.03
    assert abs(kept["voice_end_s"] - 1.5) < 0.03
    assert from_wav(tmp_path / "a.wav").rate == 16_000


def test_only_what_is_measured_has_a_number() -> None:
    utterance = Utterance(agent="a", kind="follow_up", after="And before?", text="And then?", answer=("5",))
    before, measured = Saying(7, utterance, "And before?"), Saying(7, utterance, "And then?")
    made = plan.call("You are nice.", [(before, {"clip": "a"}), (measured, {"clip": "b"})])
    assert [turn["number"] for turn in made["turns"]] == [None, 7]
    assert made["turns"][1]["clip"] == "b"
