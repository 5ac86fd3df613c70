"""Questions about opening hours, by the agent's own clock."""

import datetime

import pytest

from agent.knowledge.answers.opening import answer
from parley.agents.schema import Hours

UTC = datetime.UTC
HOURS = Hours(
    timezone="Europe/Berlin",
    week={"mon-thu": ("08:00-12:00", "13:00-18:30"), "fri": ("08:00-14:00",), "sat": ("10:00-17:00",)},
    closed_dates=(datetime.date(2026, 12, 24),),
)
WEDNESDAY = datetime.datetime(2026, 12, 2, 10, 0, tzinfo=UTC)  # 11:00 in Berlin


def said(
    text: str, now: datetime.datetime = WEDNESDAY, language: str = "en", others: tuple[str, ...] = ()
) -> str:
    return answer(HOURS, text, now, language, others)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Are you open right now?", "Yes, today we are open until noon."),
        ("Are you open on Sunday?", "No, on Sunday we are closed."),
        ("I'd like to know whether you're open on Sunday.", "No, on Sunday we are closed."),
        ("What time do you close on Saturday?", "On Saturday we close at 5 p.m."),
        ("When do you open tomorrow?", "Tomorrow we open at 8 a.m."),
        ("When are you open on Friday?", "On Friday we are open from 8 a.m. to 2 p.m."),
        ("Are you open on Saturday?", "Yes, on Saturday we are open from 10 a.m. to 5 p.m."),
        ("Can I come by at half past six on Saturday?", "No, on Saturday we close at 5 p.m."),
        ("Could I drop in at four on Saturday afternoon?", "Yes, on Saturday we are open until 5 p.m."),
        (
            "Are you open at half past twelve tomorrow?",
            "No, tomorrow we are open from 8 a.m. to noon and from 1 p.m. to 6:30 p.m.",
        ),
        ("Are you open on Christmas Eve?", "No, on Thursday, December 24 we are closed."),
        ("Are you open on the 24th of December?", "No, on Thursday, December 24 we are closed."),
        ("How long until you close?", "We close at noon, in 1 hour."),
        (
            "What are your opening hours?",
            "We are open Monday to Thursday from 8 a.m. to noon and from 1 p.m. to 6:30 p.m., Friday from 8 a.m. to"
            " 2 p.m. and Saturday from 10 a.m. to 5 p.m.",
        ),
    ],
)  # fmt: skip
def test_what_is_reckoned(text: str, wanted: str) -> None:
    assert said(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Haben Sie jetzt offen?", "Ja, heute haben wir bis 12 Uhr geöffnet."),
        ("Haben Sie am Sonntag geöffnet?", "Nein, am Sonntag haben wir geschlossen."),
        ("Wann schließen Sie am Samstag?", "Am Samstag schließen wir um 17 Uhr."),
        (
            "Haben Sie an Heiligabend geöffnet?",
            "Nein, am Donnerstag, dem 24. Dezember, haben wir geschlossen.",
        ),
    ],
)
def test_german(text: str, wanted: str) -> None:
    assert said(text, language="de") == wanted


def test_over_lunch_it_opens_again_today_and_at_night_tomorrow() -> None:
    lunch = WEDNESDAY.replace(hour=11, minute=30)
    assert said("Are you open right now?", lunch) == (
        "No, we are closed at the moment. We open again today at 1 p.m."
    )
    night = WEDNESDAY.replace(hour=20)
    assert said("Is anybody there at the moment?", night).endswith("We open again tomorrow at 8 a.m.")


def test_the_clock_changes_with_summer_time() -> None:
    noon_utc = datetime.datetime(2026, 7, 1, 11, 30, tzinfo=UTC)  # 13:30 in Berlin
    assert said("Are you open right now?", noon_utc) == "Yes, today we are open until 6:30 p.m."


@pytest.mark.parametrize(
    ("timezone", "wanted"),
    [
        ("UTC", "Yes, today we are open until 8 p.m."),  # Wednesday
        ("Pacific/Kiritimati", "Yes, today we are open until 6 p.m."),  # Thursday, 0:00
        (
            "Etc/GMT+12",
            "No, we are closed at the moment. We open again tomorrow at 12 a.m.",
        ),  # Tuesday, 22:00
    ],
)
def test_the_weekday_is_the_agents(timezone: str, wanted: str) -> None:
    hours = Hours(timezone=timezone, week={"wed": ("00:00-20:00",), "thu": ("00:00-18:00",)})
    assert answer(hours, "Are you open right now?", WEDNESDAY, "en", ()) == wanted


def test_a_feast_that_nobody_entered_is_left_to_the_facts() -> None:
    assert said("Are you open on Boxing Day?") == ""


@pytest.mark.parametrize(
    "text",
    [
        "How much is a crown?",
        "Do you open bottles on Sunday for free?",
        "What is the pool's temperature on Sunday?",
    ],
)
def test_anything_else_is_not_reckoned(text: str) -> None:
    assert said(text, others=("bottl", "pool")) == ""


def test_a_part_of_the_company_may_have_hours_of_its_own() -> None:
    assert said("When are you open for rental on Sunday?", others=("rental",)) == ""


def test_without_hours_nothing_is_known() -> None:
    assert answer(None, "Are you open now?", WEDNESDAY, "en", ()) == ""
    assert answer(HOURS, "Are you open?", WEDNESDAY, "nl", ()) == ""
