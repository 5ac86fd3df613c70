"""The set of metrics: what the code defines keeps to the rules, and docs/metrics.md lists it."""

import re
import sys
from pathlib import Path

import pytest

from parley.metrics import Family, document, families, unused

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "metrics.md"
FOUND = families()
# A label's values must be few; these names say that they are, and of what.
LABELS = {
    "part": "what calls need: redis, stt, agent",
    "engine": "stt, llm, tts; of usage, local and the models outside that settings and agents name",
    "currency": "that of PRICES",
    "use": "read, cached, written",
    "agent": "folders of agents/",
    "cached": "yes, no",
    "campaign": "files of campaigns/",
    "category": "an agent's categories",
    "channel": "voice, web, sip, sms",
    "device": "cpu, cuda",
    "endpoint": "receivers of webhooks",
    "event": "what webhooks tell",
    "group": "consumer groups of Redis",
    "kind": "kinds of replies or of errors",
    "mode": "listen, whisper, talk",
    "model": "the model that is loaded",
    "outcome": "how something ended",
    "reason": "why something was done",
    "result": "hit, miss",
    "rule": "rules for calls that are made",
    "route": "methods and templates of paths",
    "server": "MCP servers that agents' files name",
    "signal": "what admission looks at",
    "source": "ways to an answer without the language model",
    "stage": "stages of a turn",
    "state": "read, unusable",
    "status": "HTTP",
    "stream": "streams of Redis, by their role",
    "who": "visitor, agent, person",
    "tag": "what is found in calls",
    "variant": "a, b; empty for calls that are part of no experiment",
    "type": "types of Asterisk's events",
}


def names(found: list[Family]) -> list[str]:
    return [family.name for family in found]


def test_the_documentation_is_what_the_code_defines() -> None:
    page = PAGE.read_text()
    assert page == document(page, FOUND), "run: make docs-metrics"


@pytest.mark.parametrize("family", FOUND, ids=names(FOUND))
def test_a_metric_keeps_to_the_rules(family: Family) -> None:
    assert family.name.startswith("parley_")
    assert len(family.help.split()) > 2, family.help
    assert set(family.labels) <= LABELS.keys(), "is the number of its values bounded?"
    assert (family.kind == "counter") == family.name.endswith("_total")
    assert not re.search(r"_(ms|milliseconds|minutes|kb|mb|percent)(_|$)", family.name), "not a base unit"
    if family.kind == "histogram":
        assert family.name.endswith(("_seconds", "_ratio", "_factor", "_mos"))
        assert 5 <= len(family.buckets) <= 24
        assert list(family.buckets) == sorted(set(family.buckets))


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("parley_turn_voice_to_voice_seconds", 0.05, 10), ("parley_barge_in_stop_seconds", 0.02, 1)],
)
def test_buckets_cover_the_range_that_matters(name: str, least: float, most: float) -> None:
    buckets = next(family.buckets for family in FOUND if family.name == name)
    assert (buckets[0], buckets[-1]) == (least, most)


def test_a_new_metric_is_found_without_being_registered_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = tmp_path / "shop"
    service.mkdir()
    (service / "till.py").write_text(
        "from prometheus_client import Counter, Histogram\n"
        'SALES = Counter("parley_sales", "What was sold. ", ["kind"])\n'
        'WAIT = Histogram("parley_wait_seconds", "How long buyers waited", buckets=(0.5, 1))\n'
    )
    (service / "idle.py").write_text("raise RuntimeError('must not be imported')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        found = families(tmp_path)
    finally:
        sys.modules.pop("shop.till", None)
    assert found == [
        Family("shop", "parley_sales_total", "counter", ("kind",), "What was sold. ", ()),
        Family("shop", "parley_wait_seconds", "histogram", (), "How long buyers waited", (0.5, 1.0)),
    ]
    assert unused(found, ["sum(rate(parley_wait_seconds_bucket[5m]))"]) == ["parley_sales_total"]
