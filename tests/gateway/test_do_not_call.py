"""`make dnc-add`, `dnc-list` and `dnc-remove`, over a real Redis."""

import pytest
from redis.asyncio import Redis

from gateway.do_not_call import carry_out, e164, main
from parley.bus import Bus


async def test_a_number_is_put_on_the_list_shown_and_taken_off(
    bus: Bus, redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with Redis.from_url(redis_url) as redis:
        await redis.flushdb()
    ledger = bus.commands().ledger()
    for argv, printed in (
        (["list"], ""),
        (["add", "0049 30 123456"], "+4930123456 is never called.\n"),
        (["add", "+4930123456"], "+4930123456 is never called, as before.\n"),
        (["remove", "+49 (0)30 123456"], "+4930123456 may be called.\n"),
        (["remove", "+4930123456"], "+4930123456 may be called: it is not on the list.\n"),
    ):
        await carry_out(ledger, argv)
        assert capsys.readouterr().out == printed
    await ledger.add("+4930123456")
    await carry_out(ledger, ["list"])
    assert capsys.readouterr().out.startswith("+4930123456  since 2")


@pytest.mark.parametrize("text", ["", "1002", "030 123456", "Ann", "+49", "anonymous"])
def test_what_is_no_number_with_its_country_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="NUMBER must have its country"):
        e164(text)


@pytest.mark.parametrize("argv", [[], ["add"], ["call", "+4930123456"], ["list", "+4930123456"]])
def test_what_it_does_not_know_it_says(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    assert "usage" in capsys.readouterr().err
