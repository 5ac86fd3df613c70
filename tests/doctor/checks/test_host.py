"""Checks of what the host tells."""

import pytest

from doctor.checks import host
from doctor.probes.facts import Container
from tests.fakes.examined import subject


async def test_a_good_host() -> None:
    well = subject()
    assert (await host.docker(well)).figure == "engine 27.5.1, Compose 2.30.0"
    assert (await host.disk(well)).figure == "50 GB free at /var/lib/docker"
    assert (await host.containers(well)).figure == "8 of 8 are healthy"
    assert (await host.logs(well)).figure == "0 errors in the last minutes"
    assert (await host.clock(well)).figure == "host and containers agree, synchronised (NTP)"
    for check in (host.docker, host.disk, host.containers, host.logs, host.clock):
        assert (await check(well)).mark == "ok"


@pytest.mark.parametrize(
    ("tuned", "mark", "figure"),
    [
        (
            "2 32 reads 80 and writes 9.5 tokens/s",
            "ok",
            "language model: 2 threads, steps of 32 tokens; reads 80 and writes 9.5 tokens/s",
        ),
        ("", "unknown", "the language model was not measured: the machine was busy"),
        (None, "unknown", "there is no language model here"),
    ],
)
async def test_how_the_language_model_was_fit_to_the_machine(
    tuned: str | None, mark: str, figure: str
) -> None:
    found = await host.tuned(subject(tuned=tuned))
    assert (found.mark, found.figure) == (mark, figure)


async def test_a_short_password_is_named() -> None:
    assert (await host.passwords(subject())).mark == "ok"
    found = await host.passwords(subject(weak=("TRUNK_PASSWORD",)))
    assert (found.mark, found.figure) == ("wrong", "fewer than 12 characters: TRUNK_PASSWORD")


async def test_no_engine() -> None:
    assert (await host.docker(subject(engine=""))).mark == "wrong"


async def test_a_full_disk() -> None:
    found = await host.disk(subject(free_kb=2_000_000))
    assert (found.mark, found.figure) == ("wrong", "1.9 GB free at /var/lib/docker")
    assert "docker system prune" in found.advice


async def test_a_disk_that_cannot_be_seen() -> None:
    assert (await host.disk(subject(free_kb=None))).mark == "unknown"


@pytest.mark.parametrize("verdict", ["failed", "unhealthy", "starting", "paused"])
async def test_a_container_that_is_not_well(verdict: str) -> None:
    containers = (Container("stt-1", "stt", "healthy"), Container("stt-2", "stt", verdict))
    found = await host.containers(subject(containers=containers))
    assert (found.mark, found.figure) == ("wrong", f"stt-2 is {verdict}")
    assert "SERVICE=stt" in found.advice


async def test_a_container_that_was_never_started_is_none() -> None:
    containers = (Container("stt-1", "stt", "healthy"), Container("canary-1", "canary", "created"))
    assert (await host.containers(subject(containers=containers))).figure == "1 of 1 are healthy"
    assert (await host.containers(subject(containers=containers[1:]))).mark == "wrong"


async def test_errors_in_logs() -> None:
    errors = (("gateway-1", "first"), ("asterisk-1", "second"), ("gateway-1", "the last words"))
    found = await host.logs(subject(errors=errors))
    assert found.figure == "errors: gateway-1 2, asterisk-1 1; the last: the last words"
    assert found.advice == "make logs SERVICE=gateway"


async def test_an_error_of_ours_is_told_in_its_own_words() -> None:
    line = '{"service":"gateway","call":"1.1","error":"timeout","event":"the call failed","level":"error"}'
    found = await host.logs(subject(errors=(("gateway-1", line),)))
    assert found.figure == "errors: gateway-1 1; the last: the call failed: timeout"


async def test_clocks() -> None:
    assert (await host.clock(subject(clock_s=-30.0))).mark == "wrong"
    assert (await host.clock(subject(clock_s=None))).mark == "unknown"
    free_running = await host.clock(subject(ntp=False))
    assert (free_running.mark, free_running.advice) == ("unknown", "timedatectl set-ntp true")
    assert (await host.clock(subject(ntp=None))).mark == "ok"
