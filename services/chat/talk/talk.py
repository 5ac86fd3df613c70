"""One conversation by text: what a visitor writes goes to menus and collects, to people, or to the agent worker.

It is the `Speech` of a guide, as the conversation of a call is: what is decided without the language model is decided
by the same code for both. What only a voice has, silences and interruptions among it, has no place here.
"""

import asyncio
import time
from contextlib import aclosing
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec

from chat import measures
from chat.talk.answering import show
from chat.talk.answers import parts
from chat.talk.board import Bell, Line
from chat.talk.desk import Desk
from chat.talk.keeper import Keeper
from chat.talk.kept import Kept, Phase, encode
from chat.talk.setting import Setting
from chat.watching import watched
from gateway.conversation.errands import Errands
from gateway.conversation.secrets import MASK
from gateway.keys.guide import Guide
from gateway.keys.offers import with_offer
from gateway.turns.actions import Reply
from gateway.turns.events import State
from parley import log
from parley.agents import Agent, find
from parley.messages import Cancel, ReplyAction

MOST_TURNS = 150
"""Answers of a chat whose agent's file says nothing of them, as of a call: two machines would write for ever."""
_KEYS = frozenset("0123456789*#")

_log = log.get("talk")


class Talk:
    """One conversation. What is written to it is dealt with by `run`, in order."""

    def __init__(self, chat: str, agent: Agent, kept: Kept, setting: Setting) -> None:
        self.id = chat
        self.kept = kept
        self.bell = Bell()
        self._setting, self._part = setting, agent.part
        self.errands = Errands(setting.bus, setting.name, chat, agent, channel="text")
        self.hide = self.errands.secrets.hide
        self.guide: Guide
        self.desk = Desk(kept, self, lambda: self.guide, setting.patience_s)
        self.guide = Guide(agent, partial(find, setting.agents), self, self.desk)
        self.last_said = self.last_heard = ""
        self._inbox: asyncio.Queue[str | None] = asyncio.Queue()
        self._keeper = Keeper(self._save)

    @property
    def agent(self) -> Agent:
        """Who speaks, in the language of the chat."""
        return self.errands.agent

    @property
    def phase(self) -> Phase:
        """Who has the chat."""
        return self.kept.phase

    @property
    def state(self) -> State:
        """Whose turn it is, as a guide asks for it."""
        return State.LISTENING if self.phase == "agent" else State.TRANSFERRING

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The keys of the menu that is open, each with what it stands for."""
        way = self.guide.keep()
        if self.phase != "agent" or not way.menus:
            return []
        menu = with_offer(self.agent, way.offered).get(way.menus[-1])
        options = menu.options if menu else {}
        return [(key, option.label or next(iter(option.words), key)) for key, option in options.items()]

    # From the first line to the last

    async def begin(self, language: str, *, greets: bool) -> None:
        """Begin anew; with `greets` the agent writes first. BusError when it cannot be kept."""
        await self._setting.bus.open_call(
            self.id,
            agent=self.agent.name,
            gateway=self._setting.name,
            caller=self.kept.caller,
            extension=self.kept.extension,
        )
        self._tell("call_started")
        if language in self.agent.file.all_languages and language != self.agent.file.language:
            self.guide.resume(msgspec.structs.replace(self.guide.keep(), language=language))
        closed = self.guide.closed(datetime.now(UTC))
        if closed or greets:
            self.tell(closed or self.agent.file.chat.greeting or self.agent.file.greeting)
            self.guide.greeted()
        await self._setting.bus.keep_chat(self.id, self._encoded(), anew=True)

    def resume(self) -> None:
        """Go on where another process was, with what it had not dealt with."""
        if self.kept.way is not None:
            self.guide.resume(self.kept.way)
        # An answer that was under way is made again; what there is of it is replaced.
        for line in self.kept.board.lines[-1:]:
            if not line.whole:
                self.kept.board.remove(line)
        if self.kept.way is not None and self.kept.way.typed is not None:
            self.guide.go_on(self.kept.way, self.agent.line("interrupted"))
        for text in self.kept.unanswered:
            self._inbox.put_nowait(text)

    async def take(self, text: str) -> Line:
        """Take in what the visitor writes: it is kept when this returns. Raise Forgotten, or BusError."""
        board = self.kept.board
        line = board.add("visitor", MASK if self.guide.collecting.secret else text)
        self.kept.unanswered.append(text)
        try:
            await self._keeper.now()
        except BaseException:
            board.remove(line)
            self.kept.unanswered.remove(text)
            raise
        self.kept.heard = time.time()
        measures.MESSAGES.labels(self.kept.channel, "visitor").inc()
        self.bell.ring()
        self._inbox.put_nowait(text)
        return line

    def sent(self, line: Line) -> None:
        """Remember that a line was sent, on a channel that sends."""
        self.kept.sent = line.id
        self._settle()

    def end(self, outcome: str) -> None:
        """End it, wherever it is."""
        if self.phase == "ended":
            return
        self.enter("ended")
        self._tell("call_ended", outcome=outcome)
        measures.ENDED.labels(self.agent.name, self.kept.channel, outcome).inc()
        self.errands.close()
        self._inbox.put_nowait(None)

    async def run(self) -> None:
        """Deal with what is written, until the end."""
        broke = partial(self.end, "failed")
        keeper = watched(self._keep_on(), f"keep {self.id}", broke, chat=self.id)
        errands = watched(self.errands.run(), f"errands {self.id}", broke, chat=self.id)
        try:
            while self.phase != "ended" and (text := await self._inbox.get()) is not None:
                try:
                    await self._hear(text)
                except Exception:  # one message that breaks something must not end the chat
                    _log.exception("a message broke", call=self.id)
                    self.tell(self.agent.file.apology)
                self.kept.unanswered.remove(text)
                self._settle()
            await errands
        finally:
            keeper.cancel()
            errands.cancel()

    # What the visitor writes

    async def _hear(self, text: str) -> None:
        if self.phase in ("waiting", "person"):
            self.note(text)
        elif self.phase == "message":
            self.note(text)
            self.desk.left_message(text)
        elif self.kept.turn >= (self.agent.file.limits.max_turns or MOST_TURNS):
            self.leave()
        elif self._is_key(text):
            self.guide.key(text)
        elif not self.guide.choosing:
            await self._answer(text)
        elif not self.guide.choose(text):
            self.guide.not_understood(text)

    def _is_key(self, text: str) -> bool:
        """Whether it is one key, and no value of which it is all."""
        if text not in _KEYS:
            return False
        typed = self.guide.keep().typed
        if typed is not None:
            return typed.confirming
        return self.guide.choosing or text in self.agent.file.keys or not text.isdigit()

    async def _answer(self, text: str) -> None:
        """Have the agent worker answer."""
        kept = self.kept
        kept.turn, kept.revision = kept.turn + 1, kept.revision + 1
        revision = kept.revision
        self.note(text)
        kept.board.type(on=True)
        self.bell.ring()
        with self._setting.answers.expected(self.id) as queue:
            self.errands.reply(Reply(kept.turn, revision, text, "", ""))
            async with aclosing(parts(queue, revision)) as answer:
                shown = await show(answer, kept.board, self.bell, lambda: self.phase == "agent")
        kept.board.type(on=False)
        if shown.line is not None:
            measures.FIRST_SENTENCE.labels(self.agent.name, kept.channel).observe(shown.first_s)
            times = {"first_sentence": round(shown.first_s, 3), "answer": round(shown.whole_s, 3)}
            self.emit("turn", at=None, turn=kept.turn, revision=revision, **times)
            self._written(shown.line, revision)
        if shown.end is not None:
            self._do(shown.end.action, shown.end.target)
        else:
            self.errands.cancel(Cancel(call=self.id, revision=revision))
            if shown.line is None and not shown.cut:
                self.tell(self.agent.file.apology)

    def _do(self, action: ReplyAction, target: str) -> None:
        if action == "hangup":
            self.end("completed")
        elif action == "transfer":
            self.guide.transfer(target)

    # What a guide asks for, and people

    def tell(self, text: str, wait_s: float | None = None, *, hang_up: bool = False) -> None:
        """Write a line of the agent's. Nothing is timed: who reads takes their time."""
        self.kept.revision += 1
        self._written(self.kept.board.add("agent", text), self.kept.revision)
        if hang_up:
            self.end("completed")

    def say(self, text: str) -> None:
        """Write a line of a person's."""
        self._written(self.kept.board.add("person", text), self.kept.revision)

    def skip(self, wait_s: float | None = None) -> None:
        """Nothing: what was written stays."""

    def leave(self) -> None:
        """Say goodbye, and end."""
        self.tell(self.agent.file.farewell, hang_up=True)

    def become(self, agent: Agent) -> None:
        """Go on as another agent, or in another language."""
        self.errands.become(agent)

    def note(self, text: str) -> None:
        """Remember what the visitor wrote."""
        self.errands.note(self.kept.turn, text)

    def emit(self, kind: str, *, at: float | None = None, **data: object) -> None:
        """Tell the `events` stream."""
        self.errands.emit(kind, at=at, **data)

    def _tell(self, kind: str, **data: Any) -> None:
        """Tell of the chat's beginning or end, and whose it is."""
        kept = self.kept
        told: dict[str, Any] = {"caller": kept.caller, "extension": kept.extension, "channel": kept.channel}
        self.emit(kind, **(told | self._part), **data)

    def enter(self, phase: Phase) -> None:
        """Be somebody else's from now on."""
        self.kept.phase, self.kept.since = phase, time.time()
        self.kept.board.type(on=False)
        self.kept.board.changed()
        self._settle()

    def _written(self, line: Line, revision: int) -> None:
        """A line of ours is whole: part of the history, told, and shown."""
        self.last_said = self.last_heard = line.text
        self.errands.remember("assistant", line.text)
        kind = "person_said" if line.who == "person" else "agent_said"
        self.emit(kind, revision=revision, text=line.text, whole=True)
        measures.MESSAGES.labels(self.kept.channel, line.who).inc()
        self._settle()

    def _settle(self) -> None:
        self.bell.ring()
        self._keeper.changed()

    async def _keep_on(self) -> None:
        """Keep what changes; end without a word when whoever wrote was forgotten."""
        await self._keeper.run()
        if self.phase != "ended":
            self.kept.phase = "ended"
            self.kept.board.lines.clear()
            self.errands.close()
            self._inbox.put_nowait(None)
            self.bell.ring()

    async def _save(self) -> bool:
        if self.phase == "ended":
            return False
        return await self._setting.bus.keep_chat(self.id, self._encoded())

    def _encoded(self) -> bytes:
        self.kept.way = self.guide.keep()
        return encode(self.kept)
