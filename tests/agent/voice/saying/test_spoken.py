import pytest

from agent.voice.saying.spoken import words


def said(text: str) -> str:
    return " ".join(w.said for w in words(text) if w.said)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It costs $49.99.", "It costs 49 dollars 99."),
        ("It costs $25, or $1.", "It costs 25 dollars, or 1 dollar."),
        ("It costs $1,099!", "It costs 1,099 dollars!"),
        ("Only $4.05 or £0.50 or €3.00", "Only 4 dollars and 5 cents or 50 pence or 3 euros"),
        ("from 9 a.m. to 7 p.m. and", "from 9 eigh m to 7 p m and"),
        ("at 9 a.m.", "at 9 eigh m."),
        ("at 9:30 or 10:00 or 8:05", "at 9 30 or 10 o'clock or 8 oh 5"),
        ("at 10:00 AM, at 9:15pm", "at 10 eigh m, at 9 15 p m"),
        ("in 3-5 days", "in 3 to 5 days"),
        ("from 9:00–17:30", "from 9 o'clock to 17 30"),
        ("256GB and 65W", "256 gigabytes and 65 watts"),
        ('a 14" screen', "a 14 inch screen"),
        ("20% off", "20 percent off"),
        ("Call 555-0142.", "Call 5 5 5, 0 1 4 2."),
        ("help@techstore.example.", "help at techstore dot example."),
        ("see www.techstore.example", "see w w w dot techstore dot example"),
        ("a USB-C charger & Wi-Fi", "a u s b c charger and why fie"),
        ("Help - now", "Help now"),
        ("Order 44179, or 007.", "Order 4 4 1 7 9, or 0 0 7."),
        ("Order 44179123.", "Order 4 4 1, 7 9 1, 2 3."),
        ("1" + "0" * 15, "1 0 0, 0 0 0, 0 0 0, 0 0 0, 0 0 0, 0"),
        ("WWW.awww.example", "w w w dot awww dot example"),
        ("20000 or 12,500 people in 2026", "20,000 or 12,500 people in 2026"),
        ("It costs $1299.50 (approx. £20,000)", "It costs 1,299 dollars 50 about 20,000 pounds"),
        ("Dr. Ray, e.g. Mr. Lee vs. me", "doctor Ray, for example mister Lee versus me"),
        ("the FAQ", "the f eigh q"),
        ("I am here", "I am here"),
        ("(or not)", "or not"),
        ("It’s -5 degrees", "It's minus 5 degrees"),
        ("The Orbit 14, 24/7.", "The Orbit 14, twenty-four seven."),
        ("…", ""),
        ("", ""),
    ],
)
def test_said(text: str, expected: str) -> None:
    assert said(text) == expected


def test_written_words_are_kept() -> None:
    text = "It costs $49.99 - at 9:30 a.m. (really)"
    assert " ".join(w.written for w in words(text)) == text
