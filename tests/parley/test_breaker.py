from parley.breaker import FAILURES, LONGEST_S, Breaker


def broken(now: float = 0.0) -> Breaker:
    breaker = Breaker(30.0)
    for _ in range(FAILURES):
        breaker.failed(now)
    return breaker


def test_one_failure_is_forgiven() -> None:
    breaker = Breaker(30.0)
    breaker.failed(0.0)
    assert breaker.allows(0.1)
    breaker.succeeded()
    breaker.failed(1.0)
    assert breaker.allows(1.1)


def test_an_engine_that_failed_in_a_row_is_left_alone() -> None:
    breaker = broken()
    assert breaker.is_open(0.0)
    assert not breaker.allows(29.9)


def test_after_the_cool_down_one_request_tries() -> None:
    breaker = broken()
    assert breaker.allows(30.0)
    assert not breaker.allows(30.1)
    breaker.failed(31.0)
    assert not breaker.allows(60.0)
    assert breaker.allows(61.0)
    breaker.succeeded()
    assert breaker.allows(61.1)
    assert breaker.allows(61.2)


def test_a_server_is_left_alone_for_as_long_as_it_asks() -> None:
    breaker = Breaker(30.0)
    breaker.failed(0.0, retry_after_s=5.0)
    assert not breaker.allows(4.9)
    assert breaker.allows(5.0)
    breaker.failed(10.0, retry_after_s=1e9)
    assert not breaker.allows(9.0 + LONGEST_S)
    assert breaker.allows(10.0 + LONGEST_S)
