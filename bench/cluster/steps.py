"""What is done to the cluster while calls go on, one step after the other; each leaves it as it was."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from bench.cluster import figures
from bench.cluster.cells import Cell, edge, starts, until, where
from bench.cluster.figures import Call
from bench.cluster.telephones import Telephone, cell_answers, conversing, judged, rings
from bench.faults.callers import Speech, call_anew
from bench.faults.catalogue import ask_hands
from bench.faults.turns import Probe
from bench.instruments import load, report
from bench.instruments.stats import percentile, share
from caller.phone.phone import Softphone

Figures = dict[str, float | None]

WINDOW_S = 30.0
"""How long calls go on after what is done: who is mute has found out by then."""
SHORT_S = 25.0
"""Length of calls where a cell is to become empty by itself."""
LIMIT_S = 1.5
"""What 95 of a hundred known answers are to keep to."""
LADDER = (2, 4, 6, 8, 10, 12, 16, 20)
PHONE = "1001"
_PROBED_S = 90.0
_WELL_S = 300.0
_EMPTY_S = 150.0
_GIVEN_S = 90.0
_JUDGED = 12
_LEFT_S = 10.0
_SETTLED_S = 1.0
"""By then a call is a channel that was given to a cell before it was drained."""


@dataclass(frozen=True)
class Cluster:
    """The edge with two cells, and who calls."""

    one: Cell
    other: Cell
    third: Cell
    """Which is not there but for the step that adds it."""
    telephones: Sequence[Telephone]
    """As many as there are calls at a time, and more for the most that one cell has."""
    calls: int
    new: Sequence[Softphone]
    """Who calls when something has been done."""
    phone: Softphone
    """Who is rung."""
    speech: Speech

    @property
    def cells(self) -> tuple[Cell, Cell]:
        """Those that are always there."""
        return self.one, self.other

    @property
    def callers(self) -> Sequence[Telephone]:
        """Who converses."""
        return self.telephones[: self.calls]

    @property
    def all_calls(self) -> list[Call]:
        """Every call of who converses, since that began."""
        return [call for telephone in self.callers for call in telephone.calls]


async def spread(cluster: Cluster) -> Figures:
    """Calls are begun, and nothing is done to them."""
    async with conversing(cluster.callers):
        found = figures.spread(await where(cluster.cells))
        at = time.monotonic()
        await asyncio.sleep(WINDOW_S)
    times = figures.answer_times(cluster.all_calls)
    found |= {"calls_lost": figures.course(cluster.all_calls, at)["calls_lost"]}
    return found | {"answers": len(times), "answer_p95_s": percentile(times, 95)}


async def cell_kill(cluster: Cluster) -> Figures:
    """A cell's telephony is killed, and then all of the other cell; each is started again after it."""
    first = await _killed(cluster, cluster.one, "asterisk", "gateway", "gateway-2")
    second = await _killed(cluster, cluster.other)
    found = figures.both(first, second)
    found |= {f"telephony_{name}": value for name, value in first.items()}
    return found | {f"machine_{name}": value for name, value in second.items()}


async def _killed(cluster: Cluster, victim: Cell, *services: str) -> Figures:
    """Kill these services of a cell, or all of it: Asterisk first, whose death is what callers meet."""
    async with conversing(cluster.callers):
        cells = figures.cells_of(await where(cluster.cells))
        at = time.monotonic()
        await asyncio.to_thread(victim.kill, "asterisk")
        dying = asyncio.create_task(asyncio.to_thread(victim.kill, *services))
        probes = await _probes(cluster, at)
        await dying
        await asyncio.sleep(max(0.0, at + WINDOW_S - time.monotonic()))
    found = figures.kill(cluster.all_calls, at, cells, victim.letter, probes)
    (left,) = (cell for cell in cluster.cells if cell is not victim)
    found |= await _phone(cluster, [left])
    await ask_hands(f"start.{victim.letter}")
    await well(cluster, victim)
    return found


