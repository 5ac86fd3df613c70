import pytest

from agent.wishes.intents import before_goodbye, is_goodbye


@pytest.mark.parametrize(
    "text",
    [
        "Bye.",
        "Bye bye!",
        "bye-bye",
        "Goodbye.",
        "Good bye",
        "By.",
        "No thanks, that's all, goodbye.",
        "No, thank you. That's all.",
        "No, that's all.",
        "That's all, thanks.",
        "That is all, thank you very much.",
        "Okay great, thank you so much for your help, bye!",
        "Alright then, bye now.",
        "Please hang up.",
        "Can you hang up now please",
        "Just hang up the phone.",
        "You can end the call now.",
        "Thanks. Have a nice day. Bye.",
        "I have to go, bye.",
        "I will think about it. Goodbye.",
        "I'll come by tomorrow, thanks, bye",
        "Nothing else, thank you",
        "Okay, see you.",
        "Good night.",
        "So, well, good bye then.",
        "How much is the, never mind, goodbye.",
        "What time do you... Forget it, bye.",
    ],
)
def test_takes_leave(text: str) -> None:
    assert is_goodbye(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "Do you sell the Goodbye Bear?",
        "Do you sell the song Goodbye",
        "She said goodbye.",
        "She said, goodbye.",
        "How do I say goodbye in French?",
        "Don't hang up.",
        "Please don't hang up!",
        "Don't. Hang up",
        "Why did you hang up?",
        "My phone hangs up all the time.",
        "How do I disconnect the charger?",
        "Thanks.",
        "Thank you very much.",
        "No.",
        "No thanks.",
        "Okay.",
        "That's it?",
        "Is that all?",
        "That's all I know about the laptop.",
        "That's all",
        "I want to buy it.",
        "Can I come by tomorrow?",
        "What about the by pass cable",
        "When do you close? Bye.",
        "Goodbye is the name of the album I want.",
        "Have a nice day.",
        "I see you have laptops.",
        "It's a good buy.",
        "What, bye",
    ],
)
def test_stays(text: str) -> None:
    assert not is_goodbye(text)


def test_what_is_taken_back_without_a_leave_is_none() -> None:
    assert not is_goodbye("Never mind. How much is the tablet?")
    assert not is_goodbye("How much is it, never mind")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            "How long do I have to bring back a laptop? Great, that's all I needed, goodbye!",
            "How long do I have to bring back a laptop?",
        ),
        ("Are you open today? Thanks, bye.", "Are you open today?"),
        ("How late are you open. Thank you very much, goodbye.", "How late are you open."),
        ("Thanks, goodbye!", ""),
        ("Are you open today? And on Sunday?", ""),
        ("What does it mean when you say goodbye?", ""),
        ("I will think about it. Bye!", ""),
    ],
)
def test_a_question_that_a_goodbye_follows(text: str, asked: str) -> None:
    assert before_goodbye(text) == asked
