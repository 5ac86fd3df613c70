"""Where the callers' speech begins and pauses, for all calls at once, counted in their own samples."""

import numpy as np
from numpy.typing import NDArray

from gateway.media.rtp.packets import Bools, Ints
from gateway.media.speech.background import Background
from gateway.media.speech.budget import WindowBudget
from gateway.media.speech.caller_levels import CallerLevels
from gateway.media.speech.detections import Detections, DetectorSettings
from gateway.media.speech.echo import SPAN_SAMPLES, EchoGuard
from gateway.media.speech.hush import Hushes
from gateway.media.speech.levels import Levels
from gateway.media.speech.vad import PHASES, PIECE, WINDOW_SAMPLES, VadEngine, gathered
from parley.audio import FRAME_SAMPLES, LONGEST_TURN, SAMPLE_RATE
from parley.voice import NEAR_PACKETS, ONSET_GAP_PACKETS, VoiceMeter

HISTORY_FRAMES = 50
"""Frames of every caller that are kept: one second."""
NO_DEADLINE = np.iinfo(np.int64).max

_QUIETEST_WINDOW = 10 ** (-60 / 20)
"""RMS of full scale below which the model is not asked: −60 dBFS, less than the noise of most lines."""
_ECHO_FRAMES = -(-SPAN_SAMPLES // FRAME_SAMPLES)
_LONGEST_WINDOWS = LONGEST_TURN // WINDOW_SAMPLES
_MOST_PENDING_WINDOWS = 15
"""Speech that was too faint to count belongs to the speech that follows it for half a second at most."""


class SpeechDetector:
    """Columns of what is known of every caller's audio, a row per call."""

    def __init__(self, capacity: int, engine: VadEngine, settings: DetectorSettings) -> None:
        self._engine = engine
        self._settings = settings
        self.budget = WindowBudget(capacity)
        """How many windows are judged at a time."""
        self.echo = EchoGuard(capacity)
        """Told what is sent, so that it does not count as speech when it comes back."""
        self.history = np.zeros((capacity, HISTORY_FRAMES, FRAME_SAMPLES), np.int16)
        self.clock = np.zeros(capacity, np.int64)
        """Samples received."""
        self.talking = np.zeros(capacity, np.bool_)
        self.start_sample = np.zeros(capacity, np.int64)
        """Where the present or last stretch of speech began, with pre-roll."""
        self.voice_end_sample = np.zeros(capacity, np.int64)
        """One past the last window of speech."""
        self.onset = np.zeros(capacity)
        """Arrival of the first voiced packet of the present stretch."""
        self.voice_end = np.zeros(capacity)
        """Arrival of the last voiced packet."""
        self.agent_speaks = np.zeros(capacity, np.bool_)
        """Whether the agent can be heard: then the caller has to be louder than the background."""
        self.background = Background(capacity)
        """Who speaks beside the caller."""
        self.silence_deadline = np.full(capacity, NO_DEADLINE)
        """Samples of silence after which `silence_reached` is told, once."""
        self.faint = np.zeros(capacity, np.bool_)
        """Whether the present stretch of speech is fainter than speech over the agent has to be: it silences nobody."""
        self.too_short = 0
        """Bursts of speech that ended before they counted as such, of all calls."""
        # Arrival of the newest packet, power of the present stretch, arrival of the newest loud packet.
        self._newest, self._run_power, self._loud_arrival = (np.zeros(capacity) for _ in range(3))
        self._window_at, self._voiced_at, self._loud_at = (np.zeros(capacity, np.int64) for _ in range(3))
        self._speech_windows, self._run_windows = (np.zeros(capacity, np.int64) for _ in range(2))
        # The first tells whether the present stretch of speech began over the agent's.
        self._over_agent, self._may_sustain, self._rose = (np.zeros(capacity, np.bool_) for _ in range(3))
        self._hushes = Hushes(capacity, settings.hush_ms)
        self._voice = VoiceMeter(capacity)
        self._callers = CallerLevels(capacity, settings.over_agent_dbfs)
        self._levels = Levels(capacity, HISTORY_FRAMES)

    def reset(self, row: int) -> None:
        """Make a row ready for a new call."""
        self.history[row] = 0
        for column in (self.clock, self.talking, self.start_sample, self.voice_end_sample, self.onset):
            column[row] = 0
        for column in (self._newest, self.voice_end, self._run_power, self._voiced_at):
            column[row] = 0
        for count in (self._speech_windows, self._run_windows):
            count[row] = 0
        for flag in (self.agent_speaks, self._over_agent, self._may_sustain, self.faint):
            flag[row] = False
        self._loud_at[row] = -HISTORY_FRAMES
        self._hushes.forget(row)
        self._voice.reset(row)
        self._callers.reset(row)
        self.background.reset(row)
        self._levels.reset(row)
        self.silence_deadline[row] = NO_DEADLINE
        # Calls start their windows at different ticks, so that the inferences are spread.
        self._window_at[row] = (row % PHASES) * PIECE
        self._engine.reset(row)
        self.budget.reset(row)
        self.echo.reset(row)

    def feed(self, rows: Ints, frames: NDArray[np.int16], arrivals: NDArray[np.float64]) -> None:
        """Append one frame (n, FRAME_SAMPLES) to each of `rows`; arrival 0 marks a made-up frame."""
        if not len(rows):
            return
        number = self.clock[rows] // FRAME_SAMPLES
        self.history[rows, number % HISTORY_FRAMES] = frames
        self.clock[rows] += FRAME_SAMPLES
        self._newest[rows] = np.maximum(self._newest[rows], arrivals)
        level = self._levels.note(rows, number, frames)
        loud = self._voice.loud(rows, level) & (arrivals > 0) & self.background.may_be_callers(rows, level)
        self._note_voice(rows[loud], number[loud], arrivals[loud])
        own = loud & self.talking[rows] & ~self._over_agent[rows]
        self._callers.note(rows, level, own)
        self.background.note(rows, level, own)

    def _note_voice(self, rows: Ints, number: Ints, arrivals: NDArray[np.float64]) -> None:
        """Set the clocks of voice by the loud frames of a tick."""
        near = number - self._loud_at[rows] <= NEAR_PACKETS
        fresh = near & (number - self._voiced_at[rows] > ONSET_GAP_PACKETS)
        self.onset[rows[fresh]] = self._loud_arrival[rows[fresh]]
        self._voiced_at[rows[near]] = number[near]
        self.voice_end[rows[near]] = arrivals[near]
        self._loud_at[rows] = number
        self._loud_arrival[rows] = arrivals

    def detect(self, rows: Ints) -> Detections:
        """Judge the complete windows of `rows`, and say what has begun and ended since the last call.

        `rows` are all calls there are. What exceeds the budget of one call of this is judged in the next.
        """
        was_talking = self.talking[rows].copy()
        self._rose[rows] = False
        sustained = []
        self.budget.begin(len(rows))
        judged = rows
        while len(due := judged[self.clock[judged] - self._window_at[judged] >= WINDOW_SAMPLES]):
            judged = self._affordable(due)
            sustained.append(self._judge(judged))
        started = rows[(self.talking[rows] & ~was_talking) | self._rose[rows]]
        live = rows[self.talking[rows]]
        hushed, went_on = self._hushes.find(live, self.clock, self.start_sample, self._voiced_at)
        silence = self.clock[rows] - self.voice_end_sample[rows]
        paused = rows[self.talking[rows] & self._is_pause(rows, silence)]
        self.talking[paused] = False
        reached = rows[~self.talking[rows] & (silence >= self.silence_deadline[rows])]
        self.silence_deadline[reached] = NO_DEADLINE
        lasting = np.concatenate([*sustained, np.zeros(0, np.int64)])
        murmurs = self.background.find(rows, self.clock, self.talking, self.agent_speaks)
        self._take_up(murmurs.ended)
        return Detections(
            np.concatenate([started, murmurs.ended]),
            lasting,
            hushed,
            went_on,
            np.concatenate([paused, murmurs.ended]),
            reached,
            self._overlong(rows),
            murmurs.begun,
            murmurs.dropped,
        )

    def _take_up(self, rows: Ints) -> None:
        """Somebody faint waits for an answer in `rows`: they have begun to speak, and paused."""
        self.start_sample[rows] = self.background.begin[rows] // FRAME_SAMPLES * FRAME_SAMPLES
        self.voice_end_sample[rows] = end = self.background.end[rows]
        self.voice_end[rows] = self._newest[rows] - (self.clock[rows] - end) / SAMPLE_RATE
        self.faint[rows] = True

    def _overlong(self, rows: Ints) -> Ints:
        """Those of `rows` whose stretch of speech is as long as a turn may be; it is counted anew from here."""
        found = rows[self.talking[rows] & (self._run_windows[rows] >= _LONGEST_WINDOWS)]
        self._run_windows[found] = 1
        self._run_power[found] = self._power(found)
        return found

    def _is_pause(self, rows: Ints, silence: Ints) -> Bools:
        """Whether `silence` of each row, in samples without speech, is a pause.

        The model finds speech for some 100 ms after a voice; when it finds none, the pause began with the last
        voiced packet. Not over the agent: there the words decide what happens, and their last breath is waited for.
        """
        pause = self._settings.pause_ms * SAMPLE_RATE // 1000
        released = self._window_at[rows] - self.voice_end_sample[rows] >= WINDOW_SAMPLES
        voiced_end = (self._voiced_at[rows] + 1) * FRAME_SAMPLES
        hushed = (voiced_end > self.start_sample[rows]) & (self.clock[rows] - voiced_end >= pause)
        return (silence >= pause) | (released & hushed & ~self._over_agent[rows])

    def _affordable(self, rows: Ints) -> Ints:
        """Those of `rows` whose next window can be judged in this tick; what needs no inference costs nothing."""
        may = ~self._needs_inference(rows)
        asking = rows[~may]
        may[~may] = self.budget.grant(asking, self.clock[asking] - self._window_at[asking])
        return rows[may]

    def _judge(self, rows: Ints) -> Ints:
        """Judge one window of each of `rows`; return those whose speech has just become sustained."""
        at = self._window_at[rows]
        probability = self._probabilities(rows, at)
        self._window_at[rows] += WINDOW_SAMPLES
        talking = self.talking[rows]
        speech = probability >= np.where(talking, self._settings.release, self._settings.threshold)
        speech &= ~self._is_beside(rows, speech, at + WINDOW_SAMPLES)
        before = self._speech_windows[rows]
        self.too_short += int((~talking & ~speech & (before > 0)).sum())
        run = np.where(speech, before + 1, 0)
        self._speech_windows[rows] = run
        end = at + WINDOW_SAMPLES
        self.voice_end_sample[rows] = np.where(speech & talking, end, self.voice_end_sample[rows])
        start_windows = max(1, round(self._settings.start_ms / 32))
        starting = ~talking & (run >= start_windows)
        if starting.any():
            starting[starting] = ~self._are_faint(rows[starting])
        if starting.any():
            starting[starting] = ~self._are_echoes(rows[starting])
        # Somebody in the background does not hide the caller who speaks up before them: that begins again.
        rising = talking & speech & self.faint[rows] & self._silences(rows)
        self._rose[rows[rising]] = True
        run[rising] = start_windows
        starting |= rising
        self._begin(rows[starting], end[starting], run[starting], start_windows)
        return self._sustained(rows[talking & speech])

    def _is_beside(self, rows: Ints, speech: Bools, end: Ints) -> Bools:
        """Which of the `speech` that ends at sample `end` is somebody's beside the caller; over the agent none is."""
        power = self._power(rows)
        far = self.background.far(rows, power, end, self.talking[rows])
        beside = speech & far
        heard = rows[beside]
        alone = ~(self.talking[heard] | self.agent_speaks[heard])
        self.background.heard(heard, power[beside], end[beside], alone)
        return far & ~self.agent_speaks[rows] & ~(self._over_agent[rows] & self.talking[rows])

    def _begin(self, rows: Ints, end: Ints, run: Ints, start_windows: int) -> None:
        """Note that speech of `run` windows has begun in `rows`, whose last window ends at `end`."""
        self.talking[rows] = True
        self.silence_deadline[rows] = NO_DEADLINE
        self.voice_end_sample[rows] = end
        self._run_windows[rows] = start_windows
        self._run_power[rows] = start_windows * self._power(rows)
        self._over_agent[rows] = self.agent_speaks[rows]
        self.faint[rows] = self._over_agent[rows] & ~self._silences(rows)
        self._hushes.forget(rows)
        self._may_sustain[rows] = True
        # The model may find speech where no packet is voiced: the last onset is then that of another stretch, or none.
        earliest = self._newest[rows] - (run + 1) * (WINDOW_SAMPLES / SAMPLE_RATE)
        self.onset[rows] = np.maximum(self.onset[rows], earliest)
        self._set_start(rows, end - np.minimum(run, _MOST_PENDING_WINDOWS) * WINDOW_SAMPLES)

    def _sustained(self, rows: Ints) -> Ints:
        """Count another window of speech in `rows`; return those that have just spoken long, and loud, enough."""
        self._run_windows[rows] += 1
        self._run_power[rows] += self._power(rows)
        mean = self._run_power[rows] / self._run_windows[rows]
        long = self._may_sustain[rows] & (self._run_windows[rows] >= self._settings.sustain_ms // 32)
        found = rows[long & (~self._over_agent[rows] | (mean >= self._callers.gate(rows)))]
        self._may_sustain[found] = False
        return found

    def _are_faint(self, rows: Ints) -> Bools:
        """Whether what seems to be speech over the agent comes from the background."""
        least = np.maximum(self._callers.least(rows), self.background.gate(rows))
        return self.agent_speaks[rows] & (self._power(rows) < least)

    def _silences(self, rows: Ints) -> Bools:
        """Whether speech over the agent is loud enough to be the caller's for sure."""
        return self._power(rows) >= np.maximum(self._callers.gate(rows), self.background.gate(rows))

    def _power(self, rows: Ints) -> NDArray[np.float64]:
        """Mean power of the newest 100 ms of each row: as loud as that is speech over the agent."""
        return self._levels.power(rows, self.clock[rows] // FRAME_SAMPLES)

    def _are_echoes(self, rows: Ints) -> Bools:
        """Whether what seems to be speech is the agent's own; what is, has to begin again to count."""
        newest = self.clock[rows, None] // FRAME_SAMPLES - np.arange(_ECHO_FRAMES, 0, -1)
        heard = self.history[rows[:, None], newest % HISTORY_FRAMES].reshape(len(rows), -1)
        echoes = self.echo.is_echo(rows, heard[:, -SPAN_SAMPLES:])
        self._speech_windows[rows[echoes]] = 0
        return echoes

    def _set_start(self, rows: Ints, speech_at: Ints) -> None:
        preroll = self._settings.preroll_ms * SAMPLE_RATE // 1000
        start = np.maximum(speech_at - preroll, 0)
        self.start_sample[rows] = start - start % FRAME_SAMPLES

    def _probabilities(self, rows: Ints, at: Ints) -> NDArray[np.float32]:
        """Speech probability of the window that begins at sample `at` of each row."""
        probability = np.zeros(len(rows), np.float32)
        loud = np.nonzero(self._needs_inference(rows))[0]
        if len(loud):
            chosen = rows[loud]
            probability[loud] = self._engine.probabilities(chosen, gathered(self.history, chosen, at[loud]))
        return probability

    def _needs_inference(self, rows: Ints) -> Bools:
        """Whether the next window of each row may be speech; one without a sound is none, as most of a call is."""
        return self.talking[rows] | (self._levels.of_window(rows, self._window_at[rows]) > _QUIETEST_WINDOW)

    def audio(self, row: int, first_frame: int, end_frame: int) -> NDArray[np.int16]:
        """Frames `first_frame`…`end_frame` of a caller as one stretch of samples; at most a second."""
        numbers = np.arange(first_frame, end_frame) % HISTORY_FRAMES
        return self.history[row, numbers].reshape(-1)
