import asyncio
import time

from parley.watchdog import DEAD_S, SICK_S, Watchdog, beat


def watchdog() -> tuple[Watchdog, list[str]]:
    dead: list[str] = []
    return Watchdog(dead.append), dead


def test_who_beats_is_well_however_long() -> None:
    dog, dead = watchdog()
    heart = dog.heart("loop")
    for second in range(100):
        heart.beaten_at = dog._looked_at
        dog.look(dog._looked_at + 1)
        assert not dog.sick(dog._looked_at), second
    assert not dead


def test_who_stops_is_sick_and_then_dead_and_named() -> None:
    dog, dead = watchdog()
    well, still = dog.heart("loop"), dog.heart("media plane")
    begin = still.beaten_at
    for second in range(1, int(DEAD_S) + 2):
        now = begin + second
        well.beaten_at = now
        dog.look(now)
        assert (dog.sick(now) == "media plane") == (second > SICK_S)
        assert dead == (["media plane"] if second > DEAD_S else [])


def test_a_process_that_was_stopped_as_a_whole_is_not_ended_for_it() -> None:
    """SIGSTOP, a machine that slept: nobody could beat, nor could the watchdog look."""
    dog, dead = watchdog()
    heart = dog.heart("loop")
    dog.look(heart.beaten_at + 1)
    woken = heart.beaten_at + 3600
    dog.look(woken)
    assert not dead
    assert not dog.sick(woken)
    for second in range(1, int(DEAD_S) + 2):  # but one that stays still after that is
        dog.look(woken + second)
    assert dead == ["loop"]


async def test_an_event_loop_beats_while_it_turns() -> None:
    dog, _ = watchdog()
    heart = dog.heart("loop")
    heart.beaten_at = 0.0
    beating = asyncio.create_task(beat(heart))
    await asyncio.sleep(0.6)
    beating.cancel()
    assert time.monotonic() - heart.beaten_at < SICK_S
