"""What people ask of chats by the API: take one, write in it, give it back, close it. A gateway answers likewise."""

import time

from chat.talk.house import House
from chat.talk.talk import Talk
from parley import log
from parley.agents.actions import Action
from parley.bus import BusError
from parley.messages import Command, CommandAnswer, Verb
from parley.outside.commands import Commands

_WHY: dict[Verb, str] = {
    "take": "a person has the chat already",
    "give_back": "no person has the chat",
    "say": "there are no words to say",
    "skip": "what was written stays",
}

_log = log.get("steering")


class Refused(Exception):
    """A command that cannot be done now; its text says why."""


async def obey(house: House, commands: Commands, command: Command) -> None:
    """Do what is asked, and answer it."""
    talk = house.talk(command.call)
    reason = ""
    if talk is None or talk.phase == "ended":
        result = "gone"
    else:
        try:
            _do(talk, command)
            result = "done"
            talk.emit("command", at=None, verb=command.verb)
        except Refused as refusal:
            result, reason = "refused", str(refusal)
    _log.info("commanded", call=command.call, verb=command.verb, outcome=result, reason=reason)
    try:
        await commands.answer(
            CommandAnswer(call=command.call, id=command.id, result=result, reason=reason)  # type: ignore[arg-type]
        )
    except BusError as error:
        _log.warning("who asked is not told what became of it", call=command.call, error=str(error))


def _do(talk: Talk, command: Command) -> None:
    if time.time() > command.until:
        raise Refused("it came too late")
    if command.verb in ("transfer", "language"):
        if talk.phase != "agent":
            raise Refused("the chat is with people, or on its way to them")
        (_transfer if command.verb == "transfer" else _language)(talk, command.value)
        return
    has_person = talk.phase == "person"
    match command.verb:
        case "take" if not has_person:
            talk.desk.take()
        case "give_back" if has_person:
            talk.desk.give_back()
        case "say" if words := command.value.strip():
            (talk.say if has_person else talk.tell)(words)
        case "hangup":
            talk.end("closed") if has_person else talk.leave()
        case _:
            raise Refused(_WHY.get(command.verb, "that can be asked of calls alone"))


def _transfer(talk: Talk, target: str) -> None:
    file = talk.agent.file
    if target and target not in file.targets:
        raise Refused(f"there is no such target; the agent has {', '.join(sorted(file.targets)) or 'none'}")
    if not (target or file.person or file.targets):
        raise Refused("the agent has nobody to give chats to")
    talk.guide.transfer(target)


def _language(talk: Talk, code: str) -> None:
    if code not in talk.agent.file.all_languages:
        raise Refused(f"the agent speaks {', '.join(sorted(talk.agent.file.all_languages))}")
    talk.guide.do(Action("language", code))
