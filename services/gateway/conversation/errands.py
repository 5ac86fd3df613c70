"""What a conversation asks of the workers and tells Redis: in order, and in the background."""

import time
from collections.abc import Callable
from typing import Any, Literal

from gateway.conversation.jobs import Job, Jobs
from gateway.conversation.secrets import Secrets
from gateway.media.events import CallerAudio
from gateway.turns.actions import Reply, Transcribe
from gateway.turns.memory import CallerTurn
from parley import log
from parley.agents import Agent
from parley.bus import AGENT_JOBS, PARTIAL_JOBS, STT_JOBS, Bus
from parley.messages import Cancel, Channel, PartialJob, ReplyJob, Role, TranscribeJob
from parley.outside.outcomes import Outcome

_OUTCOME_S = 300.0
"""So long what is to be known after a call may be read, while callers come first."""
_log = log.get("errands")

OwnLine = Literal["greeting", "apology", "prompt", "filler", "farewell", "line", "summary"]


class Errands:
    """Queues up what has to do with Redis, until `run` carries it out."""

    def __init__(
        self, bus: Bus, gateway: str, call: str, agent: Agent, *, channel: Channel = "voice"
    ) -> None:
        """`channel`: how answers are to come."""
        self._bus = bus
        self._channel = channel
        self._gateway = gateway
        self._call = call
        self.agent = agent
        """Who answers from now on."""
        self._jobs = Jobs(call)
        self.said = ""
        """What the caller said or typed last; empty where another gateway had the call then."""
        self.secrets = Secrets()
        """What no event may tell."""
        self.on_change: Callable[[], None] = lambda: None
        """Called with all that is asked for but audio: the call may be somewhere else after it."""

    @property
    def stalled(self) -> bool:
        """Whether Redis takes nothing at the moment: no answer can come."""
        return self._jobs.stalled

    def become(self, agent: Agent) -> None:
        """Have another agent answer from now on."""
        self.agent = agent

    def open(self, **fields: str | int | float) -> None:
        """Have Redis know of the call, before anything else of it."""
        name = self.agent.name
        self._later(lambda: self._bus.open_call(self._call, agent=name, **fields))

    def append_audio(self, event: CallerAudio) -> None:
        """Add to what the workers can hear of the caller."""
        self._jobs.add_passing(lambda: self._bus.append_audio(self._call, event.first_sample, event.pcm))

    def transcribe(self, action: Transcribe, *, heard: str, reply: bool, hint: str = "") -> None:
        """Have the caller's words written down, and answered when `reply` is set; `heard` is what interrupts, `hint`
        what is likely to be said: before the agent's vocabulary, of which a recogniser may take only the beginning.
        """
        job = TranscribeJob(
            call=self._call,
            gateway=self._gateway,
            agent=self.agent.key,
            turn=action.turn,
            revision=action.revision,
            start_sample=action.start,
            end_sample=action.end,
            queued_at=time.time(),
            language=self.agent.file.language,
            vocabulary=", ".join(filter(None, (hint, *self.agent.file.vocabulary))),
            heard=heard,
            repeats=action.repeats,
            reply=reply,
            written=action.written.text if action.written else "",
            written_to=action.written.end if action.written else 0,
        )
        self._ask(lambda: self._bus.publish(STT_JOBS, job))

    def reply(self, action: Reply) -> None:
        """Have the caller's words answered, which are known already."""
        job = ReplyJob(
            call=self._call,
            gateway=self._gateway,
            agent=self.agent.key,
            turn=action.turn,
            revision=action.revision,
            queued_at=time.time(),
            text=action.text,
            remark=action.remark,
            language=self.agent.file.language,
            repeats=action.repeats,
            channel=self._channel,
        )
        self._ask(lambda: self._bus.publish(AGENT_JOBS, job))

    def own_line(self, kind: OwnLine) -> str:
        """The words of the agent's own line of this name, in the language of the call."""
        file = self.agent.file
        lines = {"greeting": file.greeting, "apology": file.apology, "prompt": file.prompt}
        return lines.get(kind, file.farewell if kind == "farewell" else "")

    def write_down_so_far(
        self, turn: int, caller: CallerTurn, *, heard: str, hushed: bool, prepare: bool
    ) -> None:
        """Have the words written down that the caller has said so far; see PartialJob."""
        job = PartialJob(
            call=self._call,
            gateway=self._gateway,
            agent=self.agent.key,
            turn=turn,
            start_sample=caller.start,
            queued_at=time.time(),
            language=self.agent.file.language,
            heard=heard,
            repeats=caller.repeats,
            hushed=hushed,
            prepare=prepare,
        )
        self._ask(lambda: self._bus.publish(PARTIAL_JOBS, job))

    def order(self, kind: OwnLine, turn: int, revision: int, text: str = "", caller: str = "") -> None:
        """Have a line of the agent's own made into speech."""
        job = ReplyJob(
            call=self._call,
            gateway=self._gateway,
            agent=self.agent.key,
            turn=turn,
            revision=revision,
            queued_at=time.time(),
            kind=kind,
            text=text,
            caller=caller,
            language=self.agent.file.language,
        )
        self._ask(lambda: self._bus.publish(AGENT_JOBS, job))

    def remember(self, role: Role, text: str, replaces: str = "") -> None:
        """Add to the history of the call, in place of the words `replaces` if there are any."""
        self._later(lambda: self._bus.add_history(self._call, role, text, replaces))

    def note(self, turn: int, text: str, repeats: str = "") -> None:
        """Remember what the caller said or typed, and tell of it; `repeats` are words before that it begins with."""
        self.said = text
        self.remember("user", text, repeats)
        self.emit("caller_said", turn=turn, text=text, again=bool(repeats))

    def cancel(self, cancel: Cancel) -> None:
        """Tell the workers which revisions are stale."""
        self._later(lambda: self._bus.cancel(cancel))

    def emit(self, kind: str, *, at: float | None = None, **data: object) -> None:
        """Tell the `events` stream, after everything before, what happens now or did `at` (monotonic seconds)."""
        when = time.time() - (0.0 if at is None else time.monotonic() - at)
        name = self.agent.name  # now: when Redis is told, the call may have another one
        data = {field: self.secrets.masked(value) for field, value in data.items()}
        self._later(lambda: self._bus.emit(kind, self._call, at=when, agent=name, **data))

    def _ask(self, job: Job) -> None:
        self._jobs.add_passing(job)
        self.changed()

    def _later(self, job: Job) -> None:
        self._jobs.add(job)
        self.changed()

    async def run(self) -> None:
        """Carry everything out, until all has been after `close`."""
        await self._jobs.run()

    def drop_audio(self) -> None:
        """Forget the caller's voice: nobody will write it down any more."""
        self._jobs.add(lambda: self._bus.drop_audio(self._call))

    def keep(self, state: bytes) -> None:
        """Keep what another gateway needs to go on with the call."""
        self._jobs.add(lambda: self._bus.keep_state(self._call, state))

    def leave(self) -> None:
        """Say that nothing more will come from here: another gateway has the call."""
        self._jobs.close()

    def changed(self) -> None:
        """Say that the call may be somewhere else now."""
        self.on_change()

    def end(self, **told: Any) -> None:
        """Tell that the call is over, ask for what is to be known after it, and close."""
        # What is read is all that was said: no secret is to come into a record by that.
        wanted = self.agent.file.outcome is not None and not self.secrets.told
        follows: dict[str, Any] = {"outcome_follows": True} if wanted else {}
        self.emit("call_ended", **told, **follows)
        if wanted:
            now = time.time()
            language = self.agent.file.language
            outcome = Outcome(
                id=self._call, agent=self.agent.name, language=language, ended_at=now, until=now + _OUTCOME_S
            )
            self._later(lambda: self._ask_for(outcome))
        self.close()

    async def _ask_for(self, outcome: Outcome) -> None:
        if not await self._bus.commands().outcomes().leave(outcome):
            _log.warning("what is to be known of a call is not: too many wait", call=self._call)

    def close(self) -> None:
        """Say that nothing more will come. The caller's voice goes at once."""
        self._jobs.add(lambda: self._bus.close_call(self._call))
        self._jobs.close()
