"""Checks that call the agent."""

from caller.errors import CallerError
from caller.report import CallReport
from doctor.checks import gateways
from doctor.finding import Finding, good, unknown, wrong
from doctor.subject import Subject

AT_ONCE = 3


async def one(subject: Subject) -> Finding:
    """A call by the canary's script goes as it expects, within the latency budget."""
    budget = subject.settings.turn_budget_s
    verdict = await subject.phones.canary()
    if verdict.outcome != "ok":
        return wrong("; ".join(verdict.faults), "make trace CALL=last, and  make call  to hear it")
    if verdict.voice_to_voice_s is None or verdict.barge_in_stop_s is None:
        return wrong("nothing was measured", "Look at CANARY_SCRIPT: it must ask something and interrupt")
    figure = (
        f"answers in {verdict.voice_to_voice_s:.2f} s (budget {budget:g} s), "
        f"falls silent in {verdict.barge_in_stop_s * 1000:.0f} ms"
    )
    if verdict.voice_to_voice_s > budget:
        return wrong(figure, "make trace CALL=last shows where the time goes; docs/operations.md")
    return good(figure)


async def several(subject: Subject) -> Finding:
    """Calls at the same time are all answered: as many as the gateways would take now, three at the most."""
    left = await _calls_left(subject)
    if left < 2:
        return unknown(f"there is room for {left} calls only at the moment", "More cores, or a smaller model")
    results = await subject.phones.ask_at_once(min(AT_ONCE, left))
    reports = [result for result in results if isinstance(result, CallReport) and result.ok]
    if len(reports) < len(results):
        reasons = (_reason(result) for result in results)
        reason = next(reason for reason in reasons if reason)
        return wrong(f"{len(reports)} of {len(results)} calls answered: {reason}", "make logs SERVICE=agent")
    slowest = max((report.median_s for report in reports if report.median_s is not None), default=0.0)
    return good(f"{len(reports)} calls at once, the slowest answer after {slowest:.2f} s")


def _reason(result: CallReport | CallerError) -> str:
    """What was wrong with a call; empty when nothing was."""
    return str(result) if isinstance(result, CallerError) else "; ".join(result.failures)


async def _calls_left(subject: Subject) -> int:
    """Calls that would be taken now, by whichever gateway; as many as are wanted where they do not tell."""
    # Each tells of all: the limit is one for all gateways together.
    told = [
        value
        for page in await gateways.pages(subject)
        if page
        for _, value in page.samples("parley_calls_left")
    ]
    return int(max(told, default=AT_ONCE))