async def drain(cluster: Cluster) -> Figures:
    """A cell is drained: its calls go on to their ends, and it gets no more."""
    cell = cluster.one
    async with conversing(cluster.callers, SHORT_S):
        at = time.monotonic()
        own = await _drained(cluster, cell)
        new: set[str] = set()
        await _until_empty(cell, new, own)
        await asyncio.sleep(WINDOW_S / 2)
        new |= set(await asyncio.to_thread(cell.calls)) - own
    found = figures.course(cluster.all_calls, at)
    found |= {"calls_there": len(own), "new_calls_there": len(new)}
    found |= await _phone(cluster, cluster.cells)
    await ask_hands(_edge(cluster.cells))
    return found


async def _drained(cluster: Cluster, cell: Cell) -> set[str]:
    """Drain a cell; return the channels that it has then."""
    await ask_hands(_edge(cluster.cells, [cell]))
    await asyncio.sleep(_SETTLED_S)
    return set(await asyncio.to_thread(cell.calls))


async def _until_empty(cell: Cell, new: set[str], own: set[str]) -> None:
    """Wait for the end of a cell's calls; `new` gets those that are not its `own`."""

    def is_empty() -> bool:
        now = set(cell.calls())
        new.update(now - own)
        return not now

    await until(f"cell {cell.letter} has no calls", is_empty, _EMPTY_S)


async def added_cell(cluster: Cluster) -> Figures:
    """A third cell is started and told to the edge: it gets calls, and nothing else is started again."""
    cell = cluster.third
    before = await asyncio.to_thread(starts, cluster.cells)
    async with conversing(cluster.callers, SHORT_S):
        at = time.monotonic()
        await ask_hands(f"start.{cell.letter}")
        await well(cluster, cell)
        told = time.monotonic()
        await ask_hands(_edge((*cluster.cells, cell)))
        await until("the new cell has a call", lambda: bool(cell.calls()), _GIVEN_S)
        first = time.monotonic()
        await asyncio.sleep(SHORT_S)
        most = len(await asyncio.to_thread(cell.calls))
    found = figures.course(cluster.all_calls, at)
    found |= {"calls_there": most, "first_call_after_s": first - told}
    after = await asyncio.to_thread(starts, cluster.cells)
    found["restarts"] = sum(after.get(name) != when for name, when in before.items())
    found |= await _phone(cluster, (*cluster.cells, cell))
    await ask_hands(_edge(cluster.cells))
    await ask_hands(f"stop.{cell.letter}")
    return found


async def upgrade(cluster: Cluster) -> Figures:
    """Both cells are made anew, one after the other, each when it is drained and empty; callers call on."""
    async with conversing(cluster.callers, SHORT_S):
        at = time.monotonic()
        for cell in cluster.cells:
            await _drained(cluster, cell)
            await _until_empty(cell, set(), set())
            await ask_hands(f"anew.{cell.letter}")
            await well(cluster, cell)
            await ask_hands(_edge(cluster.cells))
            report.console.print(f"    cell {cell.letter} is another one")
        seconds = time.monotonic() - at
    found = figures.course(cluster.all_calls, at) | {"seconds": seconds}
    return found | await _phone(cluster, cluster.cells)


async def edge_restart(cluster: Cluster) -> Figures:
    """The edge is killed and started again: calls go on, and their ends get to their cells."""
    async with conversing(cluster.callers):
        at = time.monotonic()
        container = await asyncio.to_thread(edge)
        await asyncio.to_thread(container.kill)
        starting = asyncio.create_task(asyncio.to_thread(container.start))
        probes = await _probes(cluster, at)
        await starting
        await asyncio.sleep(max(0.0, at + WINDOW_S - time.monotonic()))
    found = figures.course(cluster.all_calls, at) | figures.new_calls(probes)
    await asyncio.sleep(_LEFT_S)
    found["calls_left"] = sum(len(calls) for calls in (await where(cluster.cells)).values())
    return found | await _phone(cluster, cluster.cells)


