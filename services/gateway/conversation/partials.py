"""When a caller's words are asked for while they are still spoken.

The gateway asks, with a small job each time: it alone knows who is speaking, since when, and whether the words are of
use, so a worker need not follow the audio of all calls, remember anything of them, or agree with others on who does.
A call has one question at a time: when the answer is there, so much new audio later, comes the next. Thus nothing piles
up where recognition is slow, and who never stops talking gets no more of it than the others.
"""

import time
from collections.abc import Callable

from prometheus_client import Counter

from gateway.conversation.errands import Errands
from gateway.conversation.guidance import Guidance
from gateway.conversation.watch import TurnWatch
from gateway.media import events as media
from gateway.turns.events import PartlyHeard, State
from gateway.turns.memory import TurnSettings
from gateway.turns.table import Turns
from parley.audio import SAMPLE_RATE
from parley.messages import PartialTranscript, Transcript, letters

LANGUAGES = frozenset({"en"})
"""What the recogniser of partial words knows (stt/moonshine.py)."""
STEP = SAMPLE_RATE * 320 // 1000
"""Samples of new audio between two questions."""
LONGEST = 12 * SAMPLE_RATE
"""Samples of a turn of which partial words are asked for; what is longer, nobody asks in one breath."""
_LOST_S = 1.0
"""A question without an answer for so long has been dropped."""

_known = Counter(
    "parley_partial_words_known_total",
    "Transcripts after words had been known, by whether these were the same (hit, miss).",
    ["result"],
)
for _result in ("hit", "miss"):
    _known.labels(_result)


class Partials:
    """Decides for one call when its caller's words so far are asked for."""

    def __init__(
        self,
        turns: Turns,
        errands: Errands,
        watch: TurnWatch,
        guidance: Callable[[], Guidance],
        settings: TurnSettings,
    ) -> None:
        """`guidance` tells whether the caller's next words choose from a menu."""
        self._turns = turns
        self._errands = errands
        self._watch = watch
        self._guidance = guidance
        self._wanted = settings.partial_words
        self._newest = 0
        """One past the last sample that workers can read."""
        self._asked_at = float("-inf")
        """Monotonic time of the question that is open, or long ago."""
        self._asked_for = 0
        """`_newest` when a question was asked, or speech began."""
        self._hush: int | None = None
        """One past the first samples of the hush that is going on."""
        self._last = ""
        """The words of the last hush."""

    def on_media(self, event: media.MediaEvent) -> None:
        """Take in what the media plane tells, after everybody else."""
        match event:
            case media.SpeechStarted():
                self._asked_for, self._hush, self._last = self._newest, None, ""
            case media.CallerAudio():
                self._newest = event.first_sample + len(event.pcm)
                # Over the agent only the end of the words tells anything: most of it are a word or two.
                speaking = self._turns.state is State.CALLER_SPEAKING
                if speaking and self._newest - self._asked_for >= STEP:
                    self._ask()
            case media.SpeechHushed() if self._turns.state in (State.CALLER_SPEAKING, State.INTERRUPTED):
                self._hush = event.sample
                self._ask()
            case media.SpeechWentOn():
                self._hush = None
            case _:
                pass

    def take(self, message: PartialTranscript) -> PartlyHeard | None:
        """Take in an answer; what it tells turn-taking, if the words are those up to the hush that is going on."""
        self._asked_at = float("-inf")
        if message.start_sample != self._turns.caller.start or self._hush is None:
            return None
        if message.end_sample < self._hush:
            # It had been asked for before the voice fell silent.
            self._ask()
            return None
        self._last = message.text
        if not message.text or self._guidance().choosing:
            return None
        return PartlyHeard(message.text, self._watch.asking, self._errands.agent.file.language)

    def transcribed(self, message: Transcript) -> None:
        """The transcript is there: count whether its words were known before."""
        if self._last and message.text:
            _known.labels("hit" if letters(self._last) == letters(message.text) else "miss").inc()
        self._last = ""

    def _ask(self) -> None:
        caller, now = self._turns.caller, time.monotonic()
        helps = self._wanted and self._errands.agent.file.language in LANGUAGES
        if not helps or now - self._asked_at < _LOST_S or self._newest - caller.start > LONGEST:
            return
        self._asked_at, self._asked_for = now, self._newest
        self._errands.write_down_so_far(
            self._turns.turn + 1,
            caller,
            heard=self._watch.heard,
            hushed=self._hush is not None,
            prepare=not self._guidance().choosing,
        )
