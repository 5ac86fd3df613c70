from prometheus_client import REGISTRY, Histogram

from gateway.admission.admission import FEWEST, AdmissionSettings
from gateway.admission.headroom import Headroom, _Ticks
from parley.messages import ReplyTiming, Speech, Transcript

SETTINGS = AdmissionSettings(max_calls=10, tick_s=0.005, stt_queue_s=1.0, first_audio_s=4.0)


def load(signal: str) -> float | None:
    return REGISTRY.get_sample_value("parley_admission_load_ratio", {"signal": signal})


def test_workers_messages_are_measured() -> None:
    headroom = Headroom(SETTINGS, lambda: 2)
    for _ in range(FEWEST):
        headroom.on_message(
            Transcript(call="c", turn=1, revision=1, text="", end_of_turn=None, queue_s=0.5, work_s=0.1)
        )
        timing = ReplyTiming(queue_s=1.0, llm_s=1.5, tts_s=0.5)
        headroom.on_message(Speech(call="c", turn=1, revision=1, seq=0, text="", pcm=b"", timing=timing))
        greeting = ReplyTiming(queue_s=9.0, llm_s=9.0, tts_s=9.0)
        headroom.on_message(Speech(call="c", turn=0, revision=0, seq=0, text="", pcm=b"", timing=greeting))
    headroom.look()
    assert (load("stt_queue"), load("first_audio")) == (0.5, 0.75)
    assert REGISTRY.get_sample_value("parley_calls_left") == 2
    assert headroom.refusal() is None


def test_ticks_are_averaged_from_look_to_look() -> None:
    histogram = Histogram("test_headroom_ticks_seconds", "Ticks", registry=None)
    ticks = _Ticks(histogram)
    assert ticks.late_s() is None
    histogram.observe(0.002)
    histogram.observe(0.004)
    assert ticks.late_s() == 0.003
    histogram.observe(0.001)
    assert ticks.late_s() is not None
    assert ticks.late_s() is None
