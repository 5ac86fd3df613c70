"""The timeline as it is printed."""

import asyncio

import pytest
from redis.asyncio import Redis

from parley.bus import Bus
from tests.tracing.call import CALL, EVENTS, event
from tracing.show import chosen, lines, main
from tracing.timeline import trace_of


def printed() -> list[str]:
    return [line.plain.rstrip() for line in lines(trace_of(CALL, EVENTS))]


def test_the_call_and_everything_in_it_in_order() -> None:
    text = printed()
    assert text[0] == "1700000000.1  1000 called 100, agent shop, 2023-11-14 22:13:20 UTC"
    assert text[1] == "    0.10 s   agent  Hello.  2.0 s"
    assert text[2] == "    2.50 s          key  digit 5"
    assert text[3] == "    3.00 s  caller  When do you open?  2.0 s"
    assert text[4] == "    6.50 s   agent  At  0.8 s, cut short"
    assert text[5].strip() == "answered after 1.50 s"
    assert text[-1] == "   10.00 s  caller_hung_up"


def test_a_waterfall_has_every_stage_where_it_was() -> None:
    stages = {line.split()[0]: line.split()[1] for line in printed() if " █" in line or "·" in line}
    assert set(stages) == {"endpoint", "stt", "transport", "llm", "tts", "playout"}
    assert stages["endpoint"] == "█" * 16 + "·" * 24  # 0.6 of 1.5 s
    assert stages["llm"].index("█") == 16
    assert {len(bar) for bar in stages.values()} == {40}


def test_the_last_call_is_the_one_that_began_last() -> None:
    events = [*EVENTS, event("call_started", 20.0, call="b"), event("call_ended", 30.0)]
    assert chosen(events, "last") == "b"
    assert chosen(events, CALL) == CALL
    assert chosen(events, "c") == chosen([], "last") == ""


def test_the_last_call_is_a_callers_rather_than_the_canarys() -> None:
    test = event("call_started", 40.0, call="t", caller="canary")
    assert chosen([*EVENTS, test], "last") == CALL
    assert chosen([test], "last") == "t"


def test_the_command(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def tell() -> None:
        redis = Redis.from_url(redis_url)
        await redis.flushdb()
        await redis.aclose()
        bus = Bus.connect(redis_url)
        for known in EVENTS:
            await bus.emit(known.kind, known.call, at=known.at, **known.data)
        await bus.close()

    asyncio.run(tell())
    monkeypatch.setenv("REDIS_URL", redis_url)
    assert main("last") == 0
    assert "When do you open?" in capsys.readouterr().out
    assert main("nobody's") == 1
    assert 'no call "nobody\'s"' in capsys.readouterr().err
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    assert main("last") == 1
    assert capsys.readouterr().err.startswith("trace: ")
