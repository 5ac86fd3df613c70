"""What is counted of requests, and what every answer says."""

from prometheus_client import REGISTRY

from tests.api.conftest import Site, spoken


def counted(route: str, status: int) -> float:
    labels = {"route": route, "status": str(status)}
    return REGISTRY.get_sample_value("parley_api_requests_total", labels) or 0.0


def test_requests_are_counted_by_the_template_of_their_path(site: Site) -> None:
    spoken(site.store, "c1", "Hello?", "Hello.")
    asked = {"GET /calls/{call}": ("/calls/c1", 200), "GET /calls": ("/calls", 200)}
    before = {route: counted(route, status) for route, (_, status) in asked.items()}
    unknown = counted("none", 404)
    with site.client() as client:
        for path, _ in asked.values():
            client.get(path)
        client.get("/anything/that/somebody/makes/up")
    assert {route: counted(route, 200) for route in asked} == {route: n + 1 for route, n in before.items()}
    assert counted("none", 404) == unknown + 1


def test_nothing_is_kept_on_the_way(site: Site) -> None:
    with site.client() as client:
        for path in ("/calls", "/calls/c9", "/nothing"):
            assert client.get(path).headers["cache-control"] == "no-store"
