"""What command lines do at Redis."""

import pytest

from gateway.command import at_redis
from parley.bus import Bus


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, redis_url: str) -> None:
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("ARI_PASSWORD", "secret")


async def outage(bus: Bus) -> None:
    print(await bus.outage())


async def refused(_: Bus) -> None:
    raise ValueError("that is no number")


def test_it_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert at_redis("switch", outage, away="as before") == 0
    assert capsys.readouterr().out in ("True\n", "False\n")


def test_what_cannot_be_done_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert at_redis("switch", refused, away="as before") == 2
    assert capsys.readouterr().err == "switch: that is no number\n"
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    assert at_redis("switch", outage, away="as before") == 1
    assert capsys.readouterr().err.startswith("switch: Redis is away, as before: ")
    monkeypatch.delenv("ARI_PASSWORD")
    assert at_redis("switch", outage, away="as before") == 2
    assert "ARI_PASSWORD" in capsys.readouterr().err
