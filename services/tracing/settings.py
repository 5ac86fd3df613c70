"""Settings of the exporter of traces; one environment variable each."""

from urllib.parse import unquote

from parley.errors import SettingError
from parley.settings import Settings


class TracingSettings(Settings, frozen=True, kw_only=True):
    """What the exporter of traces reads from its environment; the names are OpenTelemetry's own."""

    otel_exporter_otlp_endpoint: str = ""
    """Address of an OTLP receiver by HTTP, without /v1/traces; empty: nothing is exported, nor is this started."""
    otel_exporter_otlp_headers: str = ""
    """Headers that the receiver wants, `name=value`, comma-separated, values percent-encoded."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.otel_exporter_otlp_endpoint.startswith(("http://", "https://")):
            raise SettingError(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                f"must begin with http:// or https://, not {self.otel_exporter_otlp_endpoint!r}",
            )
        if any(pair and "=" not in pair for pair in self.otel_exporter_otlp_headers.split(",")):
            raise SettingError(
                "OTEL_EXPORTER_OTLP_HEADERS", "must be like name=value,name=value"
            )  # no value: secret

    @property
    def url(self) -> str:
        """Where traces are sent."""
        return f"{self.otel_exporter_otlp_endpoint.rstrip('/')}/v1/traces"

    def headers(self) -> dict[str, str]:
        """Return the headers by name."""
        pairs = (pair.partition("=") for pair in self.otel_exporter_otlp_headers.split(",") if pair.strip())
        return {name.strip().lower(): unquote(value.strip()) for name, _, value in pairs}
