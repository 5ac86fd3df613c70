"""Engines of the stt worker that hear what they are told to."""

import threading
import time

from stt.transcriber import Heard, Samples


class Ears:
    """Hears `text` in everything; can be slow, or fail."""

    device = "cpu"

    def __init__(
        self,
        text: str = "hello",
        *,
        takes_s: float = 0.0,
        error: Exception | None = None,
        meets: threading.Barrier | None = None,
        hangs_until: threading.Event | None = None,
        engine: str = "local",
    ) -> None:
        """`meets`: each call waits there for the others."""
        self.engine = engine
        self.text = text
        self.takes_s = takes_s
        self.error = error
        self.meets = meets
        self.hangs_until = hangs_until
        self.heard: list[Samples] = []
        self.hints: list[tuple[str, str]] = []
        self.threads: set[str] = set()

    def transcribe(self, samples: Samples, language: str, vocabulary: str = "") -> Heard:
        self.heard.append(samples)
        self.hints.append((language, vocabulary))
        self.threads.add(threading.current_thread().name)
        time.sleep(self.takes_s)
        if self.meets:
            self.meets.wait(10)
        if self.hangs_until:
            self.hangs_until.wait(60)
        if self.error:
            raise self.error
        return Heard(self.text, "speech" if self.text else "noise", 1, engine=self.engine)


class Judge:
    """Gives every pause the same score, or fails."""

    def __init__(self, score: float = 0.75, error: Exception | None = None) -> None:
        self.score = score
        self.error = error
        self.heard: list[Samples] = []

    def end_of_turn(self, samples: Samples) -> float:
        self.heard.append(samples)
        if self.error:
            raise self.error
        return self.score
