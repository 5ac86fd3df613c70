"""Checks that call the agent."""

from doctor.finding import Finding, good, wrong
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
    """Calls at the same time are all answered."""
    reports = await subject.phones.ask_at_once(AT_ONCE)
    answered = [report for report in reports if report.ok]
    if len(answered) < len(reports):
        reason = next(report.failures[0] for report in reports if not report.ok)
        return wrong(f"{len(answered)} of {len(reports)} calls answered: {reason}", "make logs SERVICE=agent")
    slowest = max((report.median_s for report in reports if report.median_s is not None), default=0.0)
    return good(f"{len(reports)} calls at once, the slowest answer after {slowest:.2f} s")
