"""What the agent says on a call: replies that are being made, the one that plays, and the words that bridge a wait."""

from gateway.conversation.replies import Reply
from gateway.media.plane import MediaPlane
from gateway.turns.actions import Play
from parley import audio
from parley.messages import Cancel, Speech

FILLER = -1
"""The number of the words that bridge a wait, beside the revisions of answers."""

SUMMARY = -2
"""The number of what a person is told of the call before they take it."""


class Speaking:
    """Takes the agent's speech in, and hands it to the media plane when its turn has come."""

    def __init__(self, plane: MediaPlane, call: str) -> None:
        self._plane = plane
        self._call = call
        self._replies: dict[int, Reply] = {}
        self.playing: Reply | None = None
        self._filler = Reply(FILLER)
        self._bridge: tuple[int, Reply] | None = None
        """What says in place of the filler what the answer of a revision will be about."""
        self.summary = Reply(SUMMARY)
        """What a person is told of the call, once it was asked for."""
        self.filling = False
        """Whether a wait is being bridged."""
        self._deferred: Play | None = None
        """The answer that waits for the filler's end."""

    def expect(self, revision: int, line: str = "") -> None:
        """Speech of a reply will come: of an answer, the filler, the summary, or a `line` of the agent's own."""
        if revision == FILLER:
            self._filler = Reply(FILLER)
        elif revision == SUMMARY:
            self.summary = Reply(SUMMARY)
        else:
            self._replies[revision] = Reply(revision, line)

    def line_of(self, revision: int) -> str:
        """The words of a line of the agent's own that is being prepared."""
        reply = self._replies.get(revision)
        return reply.line if reply else ""

    def take(self, message: Speech) -> bool:
        """Take a stretch of speech in; return whether it is the first of an answer that is awaited."""
        pcm = audio.from_bytes(message.pcm)
        if message.bridges:
            bridge = Reply(FILLER, held=[pcm], complete=True)
            bridge.add(message.seq, message.text, pcm)
            self._bridge = message.revision, bridge
            return False
        reply = self._reply(message.revision)
        if reply is None or reply.stopped or not reply.add(message.seq, message.text, pcm):
            return False
        if reply is self.playing:
            self._plane.speak(self._call, reply.revision, pcm)
            return False
        reply.held.append(pcm)
        return len(reply.held) == 1 and reply.revision >= 0

    def complete(self, revision: int) -> None:
        """Nothing more comes of a reply."""
        reply = self._reply(revision)
        if reply is not None:
            reply.complete = True
            if reply is self.playing and not reply.stopped:
                self._plane.complete(self._call, revision)

    def play(self, action: Play) -> None:
        """Begin to play a reply, after the filler that may be playing."""
        if self.filling:
            self._deferred = action
        else:
            self._begin(action)

    def fill(self, revision: int) -> str:
        """Bridge the wait for the answer of a revision; return by which words, none if their speech is not there.

        The filler is kept, for the next long wait.
        """
        known, self._bridge = self._bridge, None
        reply = known[1] if known and known[0] == revision else self._filler
        if not reply.complete:
            return ""
        self.filling = True
        self._play_held(reply, interruptible=True)
        return reply.text

    def bridge_s(self, revision: int) -> float:
        """Seconds that the words last which would bridge the wait for the answer of a revision now."""
        known = self._bridge
        reply = known[1] if known and known[0] == revision else self._filler
        return audio.seconds(sum(len(pcm) for pcm in reply.held))

    def end_filler(self) -> None:
        """The filler is over: the answer that came meanwhile follows."""
        self.filling = False
        deferred, self._deferred = self._deferred, None
        if deferred is not None:
            self._begin(deferred)

    def cancel(self, cancel: Cancel) -> None:
        """Forget the replies that are stale; of one that plays, what was heard is still to be told."""
        for revision in [
            revision
            for revision, reply in self._replies.items()
            if cancel.covers(revision) and reply is not self.playing and not reply.stopped
        ]:
            del self._replies[revision]

    def stop(self, *, interrupted: bool = False) -> None:
        """Silence the reply for good. The media plane tells how much of it was heard."""
        self._plane.clear(self._call)
        self._deferred = None
        if self.playing is not None:
            self.playing.stopped = True
            self.playing.interrupted |= interrupted

    def conclude(self, revision: int) -> Reply | None:
        """A reply is over: return it, None when it was told before."""
        reply = self._replies.pop(revision, None)
        if self.playing is reply:
            self.playing = None
        return reply

    def _reply(self, revision: int) -> Reply | None:
        if revision == FILLER:
            return self._filler
        return self.summary if revision == SUMMARY else self._replies.get(revision)

    def _begin(self, action: Play) -> None:
        reply = self.playing = self._replies[action.revision]
        reply.asked = action.text
        self._play_held(reply, interruptible=action.interruptible)
        reply.held.clear()

    def _play_held(self, reply: Reply, *, interruptible: bool) -> None:
        """Give the media plane what there is of a reply, in place of any other."""
        self._plane.set_interruptible(self._call, interruptible)
        for pcm in reply.held:
            self._plane.speak(self._call, reply.revision, pcm)
        if reply.complete:
            self._plane.complete(self._call, reply.revision)
