"""Callers who converse until they are told to stop, and one who calls anew: what a fault is counted by."""

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.faults.turns import Account, Probe, Question, Turn, answers, asks_again, stretches
from caller.errors import CallEnded, CallerError
from caller.phone.call import Heard, PhoneCall
from caller.phone.phone import Softphone
from caller.sound.clip import Clip
from caller.sound.ears import Ears

EXTENSION = "100"
QUESTIONS = (
    Question("What are your opening hours on Saturday?", ("saturday",)),
    Question("How long is the warranty?", ("years", "year", "warranty")),
    Question("Is there parking near the shop?", ("parking", "hour", "free")),
    Question("How much does express delivery cost?", ("12", "twelve", "express")),
    Question("Are you open on Sunday?", ("sunday", "closed")),
    Question("What does it cost to replace a phone battery?", ("49", "forty", "battery")),
    Question("What is your address?", ("market", "street", "station")),
    Question("How long does delivery take?", ("two", "2", "three", "3", "working")),
    Question("How much does the USB-C charger cost?", ("25", "twenty", "charger")),
)
"""The sample company's, answered from its facts: what an answer takes does not hang on the language model.

Enough of them for a long fault: what is asked a fourth time is taken for a machine's.
"""
_GREETED_IN_S = 15.0
_SILENCE_S = 1.2
"""Of the agent's, after which its turn is taken to be over."""
_PATIENCE_S = 15.0
"""How long a caller waits without a voice before it takes a question for lost."""
_WRONG_S = 6.0
"""... and after a voice that was no answer: a wait that is bridged goes on, what was misheard is asked anew."""
_MOST_REPEATS = 3
_UNDERSTOOD_IN_S = 4.0
"""A busy machine writes down later what was heard: the caller goes on meanwhile, as if it was the answer."""
_SHORT_S, _SHORT_UNDERSTOOD_IN_S = 1.8, 9.0
"""What is so short may be words that bridge a wait, after which an answer is still to come."""
_LONGEST_S = 45.0
_THINKING_S = 0.5
_DIALLED_S = 8.0
_RETRY_S = 0.5
_GREETING = {"techstore", "tech", "help", "hello", "store"}


@dataclass(frozen=True)
class Speech:
    """What a caller can say, and how it hears."""

    clips: dict[str, Clip]
    ears: Ears


class Caller:
    """One call in which question follows question."""

    def __init__(self, phone: Softphone, speech: Speech, number: int) -> None:
        """`number`: with which question it begins."""
        self._phone = phone
        self._speech = speech
        self._number = number
        self.stopping = False
        self.account = Account(time.monotonic())
        self.conversing = asyncio.Event()
        """Set with the first answer, and when the call is over."""
        self._late: list[tuple[Turn, asyncio.Task[str]]] = []
        """What has not been written down yet."""

    async def run(self) -> None:
        """Call, ask until `stopping`, hang up; what happened is in `account`."""
        try:
            call = await self._phone.dial(EXTENSION, within=20)
        except CallerError as error:
            self.account.dropped, self.account.why = True, str(error)
            self.conversing.set()
            return
        self.account.began = time.monotonic()
        try:
            await call.listen(since=call.answered_at, silence=_SILENCE_S, within=_GREETED_IN_S)
            await self._converse(call)
        finally:
            self.conversing.set()
            self.account.dropped = call.is_over and not call.ended_by_us
            self.account.why = call.end_reason
            await call.hangup()
            for turn, words in self._late:
                self._note(turn, await words)

    async def _converse(self, call: PhoneCall) -> None:
        for question in itertools.islice(itertools.cycle(QUESTIONS), self._number, None):
            if self.stopping or call.is_over:
                return
            turn = Turn(question, time.monotonic())
            self.account.turns.append(turn)
            try:
                await self._ask(call, turn)
            except CallEnded:
                turn.until = time.monotonic()
            if turn.answered:
                self.conversing.set()
            await asyncio.sleep(_THINKING_S)

    async def _ask(self, call: PhoneCall, turn: Turn) -> None:
        """Ask, again when the agent wants that or has misheard, and wait for the answer."""
        while True:
            said = await call.say(self._speech.clips[turn.question.text])
            turn.said_end, turn.stretches = said.end or time.monotonic(), []
            if not await self._await_answer(call, turn) or turn.repeats >= _MOST_REPEATS:
                return
            turn.repeats += 1

    async def _await_answer(self, call: PhoneCall, turn: Turn) -> bool:
        """Hear until there is an answer, or patience ends; return whether the words are to be said again."""
        since, patience, text = turn.said_end, _PATIENCE_S, ""
        while True:
            left = turn.said_end + _LONGEST_S - time.monotonic()
            heard = await call.listen(since=since, silence=_SILENCE_S, within=max(0.1, min(patience, left)))
            found = call.voice.stretches if call.voice else []
            turn.stretches, turn.until = stretches(found, turn.said_end), time.monotonic()
            if heard is None:
                return bool(text) and not call.is_over
            words = asyncio.create_task(self._words(call, heard))
            short = heard.end - heard.start < _SHORT_S
            within = _SHORT_UNDERSTOOD_IN_S if short else _UNDERSTOOD_IN_S
            done, _ = await asyncio.wait((words,), timeout=within)
            if not done:
                self._late.append((turn, words))
                if self._speaks_on(call, heard) and left > 0:
                    since, patience = heard.end + 0.05, _WRONG_S
                    continue
                self.conversing.set()
                return False
            self._note(turn, text := words.result())
            if turn.answered or call.is_over or left <= 0:
                return False
            if asks_again(text):
                return True
            since, patience = heard.end + 0.05, _WRONG_S

    @staticmethod
    def _speaks_on(call: PhoneCall, heard: Heard) -> bool:
        """Whether there is more of the agent's voice by now."""
        return call.voice is not None and call.voice.stretches[-1][1] > heard.end + _SILENCE_S

    @staticmethod
    def _note(turn: Turn, text: str) -> None:
        turn.heard = f"{turn.heard} {text}".strip()
        turn.answered = turn.answered or answers(turn.question, text)

    async def _words(self, call: PhoneCall, heard: Heard) -> str:
        return await self._speech.ears.transcribe(call.heard_between(heard.start - 0.1, heard.end + 0.2))


async def call_anew(
    phone: Softphone, speech: Speech, since: float, within: float, progress: Callable[[str], None]
) -> Probe:
    """Call again and again until a call is answered and greeted; `since` is the fault's time."""
    refused = silent = 0
    while time.monotonic() - since < within:
        try:
            call = await phone.dial(EXTENSION, within=_DIALLED_S)
        except CallerError as error:
            refused += 1
            progress(f"refused: {error}")
            await asyncio.sleep(_RETRY_S)
            continue
        try:
            heard = await call.listen(since=call.answered_at, silence=0.8, within=_GREETED_IN_S)
            text = "" if heard is None else await _greeting(call, heard, speech)
        finally:
            await call.hangup()
        if heard is not None and not _GREETING.isdisjoint(text.lower().replace(",", " ").split()):
            return Probe(heard.start - since, refused, silent)
        silent += 1
        progress(f"answered, and heard: {text!r}")
    return Probe(None, refused, silent)


async def _greeting(call: PhoneCall, heard: Heard, speech: Speech) -> str:
    return await speech.ears.transcribe(call.heard_between(heard.start - 0.1, heard.end + 0.2))
