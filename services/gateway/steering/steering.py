"""Commands to calls from outside, such as a CRM's: each is done at once or refused, and answered."""

import asyncio
import time

from prometheus_client import Counter

from gateway.calls.call import Call
from gateway.calls.switchboard import Switchboard
from gateway.turns.events import State
from parley import log
from parley.agents.actions import Action
from parley.bus import BusError
from parley.messages import Command, CommandAnswer
from parley.outside.commands import Commands

COMMANDS = Counter(
    "parley_commands_total",
    "Commands to calls from outside, by what they ask and what became of them.",
    ["kind", "outcome"],
)

_log = log.get("steering")


class Refused(Exception):
    """A command that cannot be done now; its text says why."""


class Steering:
    """Obeys commands. What breaks one reaches neither its call nor the others."""

    def __init__(self, switchboard: Switchboard, commands: Commands) -> None:
        self._switchboard = switchboard
        self._commands = commands
        self._tasks: set[asyncio.Task[None]] = set()

    def on_command(self, command: Command) -> None:
        """Do what is asked, and have it answered: nobody waits for Redis here."""
        result, reason = "done", ""
        call = self._switchboard.call(command.call)
        if call is None:
            result = "gone"
        else:
            try:
                _obey(call, command)
            except Refused as refusal:
                result, reason = "refused", str(refusal)
            except Exception:
                _log.exception("a command broke", call=command.call, verb=command.verb)
                result, reason = "refused", "the gateway is at fault; its log says more"
        COMMANDS.labels(command.verb, result).inc()
        _log.info("commanded", call=command.call, verb=command.verb, outcome=result, reason=reason)
        answer = CommandAnswer(call=command.call, id=command.id, result=result, reason=reason)  # type: ignore[arg-type]
        task = asyncio.create_task(self._answer(answer), name=f"answer-{command.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, answer: CommandAnswer) -> None:
        try:
            await self._commands.answer(answer)
        except BusError as error:
            _log.warning("who asked is not told what became of it", call=answer.call, error=str(error))


def _obey(call: Call, command: Command) -> None:
    """Do it; raise Refused when it cannot be done."""
    if time.time() > command.until:
        raise Refused("it came too late")
    if not call.talking:
        raise Refused("the call is not answered yet")
    if command.verb == "supervise":
        _supervise(call, command)
        return
    if call.handover.away or call.conversation.state is State.TRANSFERRING:
        raise Refused("the call is with people, or on its way to them")
    _do(call, command)
    call.conversation.emit("command", verb=command.verb)


def _supervise(call: Call, command: Command) -> None:
    """Have somebody of the company in the call by voice, also in one that people have."""
    if objection := call.supervision.ask(command.value, command.user, command.token):
        raise Refused(objection)


def _do(call: Call, command: Command) -> None:
    match command.verb:
        case "hangup":
            call.conversation.leave()
        case "say":
            if not command.value.strip():
                raise Refused("there are no words to say")
            call.conversation.tell(command.value.strip())
        case "skip":
            call.conversation.skip()
        case "transfer":
            _transfer(call, command.value)
        case "language":
            _language(call, command.value)
        case "note":
            _note(call, command.value.strip())
        case "take" | "give_back":
            raise Refused("that can be asked of chats; a call is given to people by a transfer")


def _language(call: Call, code: str) -> None:
    spoken = call.guide.main.file.all_languages
    if code not in spoken:
        raise Refused(f"the agent speaks {', '.join(sorted(spoken))}")
    call.guide.do(Action("language", code))


def _note(call: Call, text: str) -> None:
    """Tell the agent something that the caller does not hear; it is in the record as what it is."""
    if not text:
        raise Refused("there are no words to note")
    call.conversation.errands.remember("note", text)
    call.conversation.emit("note", text=text)


def _transfer(call: Call, target: str) -> None:
    file = call.conversation.agent.file
    if target and target not in file.targets:
        raise Refused(f"there is no such target; the agent has {', '.join(sorted(file.targets)) or 'none'}")
    if not (target or file.person or file.targets):
        raise Refused("the agent has nobody to give calls to")
    call.guide.transfer(target)
