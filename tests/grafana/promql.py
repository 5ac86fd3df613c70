"""What a PromQL query asks for."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import promql_parser


class Selector(NamedTuple):
    """A metric and the labels by which its series are chosen."""

    name: str
    labels: tuple[str, ...]


def selectors(query: str) -> list[Selector]:
    """Every metric that a query names. ValueError: the query is not PromQL."""
    return list(_selectors(promql_parser.parse(query)))


def grouped_by(query: str) -> set[str]:
    """The labels by which a query adds up."""
    return {
        label
        for part in _parts(promql_parser.parse(query))
        if isinstance(part, promql_parser.AggregateExpr) and part.modifier is not None
        for label in part.modifier.labels
    }


def _selectors(expr: Any) -> Iterator[Selector]:
    for part in _parts(expr):
        if isinstance(part, promql_parser.VectorSelector):
            found = [(matcher.name, matcher.value) for matcher in part.matchers.matchers]
            name = part.name or dict(found)["__name__"]
            yield Selector(name, tuple(label for label, _ in found if label != "__name__"))


def _parts(expr: Any) -> Iterator[Any]:
    yield expr
    for name in ("expr", "param", "lhs", "rhs", "vector_selector"):
        if (part := getattr(expr, name, None)) is not None:
            yield from _parts(part)
    for part in getattr(expr, "args", ()):
        yield from _parts(part)
