"""A receiver of OTLP over HTTP that keeps what it is sent, and refuses when it is told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.fakes.servers.serving import QuietHandler, on_thread


class OtlpServer:
    """Listens on `endpoint`; `requests` are what came in, with the headers beside them."""

    def __init__(self) -> None:
        self.requests: list[ExportTraceServiceRequest] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.refuse_with = 0
        """An HTTP status to answer with instead of taking; 0: none."""
        self.refusals = 0
        receiver = self

        class Handler(QuietHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.paths.append(self.path)
                if receiver.refuse_with:
                    receiver.refusals += 1
                    self.send_response(receiver.refuse_with)
                else:
                    receiver.requests.append(ExportTraceServiceRequest.FromString(body))
                    receiver.headers.append({k.lower(): v for k, v in self.headers.items()})
                    self.send_response(200)
                self.end_headers()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator["OtlpServer"]:
        with on_thread(self._server):
            yield self

    def spans(self) -> list[Span]:
        """All spans of all requests."""
        return [
            span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]