async def known(cluster: Cluster) -> Figures:
    """More and more calls in one cell, until answers are too late for one in twenty."""
    await ask_hands(_edge(cluster.cells, [cluster.other]))
    levels: list[figures.Level] = []
    for count in (number for number in LADDER if number <= len(cluster.telephones)):
        levels.append(await _level(cluster.telephones[:count]))
        level = levels[-1]
        report.console.print(
            f"    {count} calls: p95 {level.p95_s:.2f} s, {level.machine_pct:.0f} % of the machine"
        )
        if level.lost or not level.p95_s <= LIMIT_S:
            break
    await ask_hands(_edge(cluster.cells))
    last = levels[-1]
    return figures.most_known(levels, LIMIT_S) | {
        "last_calls": last.calls,
        "last_machine_pct": last.machine_pct,
    }


async def _level(telephones: Sequence[Telephone]) -> figures.Level:
    async with conversing(telephones):
        at, before = time.monotonic(), load.machine_busy_s()
        await asyncio.sleep(WINDOW_S)
        busy = share(
            load.machine_busy_s() - before, (time.monotonic() - at) * report.machine()["usable_cores"]
        )
    calls = [call for telephone in telephones for call in telephone.calls]
    lost = sum(call.lost or call.refused for call in figures.since(calls, at))
    return figures.Level(len(telephones), figures.answer_times(calls), lost, busy)


async def as_it_was(cluster: Cluster) -> None:
    """Two cells that take calls, whatever a step that failed has left."""
    for cell in cluster.cells:
        await ask_hands(f"start.{cell.letter}")
        await well(cluster, cell)
    await ask_hands(_edge(cluster.cells))
    await ask_hands(f"stop.{cluster.third.letter}")


async def well(cluster: Cluster, cell: Cell) -> None:
    """Wait until a cell is healthy, and answers a question that it is asked without the edge."""
    await until(f"cell {cell.letter} is healthy", lambda: not cell.ill(), _WELL_S)
    await cell_answers(await asyncio.to_thread(lambda: cell.address), cluster.speech, _WELL_S)


async def _probes(cluster: Cluster, at: float) -> list[Probe]:
    """Several call at a time, so that some are given to a cell that is dead, while the edge thinks that it lives."""
    calling = (call_anew(phone, cluster.speech, at, _PROBED_S, _say) for phone in cluster.new)
    return list(await asyncio.gather(*calling))


def _say(text: str) -> None:
    report.console.print(f"    a new call was {text}")


async def _phone(cluster: Cluster, cells: Iterable[Cell]) -> Figures:
    """Whether a telephone that registered before is rung by each of these cells."""
    rung = [await rings(cell.address, cluster.phone, PHONE) for cell in cells]
    return {"phone_tries": len(rung), "phone_rung": sum(rung)}


async def right(cluster: Cluster) -> Figures:
    """How many questions of a step were answered, and of some of the answers, how many were right."""
    some = await judged(cluster.callers, cluster.speech, _JUDGED)
    found = figures.questions(cluster.all_calls)
    return found | ({"right_pct": figures.right(some)} if some else {})


def _edge(cells: Collection[Cell], drained: Collection[Cell] = ()) -> str:
    """What scripts/lib/cluster.sh is asked for: with which cells the edge goes on."""
    letters, out = ("".join(cell.letter for cell in some) for some in (cells, drained))
    return f"edge.{letters}.{out}" if out else f"edge.{letters}"


STEPS: dict[str, Callable[[Cluster], Awaitable[Figures]]] = {
    "spread": spread,
    "cell_kill": cell_kill,
    "drain": drain,
    "added_cell": added_cell,
    "upgrade": upgrade,
    "edge_restart": edge_restart,
    "known": known,
}
"""By the beginnings of their figures' names; `known` last, which takes the machine's last core."""


WHAT = {
    "spread": "nothing: calls are given to two cells",
    "cell_kill": "a cell killed, and then the other one",
    "cell_kill_telephony": "a cell's Asterisk and gateways killed",
    "cell_kill_machine": "all containers of a cell killed",
    "drain": "a cell drained",
    "added_cell": "a third cell added",
    "upgrade": "both cells made anew, one after the other, each drained first",
    "edge_restart": "the edge killed and started again",
    "known": "more and more calls in one cell",
}
"""The same in words, and both deaths of `cell_kill`."""
