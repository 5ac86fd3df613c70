"""Whether somebody of the company may be in a call by voice now. Pure."""

from dataclasses import dataclass

from parley.messages import SupervisionMode


@dataclass(frozen=True, slots=True)
class Situation:
    """What counts for that."""

    listening: str
    """What the agent's file says: `announced`, `silent`, `forbidden`."""
    with_people: bool
    """Whether people have the call, or are about to: the agent cannot say anything in it."""
    person: bool
    """Whether a person has it whose channel is known."""
    told: bool
    """Whether the caller knows that somebody listens."""
    taken_over: bool
    """Whether it was taken over from the agent, by who is in it."""


def objection(mode: SupervisionMode, now: Situation) -> str:
    """Why this may not be; empty: it may."""
    listens = mode != "take_over"
    reasons = (
        (now.taken_over, "somebody of the company has taken the call over"),
        (not listens and now.with_people, "people have the call, or are about to"),
        (listens and now.listening == "forbidden", "the agent's file forbids that anybody listens"),
        (
            mode == "whisper" and not now.person,
            "no person has the call; the agent is told something by a note",
        ),
        (
            listens and now.with_people and now.listening == "announced" and not now.told,
            "the caller cannot be told any more that somebody listens: people have the call",
        ),
    )
    return next((reason for holds, reason in reasons if holds), "")
