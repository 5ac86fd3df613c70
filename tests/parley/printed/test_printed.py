from parley.printed import count, on_host


def test_one_is_no_plural() -> None:
    assert [count(number, "call") for number in (0, 1, 2)] == ["0 calls", "1 call", "2 calls"]


def test_files_of_the_agents_have_the_place_that_people_know() -> None:
    wrong = "/agents/acme/agent.yaml:3: company: is missing"
    assert on_host(wrong) == wrong[1:]
    assert on_host("/srv/agents/acme/agent.yaml") == "/srv/agents/acme/agent.yaml"
    assert on_host("/agents-next") == "/agents-next"
