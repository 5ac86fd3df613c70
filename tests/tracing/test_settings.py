"""Settings of the exporter."""

import pytest

from parley.errors import SettingError
from parley.settings import load
from tracing.settings import TracingSettings


def settings(endpoint: str, headers: str = "") -> TracingSettings:
    environ = {
        "REDIS_URL": "redis://redis",
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_EXPORTER_OTLP_HEADERS": headers,
    }
    return load(TracingSettings, environ)


def test_where_traces_go_and_with_what() -> None:
    given = settings("http://collector:4318/", "Authorization=Bearer%20x=y, team=a")
    assert given.url == "http://collector:4318/v1/traces"
    assert given.headers() == {"authorization": "Bearer x=y", "team": "a"}


@pytest.mark.parametrize("endpoint", ["", "collector:4318", "grpc://collector:4317"])
def test_an_endpoint_that_is_none_is_named(endpoint: str) -> None:
    with pytest.raises(SettingError, match="OTEL_EXPORTER_OTLP_ENDPOINT"):
        settings(endpoint)


def test_wrong_headers_are_named_but_not_shown() -> None:
    with pytest.raises(SettingError, match="OTEL_EXPORTER_OTLP_HEADERS") as error:
        settings("http://collector:4318", "a-secret")
    assert "a-secret" not in str(error.value)
