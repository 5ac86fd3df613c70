"""Events of calls as a gateway tells them, for what is made of them."""

from collections.abc import Sequence

from parley.messages import Event
from records.insight.course import Course, follow

START = 1_780_000_000.0


def event(kind: str, after: float, **data: object) -> Event:
    return Event(call="c1", kind=kind, at=START + after, data={"agent": "shop", **data})


def course(*events: Event, ended: str = "completed", after: float = 60.0, **told: object) -> Course:
    """A call that began, went so, and ended."""
    began = event("call_started", 0.0, caller="1001", extension="100")
    return follow([began, *events, event("call_ended", after, outcome=ended, **told)])


def caller(text: str, at: float, turn: int = 1, *, again: bool = False) -> list[Event]:
    """The caller speaks for a second, and is understood half a second later."""
    said = event("caller_said", at + 1.5, turn=turn, text=text, again=again)
    return [event("caller_speaks", at), said]


def agent(
    text: str, at: float, turn: int | None = None, wait: float = 0.8, *, unsure: str = ""
) -> list[Event]:
    """The agent speaks for two seconds: the answer to a turn whose voice ended `wait` before."""
    revision = int(at * 10)
    told = [
        event("agent_speaks", at, revision=revision),
        event("agent_said", at + 2, revision=revision, text=text, whole=True),
    ]
    if turn is not None:
        told.append(event("turn", at, turn=turn, revision=revision, voice_to_voice=wait))
    if unsure:
        question, register = unsure.split(": ")
        told.append(event("open_question", at, question=question, register=register, said=text))
    return told


def talk(*lines: tuple[str, str], unsure: dict[str, str] | None = None) -> list[Event]:
    """Lines of `caller` and `agent` in turn, five seconds each, the agent's after 0.8 s."""
    told: list[Event] = []
    turn, asked = 0, ""
    for place, (who, text) in enumerate(lines):
        at = 5.0 * place
        if who == "caller":
            turn, asked = turn + 1, text
            told += caller(text, at + 1, turn)
        else:
            register = (unsure or {}).get(asked, "")
            answers = turn if place and asked else None
            told += agent(text, at + 1, answers, unsure=f"{asked}: {register}" if register else "")
            asked = ""
    return told


def kinds(people: Course) -> Sequence[str]:
    return [step.what for step in people.people]
