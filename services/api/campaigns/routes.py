"""`/campaigns`: lists of people who are called one after the other; what is asked of them, and what came of it."""

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response, Security
from fastapi.concurrency import run_in_threadpool

from api.access.guard import admitted
from api.access.keys import Key
from api.calls.routes import Kept, Places
from api.campaigns import views
from api.campaigns.books import book, found
from api.campaigns.taking import CONTENT, sent, take
from api.live.orders import Orders
from api.live.routes import Outcome, Repeat
from api.problems import Problem, unavailable
from parley.bus import Bus, BusError
from parley.errors import MessageError
from records.campaigns.book import Campaign, State
from records.campaigns.order import tried
from records.campaigns.plan import NAME, Row
from records.campaigns.table import RESULTS, line, result

Verb = Literal["start", "pause", "resume"]
_FROM: dict[Verb, tuple[State, ...]] = {
    "start": ("paused", "tripped", "done"),
    "resume": ("paused", "tripped"),
    "pause": ("running",),
}
_TO: dict[Verb, State] = {"start": "running", "resume": "running", "pause": "paused"}
"""How a campaign may stand for it, and how it stands then."""

Name = Annotated[
    str, Path(pattern=f"^{NAME.pattern}$", description="The campaign's name.", examples=["spring"])
]
Reader = Annotated[Key, Security(admitted, scopes=["campaigns:read"])]
Writer = Annotated[Key, Security(admitted, scopes=["campaigns:write"])]

router = APIRouter(prefix="/campaigns", tags=["campaigns"])


class Table(Response):
    """CSV."""

    media_type = "text/csv"


@router.get("")
def list_campaigns(_key: Reader, kept: Kept) -> views.Campaigns:
    """All campaigns, and how far each is."""
    with book(kept.records) as at:
        return views.Campaigns(campaigns=[views.listed(at, campaign) for campaign in at.campaigns()])


@router.post(
    "",
    openapi_extra=CONTENT,
    status_code=201,
    responses={200: {"model": views.Taken, "description": "It was there, and has been changed."}},
)
async def put_campaign(
    key: Writer, request: Request, response: Response, kept: Kept, repeat: Repeat = ""
) -> views.Taken:
    """Take a campaign in, or change one: its definition is this one from now on, and numbers that are new are added."""
    what, state = await sent(request), request.app.state
    orders: Orders = state.orders
    taken: list[views.Taken] = []

    async def do() -> None:
        agents = await run_in_threadpool(state.desk.files.names)
        taken.append(await run_in_threadpool(take, kept.records, agents, what))

    async def put() -> str:
        await orders.noted(key, "campaign.put", what.name, do)
        return taken[0].model_dump_json()

    answer = await orders.once(key, repeat, ("POST /campaigns", what.name, what.digest), put)
    shown = views.Taken.model_validate_json(answer)
    response.headers["Location"] = f"/api/v1/campaigns/{shown.name}"
    response.status_code = 201 if shown.result == "created" else 200
    return shown


@router.get("/{name}")
def read_campaign(
    _key: Reader,
    kept: Kept,
    name: Name,
    *,
    state: Annotated[Literal["", "waiting", "calling", "done"], Query(description="Only these people.")] = "",
    outcome: Annotated[
        str,
        Query(pattern="^[a-z_]{0,40}$", description="Only people with this outcome.", examples=["no_answer"]),
    ] = "",
    limit: Annotated[int, Query(ge=1, le=1000, description="How many people at the most.")] = 50,
    skip: Annotated[int, Query(ge=0, le=10_000_000, description="So many of the first are left out.")] = 0,
) -> views.Whole:
    """One campaign: how it stands, and people on its list with what came of them."""
    with book(kept.records) as at:
        campaign = found(at, name)
        some = at.results(name, state=state, outcome=outcome, count=limit + 1, skip=skip)
        return views.whole(at, campaign, some[:limit], skip + limit if len(some) > limit else None)


@router.get("/{name}/results", response_class=Table, status_code=200)
def read_results(_key: Reader, kept: Kept, name: Name) -> Table:
    """What came of everybody on the list, as CSV."""
    with book(kept.records) as at:
        found(at, name)
        text = "".join(map(line, (RESULTS, *map(result, at.results(name)))))
    return Table(text, headers={"Content-Disposition": f'attachment; filename="{name}.csv"'})


@router.post("/{name}/dry-run")
async def try_campaign(
    _key: Writer,
    request: Request,
    kept: Kept,
    name: Name,
    limit: Annotated[int, Query(ge=1, le=100, description="How many people at the most.")] = 20,
) -> views.Trial:
    """What would come of calls to those who wait, as a gateway says it now: nobody is rung, nothing counts."""

    def waiting() -> tuple[Campaign, list[Row]]:
        with book(kept.records) as at:
            return found(at, name), at.due(name, float("inf"), limit)

    campaign, rows = await run_in_threadpool(waiting)
    bus: Bus = request.app.state.bus
    try:
        answers = [views.answer(each) async for each in tried(bus.commands().dials(), campaign, rows)]
    except TimeoutError as error:
        raise Problem(504, "no-answer", "no gateway has said in time what would come of it") from error
    except (BusError, MessageError) as error:
        raise unavailable("Redis cannot be reached now") from error
    return views.Trial(rows=answers)


@router.post("/{name}/start")
async def start_campaign(
    key: Writer, request: Request, kept: Kept, name: Name, repeat: Repeat = ""
) -> Outcome:
    """Have the people on its list called, from now on."""
    return await _changed(request, key, kept, (name, "start"), repeat)


@router.post("/{name}/pause")
async def pause_campaign(
    key: Writer, request: Request, kept: Kept, name: Name, repeat: Repeat = ""
) -> Outcome:
    """Have it call nobody more; calls that go on do so."""
    return await _changed(request, key, kept, (name, "pause"), repeat)


@router.post("/{name}/resume")
async def resume_campaign(
    key: Writer, request: Request, kept: Kept, name: Name, repeat: Repeat = ""
) -> Outcome:
    """Have one go on that was paused, or has stopped by itself."""
    return await _changed(request, key, kept, (name, "resume"), repeat)


async def _changed(
    request: Request, key: Key, kept: Places, wanted: tuple[str, Verb], repeat: str
) -> Outcome:
    orders: Orders = request.app.state.orders
    name, verb = wanted

    async def changed() -> str:
        await orders.noted(
            key, f"campaign.{verb}", name, lambda: run_in_threadpool(_change, kept, name, verb)
        )
        return "done"

    await orders.once(key, repeat, (f"POST /campaigns/{name}/{verb}",), changed)
    return Outcome()


def _change(kept: Places, name: str, verb: Verb) -> None:
    """Have it stand so, whatever it did before; raise Problem where that cannot be. Blocking."""
    with book(kept.records) as at:
        campaign = found(at, name)
        if verb == "resume" and not campaign.since:
            raise Problem(409, "refused", f"{name} has not been started yet")
        if campaign.state == _TO[verb] or at.change(name, _FROM[verb], _TO[verb], time.time()):
            return
        raise Problem(409, "refused", f"{name} is {campaign.state}: it has to be {' or '.join(_FROM[verb])}")
