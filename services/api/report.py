"""`/health/report`: what can be seen of the stack from here, now, and what `make doctor` saw last."""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from api.calls.routes import Places
from api.overview import Watcher, readable
from api.prometheus import WAIT_S, asked
from parley import log
from parley.bus import Bus, BusError
from parley.errors import MessageError
from parley.outside.notes import iso
from parley.outside.reports import Report as DoctorsReport

_NAMED = 10
_log = log.get("report")

router = APIRouter(tags=["operation"])


class Check(BaseModel):
    """Something that was looked at."""

    name: str = Field(examples=["services answer"])
    mark: Literal["ok", "wrong", "unknown"]
    """`unknown`: it cannot be told."""
    figure: str = Field(examples=["13 of 13"])
    """What was seen."""
    advice: str = Field("", examples=["make ps   and   make logs"])
    """What to do about it."""
    seconds: float = Field(examples=[0.02])


class Doctor(BaseModel):
    """What `make doctor` said."""

    at: str = Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-28T14:03:12Z"])
    ok: bool
    checks: list[Check]


class Report(BaseModel):
    """How the stack is."""

    ok: bool
    """Whether nothing that was looked at now is wrong."""
    checks: list[Check]
    """What can be seen from here, now."""
    doctor: Doctor | None
    """What was seen from everywhere, the last time that somebody ran it; null: nobody has, or that is not known."""


@router.get("/health/report")
async def read_report(_key: Watcher, request: Request) -> Report:
    """What can be seen of the stack from here, now, and the last report of `make doctor`, which sees everything."""
    state = request.app.state
    checks = await asyncio.gather(
        _looked("Redis answers", lambda: _redis(state.bus)),
        _looked("records can be read", lambda: asyncio.to_thread(_records, state.places)),
        _looked("services answer", lambda: asyncio.to_thread(_targets, state.prometheus)),
        _looked("no alerts", lambda: asyncio.to_thread(_alerts, state.prometheus)),
    )
    ok = all(check.mark != "wrong" for check in checks)
    return Report(ok=ok, checks=list(checks), doctor=await _doctor(state.bus))


_ALWAYS_FIRING = "Watchdog"
"""The alert by which somebody elsewhere knows that alerts work (prometheus/rules/alerts.yml)."""

Seen = tuple[Literal["ok", "wrong", "unknown"], str, str]
"""Mark, figure, advice."""


async def _looked(name: str, look: Callable[[], Any]) -> Check:
    began = time.monotonic()
    try:
        async with asyncio.timeout(2 * WAIT_S):
            mark, figure, advice = await look()
    except (BusError, OSError, ValueError, LookupError, TypeError) as error:
        _log.warning("a check got no answer", check=name, error=str(error))
        mark, figure, advice = "wrong", "there is no answer", "make ps   and   make logs"
    return Check(
        name=name, mark=mark, figure=figure, advice=advice, seconds=round(time.monotonic() - began, 3)
    )


async def _redis(bus: Bus) -> Seen:
    if await bus.outage():
        return "wrong", "all calls go to people: the outage switch is on", "make outage ON=no"
    return "ok", "and the outage switch is off", ""


def _records(places: Places) -> Seen:
    if readable(places):
        return "ok", "", ""
    return "wrong", "they cannot be read", "make logs SERVICE=records"


def _targets(prometheus: str) -> Seen:
    """Whether everything that Prometheus asks for its metrics answers."""
    targets = asked(f"{prometheus}/targets?state=active")["activeTargets"]
    down = [str(target["labels"].get("job", "")) for target in targets if target["health"] == "down"]
    figure = f"{len(targets) - len(down)} of {len(targets)}"
    if down:
        return "wrong", f"{figure}: not {_names(down)}", f"make logs SERVICE={min(down)}"
    return ("ok" if targets else "unknown"), figure, ""


def _alerts(prometheus: str) -> Seen:
    alerts = asked(f"{prometheus}/alerts")["alerts"]
    names = {str(alert["labels"].get("alertname", "")) for alert in alerts if alert["state"] == "firing"}
    if firing := names - {_ALWAYS_FIRING}:
        return "wrong", _names(firing), "docs/operations.md#runbook has a section for each"
    return "ok", "none", ""


def _names(found: Iterable[str]) -> str:
    return ", ".join(sorted(set(found))[:_NAMED])


async def _doctor(bus: Bus) -> Doctor | None:
    try:
        async with asyncio.timeout(WAIT_S):
            last = await bus.commands().reports().last()
    except (BusError, MessageError, TimeoutError) as error:
        _log.warning("the doctor's report cannot be read", error=str(error))
        return None
    return None if last is None else _told(last)


def _told(report: DoctorsReport) -> Doctor:
    at = iso(report.at, "seconds")
    checks = [
        Check(name=c.name, mark=c.mark, figure=c.figure, advice=c.advice, seconds=c.seconds)
        for c in report.checks
    ]
    return Doctor(at=at, ok=report.ok, checks=checks)
