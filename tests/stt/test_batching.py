"""Requests of many threads in one pass."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from stt.batching import Batcher


class Doubling:
    """Doubles numbers, and notes which came together; holds the first batch until `release`."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.began, self.release = threading.Event(), threading.Event()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.batches.append(sorted(numbers))
        self.began.set()
        self.release.wait(10)
        if 13 in numbers:
            raise ValueError("an unlucky number")
        return [2 * number for number in numbers]


def results(doubling: Doubling, numbers: Sequence[int], most: int = 8) -> list[int]:
    """All doubled, those but the first asked for while that is being done."""
    batcher = Batcher(doubling, lambda number: number % 2, most=most)
    with ThreadPoolExecutor(len(numbers)) as pool:
        jobs = [pool.submit(batcher.result, numbers[0])]
        assert doubling.began.wait(10)
        jobs += [pool.submit(batcher.result, number) for number in numbers[1:]]
        while batcher._waiting.qsize() < len(numbers) - 1:
            pass
        doubling.release.set()
        return [job.result(10) for job in jobs]


def test_what_waits_is_done_together_and_each_gets_its_own() -> None:
    doubling = Doubling()
    assert results(doubling, [2, 4, 6, 8]) == [4, 8, 12, 16]
    assert doubling.batches == [[2], [4, 6, 8]]


def test_only_what_is_alike_shares_a_batch() -> None:
    doubling = Doubling()
    assert results(doubling, [2, 4, 5, 6, 7]) == [4, 8, 10, 12, 14]
    assert sorted(doubling.batches[1:]) == [[4, 6], [5, 7]]


def test_a_batch_is_no_larger_than_it_may_be() -> None:
    doubling = Doubling()
    results(doubling, [2, 4, 6, 8, 10], most=2)
    assert [len(batch) for batch in doubling.batches] == [1, 2, 2]


def test_a_failure_is_told_to_each_of_its_batch_and_the_next_is_done() -> None:
    batcher = Batcher(doubling := Doubling(), lambda number: number, most=4)
    doubling.release.set()
    with pytest.raises(ValueError, match="unlucky"):
        batcher.result(13)
    assert batcher.result(4) == 8
