"""Knowledge: answers that need no language model, searches, tools, and the agents' files."""

from grafana.generate.panels import Query, columns, figure, lines
from grafana.generate.queries import INSTANCE, total
from grafana.generate.series import each_step, p50_p95

KNOWLEDGE = [
    columns(
        6,
        "Answers without the language model",
        "Answers that were spoken as they stand in an agent's files, in each step, by where they come from.",
        "short",
        each_step("parley_fast_path_total", INSTANCE, "source"),
        decimals=0,
        nothing="None",
    ),
    lines(
        6,
        "Search",
        "Time to find what fits a caller's words in an agent's knowledge: half, and 95 %, took less.",
        "s",
        *p50_p95("parley_knowledge_search_seconds", INSTANCE),
    ),
    columns(
        6,
        "Tools",
        "Functions that the language model called in each step, by which and what became of it.",
        "short",
        each_step("parley_tool_calls_total", INSTANCE, "kind, outcome"),
        decimals=0,
        nothing="None",
    ),
    figure(
        3,
        "Agents",
        "Agents that calls can reach, and those whose files cannot be used as they are: calls get what was last good;"
        " and files of knowledge that cannot be used.",
        "short",
        Query("max(parley_agents_loaded)", "loaded"),
        Query("max(parley_agents_broken)", "broken"),
        Query('sum(max by (agent) (parley_knowledge_files{state="unusable"}))', "files not used"),
        decimals=0,
    ),
    figure(
        3,
        "Changes of agents",
        "Times that changed files of agents were read in the time shown, by whether all were good.",
        "short",
        Query(f"round({total('parley_agent_reloads_total', INSTANCE, by='outcome')})", "{{outcome}}"),
        over_time=False,
        named=True,
        decimals=0,
        nothing="None",
    ),
]
