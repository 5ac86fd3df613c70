"""The peer: a pipecat-ai bot as its own template has it, with a telephone of ours in the place of a transport.

    python -m bench.peer.bot PLAN    runs in the peer's own image (Dockerfile beside this), never in the stack's

PLAN is what `python -m bench.peer plan` writes: prompts, and recordings with the places of their first and last voiced
sample. One call after the other: the bot greets, then each recording is fed in on an absolute clock, in frames of 20 ms
with silence between them. Prints a JSON line for every turn and every interruption, in seconds of CLOCK_MONOTONIC, and
one for what it ran with.
"""

import asyncio
import json
import os
import sys
import time
import wave
from importlib.metadata import version
from pathlib import Path
from typing import Any

from loguru import logger
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import (
    Frame,
    LLMMessagesUpdateFrame,
    TTSSpeakFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.services.piper.tts import PiperTTSService
from pipecat.services.whisper.stt import WhisperSTTService
from pipecat.transcriptions.language import Language
from pipecat.transports.base_transport import TransportParams
from pipecat.workers.runner import WorkerRunner

from bench.peer.telephone import FRAME_S, RATE, Line, Loudspeaker, Microphone, Said

MODELS = Path(os.environ.get("MODELS_DIR") or "/models")
THINKING_S = 0.7
"""What the caller waits after an answer before it goes on."""
QUIET_S = 1.5
"""So long a silence of the bot ends its answer."""
PATIENCE_S = 30.0
READING_S = 300.0
"""How long a company's prompt may be read, before the first greeting: nothing is measured then."""
GAP_S = 0.35
"""A bot that was silent for so long has stopped."""
GREET = "Greet the caller in one short sentence."


class Bot:
    """The pipeline, and a caller who talks to it."""

    def __init__(self, plan: dict[str, Any], folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        self._line = Line()
        params = TransportParams(audio_in_enabled=True, audio_out_enabled=True)
        self._microphone = Microphone(params)
        self._context = LLMContext()
        # From here to the worker it is the template's, with its defaults.
        user, assistant = LLMContextAggregatorPair(
            self._context, user_params=LLMUserAggregatorParams(vad_analyzer=SileroVADAnalyzer())
        )
        pipeline = Pipeline(
            [
                self._microphone,
                _stt(),
                user,
                _llm(),
                _tts(),
                Loudspeaker(params, self._line),
                assistant,
            ]
        )
        self._worker = PipelineWorker(
            pipeline, params=PipelineParams(enable_metrics=True, enable_usage_metrics=True)
        )
        self._ready = asyncio.Event()
        self._worker.add_event_handler("on_pipeline_started", self._started)

    async def _started(self, _worker: PipelineWorker, _frame: Frame) -> None:
        self._ready.set()

    async def run(self) -> None:
        """Take all calls, then all interruptions."""
        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(self._worker)
        running = asyncio.create_task(runner.run())
        await self._ready.wait()
        try:
            for call in self._plan["calls"]:
                await self._call(call)
            for interruption in self._plan["interruptions"]:
                await self._interrupt(interruption)
        finally:
            await runner.cancel()
            await asyncio.wait([running], timeout=10)

    async def _call(self, call: dict[str, Any]) -> None:
        messages = [{"role": "system", "content": call["prompt"]}, {"role": "user", "content": GREET}]
        begun = time.monotonic()
        await self._worker.queue_frames([LLMMessagesUpdateFrame(messages, run_llm=True)])
        await self._quiet(begun, begun, READING_S)
        for turn in call["turns"]:
            await asyncio.sleep(THINKING_S)
            tell({"kind": "turn", "number": turn["number"], "said": turn["text"]} | await self._ask(turn))

    async def _ask(self, turn: dict[str, Any]) -> dict[str, Any]:
        known, begun = len(self._context.messages), time.monotonic()
        said = await self._microphone.say(self._said(turn))
        await self._quiet(begun, said.ended_at)
        # The answer that stands is the one after the last end of the turn that the bot found.
        stops = [at for at in self._line.stops if at > begun]
        answer = self._line.voiced(stops[-1]) if stops else []
        return {
            "ended_at": said.ended_at,
            "stopped_at": stops[-1] if stops else None,
            "answer_at": answer[0] if answer else None,
            "first_voice_at": next(iter(self._line.voiced(said.ended_at)), None),
            "heard": self._words(known, "user"),
            "reply": self._words(known, "assistant"),
        }

    async def _interrupt(self, plan: dict[str, Any]) -> None:
        begun = time.monotonic()
        await self._worker.queue_frames([TTSSpeakFrame(self._plan["monologue"])])
        await self._speaks(begun)
        await asyncio.sleep(plan["moment_s"])
        said = await self._microphone.say(self._said(plan))
        spoke = any(0 <= said.started_at - at < GAP_S for at, _ in self._line.heard)
        stop = await self._stop(said.started_at)
        await self._quiet(said.ended_at, said.ended_at)
        tell({"kind": "interruption", "label": plan["label"], "spoke": spoke, "stop_s": stop})

    async def _speaks(self, begun: float) -> None:
        """Wait for the bot's first word after a moment; not for ever."""
        for _ in range(round(PATIENCE_S / FRAME_S)):
            if self._line.voiced(begun):
                return
            await asyncio.sleep(FRAME_S)

    async def _stop(self, since: float) -> float | None:
        """Wait until the bot has stopped; return how long after `since` its last frame went out."""
        while time.monotonic() < since + PATIENCE_S:
            after = [at for at, _ in self._line.heard if at > since]
            whole = [since, *after]
            for one, next_one in zip(whole, [*whole[1:], time.monotonic()], strict=True):
                if next_one - one > GAP_S:
                    return one - since
            await asyncio.sleep(0.05)
        return None

    async def _quiet(self, begun: float, since: float, patience_s: float = PATIENCE_S) -> None:
        """Wait for something that is said after `begun`, and for its end after `since`; not for ever."""
        while time.monotonic() < since + patience_s:
            await asyncio.sleep(0.05)
            stops = [at for at in self._line.stops if at > begun]
            voiced = self._line.voiced(max(since, stops[-1] if stops else since))
            if voiced and time.monotonic() - voiced[-1] > QUIET_S:
                return

    def _words(self, known: int, role: str) -> str:
        messages = [m for m in self._context.messages[known:] if isinstance(m, dict) and m["role"] == role]
        return " ".join(str(m["content"]) for m in messages)

    def _said(self, clip: dict[str, Any]) -> Said:
        with wave.open(str(self._folder / clip["clip"])) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
            samples = file.readframes(file.getnframes())
        first, last = (2 * round(clip[name] * RATE) for name in ("voice_start_s", "voice_end_s"))
        return Said(samples, first, last - 2, asyncio.get_running_loop().create_future())


def _stt() -> WhisperSTTService:
    model = str(MODELS / "whisper" / (os.environ.get("STT_MODEL") or "base"))
    settings = WhisperSTTService.Settings(model=model, language=Language.EN)
    return WhisperSTTService(device="cpu", compute_type="int8", settings=settings)


def _llm() -> OpenAILLMService:
    return OpenAILLMService(
        api_key=os.environ.get("LLM_API_KEY") or "none",
        base_url=os.environ.get("LLM_BASE_URL") or "http://llm:8080/v1",
        settings=OpenAILLMService.Settings(model="local", temperature=0.0),
    )


def _tts() -> PiperTTSService:
    voice = os.environ.get("CALLER_VOICE") or "en_US-joe-medium"
    return PiperTTSService(
        download_dir=MODELS / "tts" / voice, settings=PiperTTSService.Settings(voice=voice)
    )


def tell(line: dict[str, Any]) -> None:
    """Print a line of the result."""
    print(json.dumps(line), flush=True)


def main() -> None:
    """Run a plan."""
    logger.remove()
    logger.add(sys.stderr, level=os.environ.get("PEER_LOG_LEVEL") or "WARNING")
    path = Path(sys.argv[1])
    tell(
        {
            "kind": "peer",
            "packages": {name: version(name) for name in ("pipecat-ai", "faster-whisper", "piper-tts")},
            "end_of_turn": "smart-turn v3",
        }
    )
    asyncio.run(Bot(json.loads(path.read_text(encoding="utf-8")), path.parent).run())


if __name__ == "__main__":
    main()
