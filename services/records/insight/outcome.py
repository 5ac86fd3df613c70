"""What became of a call, for who called and for the company."""

from collections.abc import Callable
from typing import Literal, get_args

from records.insight.course import LOST, Course, Said
from records.insight.words import is_afterword, offers_person, wants_person

Outcome = Literal["resolved", "handed_over", "message_taken", "abandoned", "unknown_answer", "failed"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
CONTAINED: tuple[Outcome, ...] = ("resolved", "message_taken")
"""What the agent deals with by itself, as the dashboard Conversations has it."""

UNKNOWN = ("unknown", "refused")
"""How sure answers are that are none; see `parley_answers_refused_total` for the second."""
_GAVE_UP = {"caller_hung_up", "visitor_left", "silent", "machine"}
_REACHES = {"started", "connected"}
_BROKE = {"failed", "stopped", LOST, "unacknowledged"}


def outcome(course: Course) -> Outcome:
    """The first of these that is so: people have it, the company has a message, it broke off, people were wanted in
    vain, what was asked was not known, the caller gave up; else it is resolved.
    """
    first: tuple[tuple[Outcome, Callable[[Course], bool]], ...] = (
        ("handed_over", _is_handed_over),
        ("message_taken", _has_message),
        ("failed", _broke_off),
        ("abandoned", _wanted_people_in_vain),
        ("unknown_answer", _is_unknown),
        ("abandoned", _gave_up),
    )
    return next((name for name, is_so in first if is_so(course)), "resolved")


def _has_message(course: Course) -> bool:
    return bool(course.messages) or course.ended == "voicemail"


def _broke_off(course: Course) -> bool:
    """Whether it broke, or was never taken but by who gave up."""
    return course.ended in _BROKE or not (course.began or course.ended in _GAVE_UP)


def _is_handed_over(course: Course) -> bool:
    """Whether people had the caller, who has not gone on with the agent after that."""
    if course.ended == "transferred":
        return True
    reached = [step for step in course.people if step.what == "connected"]
    back = [step.at for step in course.people if reached and step.at > reached[-1].at]
    return bool(reached) and not (back and any(line.begin > back[0] for line in course.wishes))


def _gave_up(course: Course) -> bool:
    """Whether the caller was gone before there was an answer."""
    if course.ended not in _GAVE_UP:
        return False
    wanted = course.wishes
    if course.keys and not wanted:
        return not any(line.who == "agent" for line in course.said)
    return not (wanted and _is_answered(course, wanted[-1]))


def _wanted_people_in_vain(course: Course) -> bool:
    """Whether people were the last thing that the caller wanted; that they were not reached, is known already."""
    missed = [step.at for step in course.people if step.what not in _REACHES]
    missed += [line.end for line in course.callers if wants_person(line.text)]
    return bool(missed) and not any(line.begin > max(missed) for line in course.wishes)


def _is_answered(course: Course, line: Said) -> bool:
    """Whether the agent or a person said something after it, and not only offered people."""
    return any(
        other.who == "person" or (other.who == "agent" and not offers_person(other.text))
        for other in course.said
        if other.end > line.end
    )


def _is_unknown(course: Course) -> bool:
    """What was asked last was not known, or half of what was asked."""
    wanted = course.wishes
    if wanted and len(wanted) > 1 and is_afterword(wanted[-1].text):
        wanted.pop()
    unknown = [line.register in UNKNOWN for line in wanted]
    return bool(unknown) and (unknown[-1] or 2 * sum(unknown) >= len(unknown))
