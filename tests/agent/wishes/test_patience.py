"""Who wants to be waited for, and which machine lets the agent wait."""

import pytest

from agent.wishes.patience import is_held, is_voicemail, wants_wait


@pytest.mark.parametrize(
    "text",
    [
        "Hold on, I have to look for the receipt.",
        "Hold on.",
        "Just a second, please.",
        "One moment, let me get my glasses.",
        "Can you hold on a minute?",
        "Wait a minute, someone is at the door.",
        "Okay, give me a second.",
        "Bear with me.",
        "Let me look for it. One sec.",
        "Let me check my email.",
        "I have to look for the receipt, one second.",
        "Hang on a sec, my dog is barking.",
        "Um, let me think.",
        "Sorry, just a moment, I'm looking for my order number.",
    ],
)
def test_who_asks_to_wait(text: str) -> None:
    assert wants_wait(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Wait, do you repair phones?",
        "Hold on, that's wrong.",
        "One moment, what are your opening hours?",
        "How long do I have to wait?",
        "Please hold my table for a minute.",
        "Let me know when you are open.",
        "I waited a minute.",
        "Give me the price of the laptop.",
        "Two minutes.",
        "I need a new phone.",
        "Yes, please.",
    ],
)
def test_who_asks_for_something_else(text: str) -> None:
    assert not wants_wait(text)


@pytest.mark.parametrize(
    "text", ["Moment, ich muss den Beleg suchen.", "Einen Augenblick bitte.", "Warten Sie kurz."]
)
def test_who_asks_to_wait_in_german(text: str) -> None:
    assert wants_wait(text, "de")


@pytest.mark.parametrize("text", ["Warten Sie, wie teuer ist das?", "Ich muss zum Zahnarzt.", "Ja, bitte."])
def test_who_asks_for_something_else_in_german(text: str) -> None:
    assert not wants_wait(text, "de")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Please hold the line.", "en"),
        ("All our agents are currently busy. Please stay on the line.", "en"),
        ("Your call is important to us and will be answered in turn.", "en"),
        ("You are number three in the queue.", "en"),
        ("Bitte bleiben Sie in der Leitung.", "de"),
    ],
)
def test_a_machine_that_lets_the_agent_wait(text: str, language: str) -> None:
    assert is_held(text, language)


@pytest.mark.parametrize(
    "text", ["Thank you for waiting.", "When is the next available appointment?", "Hold on."]
)
def test_a_person_is_no_machine(text: str) -> None:
    assert not is_held(text)


def test_a_voicemail_is_known_by_what_it_says() -> None:
    assert is_voicemail("The person you are calling is not available. Please leave a message after the tone.")
    assert is_voicemail("Bitte hinterlassen Sie eine Nachricht nach dem Signalton.", "de")
    assert not is_voicemail("Can you take a message?")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wait, I need to know when you open.", "en"),
        ("Hold on, I have to ask you how much the tablet costs.", "en"),
        ("Moment, ich muss wissen, wann Sie öffnen.", "de"),
    ],
)
def test_who_asks_all_the_same_is_answered(text: str, language: str) -> None:
    assert not wants_wait(text, language)
