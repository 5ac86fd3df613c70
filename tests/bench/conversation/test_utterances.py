"""What is said in which call."""

from collections import Counter

from bench.conversation.utterances import Utterance, asked_the_model, calls, read, round_of
from bench.instruments.corpus import DATA

PLAIN = Utterance(agent="a", kind="answerable", text="What does it cost?", answer=("5|five",), never=("6",))
NEXT = Utterance(
    agent="a", kind="follow_up", after="What does it cost?", text="And the other one?", answer=("7",)
)
NOTHING = Utterance(agent="a", kind="unanswerable", text="Who are you?")
OTHER = Utterance(agent="b", kind="answerable", text="Where?", answer=("here",))


def all_of_them() -> list[Utterance]:
    return read((DATA / "conversation_second.yaml").read_text(encoding="utf-8"))


def test_a_call_has_one_agent_and_three_utterances_at_most() -> None:
    made = calls([PLAIN, NEXT, NOTHING, PLAIN, OTHER])
    assert [[saying.text for saying in call] for call in made] == [
        ["What does it cost?", "What does it cost?", "And the other one?", "Who are you?"],
        ["What does it cost?"],
        ["Where?"],
    ]
    assert [saying.measured for saying in made[0]] == [True, False, True, True]
    assert [saying.number for saying in made[0]] == [0, 1, 1, 2]


def test_every_utterance_is_measured_once() -> None:
    utterances = all_of_them()
    measured = [saying.utterance for call in calls(utterances) for saying in call if saying.measured]
    assert measured == utterances


def test_a_reply_is_judged_by_what_it_has() -> None:
    unknown = "I do not know that."
    assert PLAIN.judge("It costs 5 euros.", unknown) == "right"
    assert PLAIN.judge("It costs 5 or 6 euros.", unknown) == "wrong"
    assert PLAIN.judge("I do not know that.", unknown) == "unknown"
    assert PLAIN.judge("", unknown) == "open"
    assert NOTHING.judge("I do not know that.", unknown) == "unknown"
    assert NOTHING.judge("We are nice.", unknown) == "wrong"
    assert NOTHING.judge("Ask at the desk.", "Ask at the desk.") == "unknown", "the agent's own line for it"
    assert NOTHING.judge("Say that again?", unknown, "Say that again?") == "open", "no answer at all"


def test_of_mixed_callers_every_third_question_is_for_the_model() -> None:
    utterances = all_of_them()
    for_model = asked_the_model(utterances, [])
    for agent in ("techstore", "dental", "reception"):
        for number in range(8):
            known, mixed = (round_of(utterances, of, agent, number, for_model) for of in ("known", "mixed"))
            assert not any(saying.number in for_model for saying in known)
            assert Counter(saying.number in for_model for saying in mixed) == {False: 2, True: 1}
            assert {saying.utterance.agent for saying in known + mixed} == {agent}
            assert not any(saying.utterance.after for saying in known + mixed)


def test_what_is_for_the_model_was_answered_by_it_before_or_else_is_meant_for_it() -> None:
    advice = Utterance(agent="b", kind="model", text="Which one?", answer=("x",))
    utterances = [PLAIN, NEXT, NOTHING, OTHER, advice]
    samples = [
        {"said": u.text, "kind": kind} for u, kind in ((PLAIN, "model"), (NEXT, "model"), (OTHER, "known"))
    ]
    assert asked_the_model(utterances, samples) == [0, 4]
