"""What the host tells."""

import pytest

from doctor.probes.facts import Container, FactsError, parse

LINES = [
    "docker\t27.5.1\t2.30.0\n",
    "disk\t31457280\t/var/lib/docker\n",
    "container\tstt-1\tstt\thealthy\n",
    "container\tcanary-1\tcanary\tcreated\n",
    "clock\t-1\n",
    "ntp\tyes\n",
    "weak\tTRUNK_PASSWORD\n",
    "dashboards\t5\n",
    "tuned\t2 32 reads 80 and writes 9.5 tokens/s\n",
    'error\tgateway-1\t{"level":"error","event":"the call broke"}\n',
]


def test_every_fact_is_read() -> None:
    facts = parse(LINES)
    assert (facts.engine, facts.compose) == ("27.5.1", "2.30.0")
    assert (facts.free_kb, facts.folder) == (31_457_280, "/var/lib/docker")
    assert facts.containers == (
        Container("stt-1", "stt", "healthy"),
        Container("canary-1", "canary", "created"),
    )
    assert facts.weak == ("TRUNK_PASSWORD",)
    assert facts.tuned == "2 32 reads 80 and writes 9.5 tokens/s"
    assert (facts.clock_s, facts.ntp, facts.dashboards) == (-1.0, True, 5)
    assert facts.errors == (("gateway-1", '{"level":"error","event":"the call broke"}'),)


def test_what_was_only_made_is_not_part_of_the_stack() -> None:
    assert parse(LINES).runs("stt")
    assert not parse(LINES).runs("canary")
    assert not parse(LINES).runs("grafana")


def test_what_is_not_told_is_not_known() -> None:
    facts = parse([])
    assert (facts.engine, facts.free_kb, facts.clock_s, facts.ntp, facts.containers) == (
        "",
        None,
        None,
        None,
        (),
    )


@pytest.mark.parametrize(
    "line", ["colour\tblue", "container\tstt-1", "error", "disk\tmuch\t/", "clock\tlate"]
)
def test_a_line_that_is_no_fact_is_named(line: str) -> None:
    with pytest.raises(FactsError, match=line.rsplit("\t", maxsplit=1)[-1]):
        parse([line])
