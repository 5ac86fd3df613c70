"""One call's conversation: its turn-taking put into practice on the media plane and on Redis."""

from collections.abc import Callable
from functools import partial

from gateway.conversation.context import MOST_TURNS, Context
from gateway.conversation.errands import Errands
from gateway.conversation.guidance import Guidance
from gateway.conversation.partials import Partials
from gateway.conversation.performer import Performer
from gateway.conversation.replies import Reply
from gateway.conversation.resumption import Talk, first_event, let_go, talk_of
from gateway.conversation.speaking import FILLER, SUMMARY, Speaking
from gateway.conversation.watch import TurnWatch, told
from gateway.media import events as media
from gateway.turns import actions as turn_actions
from gateway.turns import events as turn_events
from gateway.turns.table import Turns
from parley import audio, log
from parley.agents import Agent
from parley.messages import AnyMessage, Cancel, PartialTranscript, ReplyEnd, ReplyFailed, Speech, Transcript

_log = log.get("conversation")


class Conversation:
    """The conversation of one call, from its greeting to its end.

    Everything that happens comes in on the event loop, in order, and is dealt with at once: the media plane gets its
    commands without waiting for Redis, whose own queue up until `errands` carries them out.
    """

    def __init__(
        self,
        context: Context,
        call: str,
        agent: Agent,
        *,
        guidance: Callable[[], Guidance],
        on_greeted: Callable[[], None],
        on_end: Callable[[turn_actions.Outcome], None],
    ) -> None:
        """`guidance`: who decides now what the caller's choices do; `on_greeted`: the first line has been heard to its
        end; `on_end`: the call is to be hung up."""
        self._context = context
        self._call = call
        self._guidance = guidance
        self._on_greeted = on_greeted
        self._on_end = on_end
        settings = context.turns_of(agent)
        self._turns = Turns(settings)
        self._speaking = Speaking(context.plane, call)
        self.errands = self._errands = Errands(context.bus, context.gateway, call, agent)
        self.hide = self._errands.secrets.hide
        self._watch = TurnWatch(call, self._errands, settings.endpoint, context.budget_s, context.waits)
        timer = partial(self._happen, turn_events.TimerFired())
        self._performer = Performer(
            context.plane, call, self._speaking, self._errands, self._watch, on_timer=timer
        )
        self._partials = Partials(self._turns, self._errands, self._watch, guidance, settings)
        self._targets: dict[int, str] = {}
        """Whom the replies of these revisions hand the call to."""
        self._not_chosen: dict[int, str] = {}
        """Words by revision that choose nothing from the menu that they were said to."""
        self._held_back = False
        self.last_said = self.last_heard = ""  # the last reply that was begun, and as far as it was heard

    @property
    def state(self) -> turn_events.State:
        """Whose turn it is."""
        return self._turns.state

    @property
    def agent(self) -> Agent:
        """Who speaks, in the language of the call."""
        return self._errands.agent

    @property
    def summary(self) -> Reply:
        """What a person is told of the call, once it was asked for."""
        return self._speaking.summary

    # What happens

    def begin(self, opening: str = "") -> None:
        """Greet the caller, who can now be heard; with `opening` in place of the agent's greeting."""
        self._do(self._turns.begin(opening))
        self._errands.order("filler", 0, FILLER)

    def keep(self) -> Talk:
        """Say where the conversation is, for another gateway."""
        talk = talk_of(self._turns.memory, self._speaking, self.last_said)
        return let_go(talk) if self._held_back else talk

    def resume(self, talk: Talk) -> None:
        """Be where another gateway has left the conversation; nothing is said yet."""
        self._turns.resume(talk.turns)
        self.last_said = talk.said
        self._errands.cancel(Cancel(call=self._call, revision=self._turns.revision))

    def go_on(self, talk: Talk) -> None:
        """Take up what was being said or answered."""
        self._happen(first_event(talk, self.agent))

    def leave(self) -> None:
        """Say goodbye and hang up, soon."""
        self._happen(turn_events.Leave())

    def hold(self, held: bool) -> None:
        """The caller's telephone has put the call on hold, or is back."""
        self.emit("hold", held=held)
        self._context.plane.set_deaf(self._call, held)
        # The time on hold is no time that an answer took.
        self._watch.set_aside()
        self._happen(turn_events.Held() if held else turn_events.Unheld())

    def hold_back(self, back: bool) -> None:
        """Say nothing, and answer nothing, until it is known who listens; or go on."""
        self._held_back = back
        self._happen(turn_events.Held() if back else turn_events.Unheld())

    # What call control decides

    def tell(self, text: str, wait_s: float | None = None, *, hang_up: bool = False) -> None:
        """Say a line at once; `wait_s` seconds after it the guidance hears that nothing was chosen."""
        self._happen(turn_events.Tell(text, wait_s, hang_up))

    def hand_over(self, text: str) -> None:
        """Say the handoff sentence to its end; the guidance hears of it then."""
        self._happen(turn_events.HandOver(text))

    def skip(self, wait_s: float | None = None) -> None:
        """Say no more of what is being said; `wait_s` seconds are for a choice then, where it is given."""
        self._happen(turn_events.Skip(wait_s))

    def become(self, agent: Agent) -> None:
        """Go on as another agent, or as the same one in another language."""
        self._errands.become(agent)
        # The one that is there is in another voice or language.
        self._speaking.expect(FILLER)
        self._errands.order("filler", 0, FILLER)

    def note(self, text: str, repeats: str = "") -> None:
        """Remember what the caller said or typed; `repeats` are words before that it begins with."""
        self._errands.note(self._turns.turn, text, repeats)

    def order_summary(self, text: str, caller: str) -> None:
        """Have the call told to a person in one sentence, and `text` after it; it comes into `summary`."""
        self._speaking.expect(SUMMARY)
        self._errands.order("summary", self._turns.turn, SUMMARY, text, caller)

    def on_media(self, event: media.MediaEvent) -> None:
        """Take in what the media plane tells."""
        match event:
            case media.CallerAudio():
                self._errands.append_audio(event)
            case media.SpeechStarted():
                self._watch.spoken(event, self._speaking.playing)
                # A filler is no reply that turn-taking knows of: whoever speaks over it ends it here.
                if self._speaking.filling and self._turns.state is turn_events.State.THINKING:
                    self._context.plane.clear(self._call)
                self._happen(turn_events.SpeechStarted(event.sample, event.played, event.faint))
            case media.SpeechPaused():
                self._watch.paused(event.voice_end)
                self._happen(turn_events.SpeechPaused(event.sample))
            case media.SpeechSustained() | media.SpeechOverlong() | media.SpeechWentOn():
                self._happen(told(event))
            case media.SilenceReached():
                if self._turns.state is turn_events.State.PAUSED:
                    self._watch.ended()
                self._happen(turn_events.SilenceReached())
            case media.SpeechSent():
                self._watch.sent(event, self._speaking.playing, self._turns.turn)
            case media.PlayoutFinished() | media.PlayoutStopped() if event.reply == FILLER:
                self._speaking.end_filler()
            case media.PlayoutFinished():
                self._conclude(event.reply, event.played)
                self._happen(turn_events.Played(event.reply))
                self._after_playing(event.reply)
            case media.PlayoutStopped():
                self._conclude(event.reply, event.played)
            case _:
                pass
        self._partials.on_media(event)

    def on_message(self, message: AnyMessage) -> None:
        """Take in what a worker answers."""
        match message:
            case PartialTranscript():
                if heard := self._partials.take(message):
                    self._happen(heard)
            case Transcript():
                self._take_words(message)
            case Speech():
                self._take_speech(message)
            case ReplyEnd():
                self._speaking.complete(message.revision)
                self._targets[message.revision] = message.target
                self._happen(turn_events.ReplyComplete(message.revision, message.action))
            case ReplyFailed():
                _log.warning("no reply", call=self._call, revision=message.revision, kind=message.kind)
                self._speaking.complete(message.revision)
                self._happen(turn_events.ReplyFailed(message.revision))
            case _:
                _log.error("a message for somebody else", call=self._call, type=type(message).__name__)

    def _take_words(self, message: Transcript) -> None:
        """Words that choose from a menu act at once; others wait for the end of the turn."""
        current = message.revision == self._turns.revision
        self._turns.note_written(message.start_sample, message.end_sample, message.text)
        if current:
            self._partials.transcribed(message)
        # The clock is that of the answer, which words over it do not set.
        self._watch.transcribed(message, current=current and self.state is not turn_events.State.DOUBTING)
        if choosing := current and bool(message.text) and self._guidance().choosing:
            if self._guidance().choose(message.text):
                return
            self._not_chosen[message.revision] = message.text
        words = (message.revision, message.text, message.end_of_turn, message.confidence)
        said_to = (self._watch.over, self._watch.asking, self.agent.file.language)
        answers = choosing and self._guidance().answers(message.text)
        self._happen(turn_events.Transcribed(*words, *said_to, answers))

    def _after_playing(self, revision: int) -> None:
        if revision == 0:
            self._on_greeted()  # first: a menu that follows belongs to the recording
            self._guidance().greeted()
        if self.state is turn_events.State.LISTENING:  # nobody is cut off, and no goodbye is under way
            self._errands.drop_audio()  # answered: nobody goes on with that turn
            if self._turns.turn >= (self.agent.file.limits.max_turns or MOST_TURNS):
                _log.info("the agent has answered as often as it may", call=self._call)
                self.leave()

    def _happen(self, event: turn_events.Event) -> None:
        if self._turns.state is turn_events.State.ENDED:
            return
        bridge_after_s = self._watch.bridge_after_s(self._speaking.bridge_s(self._turns.revision))
        self._turns.expect(bridge_after_s, stalled=self._errands.stalled)
        try:
            actions = self._turns.handle(event)
        except turn_events.IllegalEvent as error:  # changed nothing: a fault, but none to end a call for
            _log.error("an event that cannot happen", call=self._call, error=str(error))
            return
        _log.debug("turn", call=self._call, happened=type(event).__name__, state=self._turns.state.name)
        self._do(actions)
        self._errands.changed()
        if self._turns.state is turn_events.State.THINKING and self._turns.revision in self._not_chosen:
            text = self._not_chosen[self._turns.revision]
            self._not_chosen.clear()
            self._guidance().not_understood(text)

    # What is to be done

    def _do(self, actions: list[turn_actions.Action]) -> None:
        """Carry out what needs no decision; the others are call control's."""
        for action in actions:
            match action:
                case turn_actions.Transcribe():
                    self._performer.transcribe(action, self._guidance())
                case turn_actions.NoChoice():
                    self._guidance().no_choice()
                case turn_actions.Transfer():
                    if action.text:
                        self.note(action.text, action.repeats)
                    self._guidance().transfer(self._targets.get(action.revision, ""))
                case turn_actions.HandedOver():
                    self._guidance().handed_over()
                case turn_actions.EndCall():
                    self._on_end(action.outcome)
                case _:
                    self._performer.perform(action)

    # The reply

    def _take_speech(self, message: Speech) -> None:
        first = self._speaking.take(message)
        self._watch.came(message, self._turns.revision, first=first)
        if first:
            self._happen(turn_events.ReplyReady(message.revision, message.asked))

    def _conclude(self, revision: int, played: int) -> None:
        """What was heard of a reply becomes part of the conversation."""
        if (reply := self._speaking.conclude(revision)) is None:
            return
        self._watch.concluded(reply, played)
        heard = reply.heard(played)
        self.last_said, self.last_heard = reply.text or self.last_said, heard
        if heard:
            self._errands.remember("assistant", heard)
        seconds, whole = round(audio.seconds(played), 3), heard == reply.text
        self.emit("agent_said", revision=revision, text=heard, whole=whole, seconds=seconds)

    def emit(self, kind: str, *, at: float | None = None, **data: object) -> None:
        """Tell the `events` stream, after everything before, what happens now or did `at` (monotonic seconds)."""
        self._errands.emit(kind, at=at, **data)

    def end(self) -> None:
        """End the conversation, wherever it is: nothing more is said, everything prepared for it is stale."""
        self._turns.end()
        self._performer.end(self._turns.revision)
