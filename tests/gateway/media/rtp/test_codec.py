import audioop
import numpy as np
import pytest

from gateway.media.rtp.codec import MediaFormat, make_codec
from gateway.media.rtp.packets import HEADER_BYTES

ROWS = np.array([0])


def test_payloads_of_asterisk(captured: tuple[MediaFormat, list[bytes]]) -> None:
    name, packets = captured
    codec = make_codec(name, 1)
    table = np.array([list(packet[HEADER_BYTES:]) for packet in packets], np.uint8)
    assert table.shape[1] == codec.payload_bytes
    frames = codec.decode(table)
    assert frames.shape == (3, codec.frame_samples)
    assert codec.frame_samples * 50 == codec.clock_rate
    assert np.abs(frames[2]).max() > 100, "the prompt is audible"
    for payload, frame in zip(packets, frames, strict=True):
        data = payload[HEADER_BYTES:]
        expected = {
            "slin16": lambda data: audioop.byteswap(data, 2),
            "ulaw": lambda data: audioop.ulaw2lin(data, 2),
            "alaw": lambda data: audioop.alaw2lin(data, 2),
        }[name](data)
        assert frame.tobytes() == expected


def test_slin16_there_and_back() -> None:
    codec = make_codec("slin16", 1)
    frames = np.random.default_rng(0).integers(-32_768, 32_768, (4, 320)).astype(np.int16)
    rows = np.arange(4)
    assert (codec.widen(rows, codec.decode(codec.encode(rows, frames))) == frames).all()


@pytest.mark.parametrize("law", ["ulaw", "alaw"])
def test_every_sample_is_companded_as_by_audioop(law: MediaFormat) -> None:
    codec = make_codec(law, 1)
    every = np.arange(-32_768, 32_768, dtype=np.int16)
    compress = audioop.lin2ulaw if law == "ulaw" else audioop.lin2alaw
    assert codec._compress[every.view(np.uint16)].tobytes() == compress(every.tobytes(), 2)
    expand = audioop.ulaw2lin if law == "ulaw" else audioop.alaw2lin
    assert codec.decode(np.arange(256, dtype=np.uint8)[None]).tobytes() == expand(bytes(range(256)), 2)


@pytest.mark.parametrize("law", ["ulaw", "alaw"])
def test_speech_survives_g711(law: MediaFormat, human: np.ndarray) -> None:
    codec = make_codec(law, 2)
    speech = human[: len(human) // 320 * 320]
    row = np.array([1])
    heard = []
    for frame in speech.reshape(-1, 1, 320):
        payload = codec.encode(row, frame)
        assert payload.shape == (1, 160)
        heard.append(codec.widen(row, codec.decode(payload))[0])
    back = np.concatenate(heard).astype(float)
    correlation = max(
        np.corrcoef(speech[: len(speech) - 64], back[delay : len(back) - 64 + delay])[0, 1]
        for delay in range(64)
    )
    assert correlation > 0.99


def test_reset_forgets_a_call() -> None:
    codec = make_codec("ulaw", 1)
    loud = np.full((1, 320), 20_000, np.int16)
    first = codec.encode(ROWS, loud)
    assert (codec.encode(ROWS, loud) != first).any()
    codec.reset(0)
    assert (codec.encode(ROWS, loud) == first).all()
