"""Carries out what turn-taking wants done, on the media plane and with the workers."""

import asyncio
from collections.abc import Callable

from gateway.conversation.errands import Errands
from gateway.conversation.guidance import Guidance
from gateway.conversation.speaking import Speaking
from gateway.conversation.watch import TurnWatch
from gateway.media.plane import MediaPlane
from gateway.turns import actions as turn_actions
from parley.messages import Cancel


class Performer:
    """The hands of one call's conversation; `on_timer` is called when the timer that was set has run out."""

    def __init__(
        self,
        plane: MediaPlane,
        call: str,
        speaking: Speaking,
        errands: Errands,
        watch: TurnWatch,
        *,
        on_timer: Callable[[], None],
    ) -> None:
        self._plane = plane
        self._call = call
        self._speaking = speaking
        self._errands = errands
        self._watch = watch
        self._on_timer = on_timer
        self._timer: asyncio.TimerHandle | None = None

    def perform(self, action: turn_actions.Action) -> None:
        """Do one thing that needs no decision of call control."""
        match action:
            case turn_actions.Say() | turn_actions.Reply():
                self._say(action)
            case turn_actions.Play():
                self._play(action)
            case turn_actions.Unanswered():
                self._watch.set_aside()
                self._errands.note(action.turn, action.text, action.repeats)
            case turn_actions.Fill():
                self._fill(action.revision)
            case turn_actions.Cancel():
                self._cancel(action)
            case turn_actions.Protect():
                self._plane.set_interruptible(self._call, False)
            case turn_actions.PausePlayout():
                self._plane.pause(self._call)
            case turn_actions.ResumePlayout():
                self._plane.resume(self._call)
                if action.barge_in:
                    self._watch.resumed()
            case turn_actions.StopPlayout():
                self._stop(action)
            case turn_actions.SetSilenceDeadline():
                self._watch.waits(action.seconds)
                self._plane.set_silence_deadline(self._call, action.seconds)
            case turn_actions.SetTimer():
                self._set_timer(action.seconds)

    def transcribe(self, action: turn_actions.Transcribe, guidance: Guidance) -> None:
        """Have the caller's words written down, and answered unless they choose something."""
        if not action.judged:
            self._watch.asked()
        self._speaking.expect(action.revision)
        reply = not (guidance.choosing or action.judged)
        hint = ", ".join(guidance.expected)
        self._errands.transcribe(action, heard=self._watch.heard, reply=reply, hint=hint)

    def end(self, revision: int) -> None:
        """Do nothing more: what is said stops, what was prepared up to `revision` is stale."""
        self._set_timer(None)
        self._speaking.stop()
        self._cancel(turn_actions.Cancel(revision))

    def _say(self, action: turn_actions.Say | turn_actions.Reply) -> None:
        self._watch.set_aside()
        if isinstance(action, turn_actions.Reply):
            self._speaking.expect(action.revision)
            self._errands.reply(action)
            return
        self._speaking.expect(action.revision, action.text or self._errands.own_line(action.kind))
        self._errands.order(action.kind, action.turn, action.revision, action.text)

    def _play(self, action: turn_actions.Play) -> None:
        self._watch.committed()
        if action.text:
            self._errands.note(action.turn, action.text, action.repeats)
        self._speaking.play(action)

    def _fill(self, revision: int) -> None:
        if words := self._speaking.fill(revision):
            self._errands.emit("filler", text=words)

    def _cancel(self, action: turn_actions.Cancel) -> None:
        cancel = Cancel(call=self._call, revision=action.revision, keep=action.keep)
        self._speaking.cancel(cancel)
        self._errands.cancel(cancel)

    def _stop(self, action: turn_actions.StopPlayout) -> None:
        self._speaking.stop(interrupted=action.barge_in)
        if action.barge_in:
            self._watch.interrupted()

    def _set_timer(self, seconds: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        if seconds is not None:
            self._timer = asyncio.get_running_loop().call_later(seconds, self._on_timer)
