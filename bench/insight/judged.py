"""Figures of the halves that nobody looked at; failures of the others are printed, to be looked at."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import fmean

from agent.insight import topics
from agent.insight.categories import Sorting
from agent.insight.sentiment import FEELINGS, likelihoods
from agent.knowledge.embedder import Embedder
from bench.insight.calls import Call, events
from bench.insight.lines import NONE, Feeling, Wish
from bench.instruments import report
from parley.agents import Agent, load_agents
from records.insight.course import follow
from records.insight.insight import Insight, analyse

AGENTS = Path(__file__).parents[2] / "agents"
_PER_CENT = 100.0

EmbedderOf = Callable[[str], Embedder]


def of_calls(told: Sequence[Call]) -> dict[str, report.Figure]:
    """Share of right outcomes, and of tags: of those that were given, how many are right, and of those that there are,
    how many were given; in per cent.
    """
    made = [(call, analyse(follow(events(call)))) for call in told]
    for call, insight in made[::2]:
        _show(call, insight)
    held_out = made[1::2]
    given = sum(len(insight.tags) for _, insight in held_out)
    there = sum(len(call.tags) for call, _ in held_out)
    right = sum(len({*insight.tags} & {*call.tags}) for call, insight in held_out)
    return {
        "calls_held_out": len(held_out),
        "outcome_accuracy_pct": percent(sum(i.outcome == c.outcome for c, i in held_out), len(held_out)),
        "tags_precision": round(right / given, 3),
        "tags_recall": round(right / there, 3),
    }


def _show(call: Call, insight: Insight) -> None:
    wrong = sorted({*insight.tags} ^ {*call.tags})
    if insight.outcome != call.outcome or wrong:
        told = f"{insight.outcome}, not {call.outcome}; tags {', '.join(wrong) or 'right'}:\n{call.talk}"
        report.console.print(told, highlight=False)


def percent(part: int, whole: int) -> float:
    """Of a whole, in per cent."""
    return round(_PER_CENT * part / whole, 1)


def of_wishes(wanted: Sequence[Wish], embedder_of: EmbedderOf) -> dict[str, report.Figure]:
    """Share of lines that were put into the right category, or rightly into none; in per cent."""
    agents, _ = load_agents(AGENTS)
    sorting = Sorting(embedder_of)
    found = [_sorted(sorting, agents[wish.agent].in_language(wish.language), wish) for wish in wanted]
    for wish, name in list(zip(wanted, found, strict=True))[::2]:
        if name != wish.category:
            report.console.print(f"{name or NONE}, not {wish.category or NONE}: {wish.text}", highlight=False)
    right = [name == wish.category for wish, name in zip(wanted, found, strict=True)][1::2]
    return {"wishes_held_out": len(right), "category_accuracy_pct": percent(sum(right), len(right))}


def _sorted(sorting: Sorting, agent: Agent, wish: Wish) -> str:
    return sorting.chosen(odds_of(sorting, agent, wish))


def odds_of(sorting: Sorting, agent: Agent, wish: Wish) -> list[dict[str, float]]:
    """As `Sorting.odds` of a line, once all of the agent's examples are read."""
    while not sorting.learn(agent):
        pass
    return sorting.odds(agent, [wish.text])


def of_topics(wanted: Sequence[Wish], embedder_of: EmbedderOf) -> dict[str, report.Figure]:
    """What topics are found among the same lines and the agents' own examples, as if no agent's file said anything: how
    many lines are in one, and how many of these want what most of their topic do; in per cent. Each line counts as a
    call. All may be looked at.
    """
    wanting = [wish for wish in (*wanted, *_examples()) if topics.wants(wish.text, wish.language)]
    put = right = 0
    for kind in dict.fromkeys((wish.agent, wish.language) for wish in wanting):
        own = [wish for wish in wanting if (wish.agent, wish.language) == kind]
        texts, model = [wish.text for wish in own], embedder_of(kind[1])
        vectors = model.embed(texts, asked=True)
        for found in topics.find(texts, range(len(own)), vectors, model, language=kind[1]):
            counts = Counter(own[place].category for place in found.lines)
            told = ", ".join(f"{name or NONE} {count}" for name, count in counts.most_common())
            report.console.print(f"{kind[0]}: topic {found.topic.name}: {told}", highlight=False)
            put += len(found.lines)
            right += counts.most_common(1)[0][1]
    return {"topics_covered_pct": percent(put, len(wanting)), "topics_alike_pct": percent(right, put)}


def _examples() -> Iterator[Wish]:
    """Those of agents that speak one language alone: of the others it is not told in which one an example is."""
    agents, _ = load_agents(AGENTS)
    for name, agent in agents.items():
        if not agent.file.languages:
            for category, each in agent.file.categories.items():
                yield from (Wish(name, agent.file.language, category, text) for text in each.examples)


def of_feelings(felt: Sequence[Feeling], embedder_of: EmbedderOf) -> dict[str, report.Figure]:
    """Mean over FEELINGS of the harmonic mean of precision and recall (macro-F1), of all and by language."""
    found = [_felt(each, embedder_of(each.language)) for each in felt]
    for each, feeling in list(zip(felt, found, strict=True))[::2]:
        if feeling != each.feeling:
            report.console.print(f"{feeling}, not {each.feeling}: {each.text}", highlight=False)
    pairs = list(zip(felt, found, strict=True))[1::2]
    by_language = {
        f"{language}_sentiment_macro_f1": macro_f1(
            [(e.feeling, f) for e, f in pairs if e.language == language]
        )
        for language in dict.fromkeys(each.language for each in felt)
    }
    all_of_them = macro_f1([(each.feeling, feeling) for each, feeling in pairs])
    return {"feelings_held_out": len(pairs), "sentiment_macro_f1": all_of_them, **by_language}


def _felt(each: Feeling, model: Embedder) -> str:
    return FEELINGS[int(likelihoods([each.text], each.language, model)[0].argmax())]


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Of pairs of what is so and what was found."""
    scores = []
    for kind in FEELINGS:
        right = sum(so == found == kind for so, found in pairs)
        there, given = (sum(pair[side] == kind for pair in pairs) for side in (0, 1))
        scores.append(2 * right / (there + given) if there + given else 1.0)
    return round(fmean(scores), 3)
