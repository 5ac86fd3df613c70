"""Leaves out what a model writes for itself, between `<think>` and `</think>`, wherever the stream is cut. Pure."""

_OPENING = ("<think>", "<thinking>")
_CLOSING = ("</think>", "</thinking>")


class Thinking:
    """Takes in one answer as it arrives and gives out what may be spoken."""

    def __init__(self, *, begun: bool = False) -> None:
        """`begun`: whether the last answer began within a thought, because the model's prompt ends with `<think>`."""
        self._begun = begun
        self._inside = begun
        self._held = ""
        """What may become a mark; of an answer that is only supposed to begin within a thought, all."""
        self._unopened = False
        self._seen = False
        """Whether a mark was there."""
        self.thought = False
        """Whether anything was thought; some models only write the marks."""

    @property
    def begins_within(self) -> bool:
        """Whether a thought ended that had not begun: so will the next answer."""
        return self._unopened

    def feed(self, text: str) -> str:
        """Return what of the answer so far is certain to be no thought."""
        self._held += text
        said = ""
        while (mark := self._mark()) is not None:
            before, self._held = self._held.split(mark, 1)
            closing = mark in _CLOSING
            self.thought = self.thought or (closing and bool(before.strip()))
            self._unopened = self._unopened or (closing and not self._seen)
            if not self._inside:
                # What comes before a mark that only closes was a thought as well.
                said = "" if closing else said + before
            self._seen, self._inside = True, not closing
        return self._answer(said + self._certain())

    def end(self, *, truncated: bool = False) -> str:
        """Return the rest: a thought that never ended is none of it."""
        rest, self._held = self._held, ""
        only_supposed = self._begun and not self._seen and not truncated
        return self._answer(rest) if not self._inside or only_supposed else ""

    def _mark(self) -> str | None:
        marks = _CLOSING if self._inside else (*_OPENING, *_CLOSING)
        found = [(at, mark) for mark in marks if (at := self._held.find(mark)) >= 0]
        return min(found)[1] if found else None

    def _certain(self) -> str:
        """Take out what cannot become a mark any more."""
        if self._begun and not self._seen:
            return ""
        kept = 0
        for mark in (*_OPENING, *_CLOSING):
            for length in range(1, min(len(mark), len(self._held) + 1)):
                if self._held.endswith(mark[:length]):
                    kept = max(kept, length)
        certain = self._held[: len(self._held) - kept]
        self._held = self._held[len(certain) :]
        if not self._inside:
            return certain
        self.thought = self.thought or bool(certain.strip())
        return ""

    def _answer(self, said: str) -> str:
        """Without the blank lines between a thought and the answer."""
        return said.lstrip("\n") if self._seen else said
