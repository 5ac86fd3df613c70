"""What a caller may choose when nobody takes the call: a menu made of the target's `unavailable`, and to be called
back. And whether they want to be sent a text, and to which number, or to be called back at the time that was
understood. Pure.
"""

import datetime
from collections.abc import Mapping
from typing import Literal

import msgspec

from gateway.keys.menus import Consent
from gateway.values import moments
from gateway.values.meant import beside_yes
from gateway.values.rows import Phone
from parley import languages
from parley.agents import Agent
from parley.agents.dialogue import Collect, Menu, Option
from parley.languages import LineName

Way = Literal["wait", "voicemail", "agent", "callback"]

OFFER = "offer"
"""The menu of a caller whose person is not there."""
ELSEWHERE = "3"
"""The key of a text at another number."""
TIMEOUT_S = 8.0
_TEXT, _ANYWHERE, _CALLBACK = "text:", "text-anywhere:", "callback:"
_KEYS: Mapping[Way, str] = {"wait": "1", "voicemail": "2", "agent": "3", "callback": "4"}
_LINES: Mapping[Way, LineName] = {
    "wait": "offer_wait",
    "voicemail": "offer_voicemail",
    "agent": "offer_agent",
    "callback": "offer_callback",
}


def with_offer(agent: Agent, target: str) -> dict[str, Menu]:
    """Return an agent's menus, and what is offered in place of a target among them, if anything is."""
    menu = offer(agent, target)
    return {**agent.file.menus, **({OFFER: menu} if menu is not None else {})}


def offer(agent: Agent, target: str) -> Menu | None:
    """Return the choices that the agent's file allows for a target, with `callback:` before it those of somebody who
    can be called back, a text (`text:name`, or `text-anywhere:name`, also at another number), or that they are called
    at a moment (`moments.named`); None: it allows none.
    """
    if target.startswith(_ANYWHERE):
        return _text(agent, target.removeprefix(_ANYWHERE), anywhere=True)
    if target.startswith(_TEXT):
        return _text(agent, target.removeprefix(_TEXT))
    name, moment = moments.parted(target.removeprefix(_CALLBACK))
    if moment is not None:
        return _moment(agent, name, moment)
    ways: tuple[Way, ...] = agent.file.targets[name].unavailable if name in agent.file.targets else ()
    if name != target:
        ways = (*ways, "callback")
    if not ways or name not in agent.file.targets:
        return None
    words = msgspec.structs.asdict(languages.get(agent.file.language).choices)
    to = {
        "wait": f"target:{name}",
        "voicemail": "voicemail",
        "agent": "agent",
        "callback": f"callback:{name}",
    }
    return Menu(
        say=" ".join(agent.line(_LINES[way]) for way in ways),
        options={_KEYS[way]: Option(to=to[way], label=way, words=words[way]) for way in ways},
        timeout_s=TIMEOUT_S,
        retries=1,
    )


def target_of(offered: str) -> str:
    """The target in whose place something was offered."""
    return moments.parted(offered.removeprefix(_CALLBACK))[0]


def _moment(agent: Agent, name: str, moment: datetime.datetime) -> Menu | None:
    """Yes and no; who says neither, twice, goes on with the agent and is not called."""
    if name not in agent.file.targets:
        return None
    to = f"{_CALLBACK}{moments.named(name, moment)}"
    options = {"1": Option(to=to, label="yes"), "2": Option(to="agent", label="no")}
    say = agent.line("callback_offer", value=moments.spoken(moment, agent.file.language))
    return Consent(say=say, options=options, timeout_s=TIMEOUT_S, retries=1, goes_on=True)


def instead(agent: Agent, offered: str, text: str, now: datetime.datetime) -> tuple[str, str] | None:
    """What is offered, after a remark, to somebody who says another time than was offered, or a number where none but
    their own gets the text, be it beside a yes; None: they say no such thing. `now` is in any time zone.
    """
    name, moment = moments.parted(offered.removeprefix(_CALLBACK))
    if moment is not None:
        new = moments.moved(text, agent.file.language, now.astimezone(moment.tzinfo), moment)
        if new.at is not None:
            return moments.named(name, new.at), ""
        return (offered, agent.line("callback_when")) if new.told else None
    own = offered.startswith(_TEXT) and _number(agent, text)
    return (offered, agent.line("text_not_there")) if own else None


def elsewhere(agent: Agent, offered: str, text: str) -> str:
    """What somebody says of the number to which a text is to go, who chooses that (`ELSEWHERE`) by it; empty: they do
    not.
    """
    return _number(agent, text) if offered.startswith(_ANYWHERE) else ""


def _number(agent: Agent, text: str) -> str:
    """A telephone number as it is said, without what stands before it; empty: none is."""
    language = agent.file.language
    left = beside_yes(text, language)
    while aside := languages.get(language).choices.around.begin(left.lower()):
        left = left[aside.end() :].strip(" ,.")
    return left if Phone(agent.country, language).said("", left).whole else ""


def asked_for(agent: Agent, name: str) -> Collect | None:
    """What a value is asked for by: agent.yaml has it, or it is the number that a text (`text:name`) is to go to; None:
    there is no such thing.
    """
    text = agent.file.texts.get(name.removeprefix(_TEXT)) if name.startswith(_TEXT) else None
    if text is None or not text.other_numbers:
        return agent.file.collect.get(name)
    return Collect(
        say=agent.line("text_which", target=text.name),
        kind="phone",
        confirm=agent.line("text_confirm", target=_literal(text.name), value="{value}"),
        then=f"send:{name.removeprefix(_TEXT)}",
        # It is somebody's who is not in the call.
        sensitive=True,
    )


def then(name: str, wanted: Collect, value: str) -> str:
    """What is done with a value, as an action: a text is sent to it."""
    return f"{wanted.then} {value}" if name.startswith(_TEXT) else wanted.then


def is_of_text(name: str) -> bool:
    """Whether a value is the number that a text is to go to, and none that agent.yaml asks for."""
    return name.startswith(_TEXT)


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _text(agent: Agent, name: str, *, anywhere: bool = False) -> Menu | None:
    """Yes, no, and `anywhere` another number; who says none of it, twice, goes on with the agent and gets nothing."""
    if name not in agent.file.texts:
        return None
    options = {"1": Option(to=f"send:{name}", label="yes"), "2": Option(to="agent", label="no")}
    if anywhere:
        words = languages.get(agent.file.language).choices.elsewhere
        options[ELSEWHERE] = Option(to=f"collect:{_TEXT}{name}", label="another number", words=words)
    say = agent.line("text_choose" if anywhere else "text_offer", target=agent.file.texts[name].name)
    return Consent(say=say, options=options, timeout_s=TIMEOUT_S, retries=1, goes_on=True)
