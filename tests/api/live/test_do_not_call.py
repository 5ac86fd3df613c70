"""Numbers that are never called, with a real Redis."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import redis
from tests.api.conftest import Site, built, served

NUMBER = "+4930123456"


@pytest.fixture
def site(tmp_path: Path, redis_url: str) -> Iterator[Site]:
    with redis.Redis.from_url(redis_url) as server:
        server.flushdb()
    with served(tmp_path, redis_url) as site:
        yield site


async def test_a_number_is_put_on_the_list_found_there_and_taken_off(site: Site) -> None:
    headers = {"Authorization": f"Bearer {site.key('do-not-call:manage', 'audit:read')}"}
    async with httpx.AsyncClient(base_url=f"{site.url}/api/v1", headers=headers, timeout=40) as api:

        async def listed(**query: str | int) -> list[dict[str, str]]:
            found: list[dict[str, str]] = (await api.get("/do-not-call", params=query)).json()["numbers"]
            return found

        for number in (NUMBER, "+49030123456", "+4312345678"):
            assert (await api.put(f"/do-not-call/{number}")).json() == {"result": "done"}
        # However it is written, it is one.
        assert sorted(each["number"] for each in await listed()) == ["+4312345678", NUMBER]
        (found,) = await listed(number=NUMBER)
        assert found["since"].endswith("Z")
        assert len(await listed(limit=1)) == 1
        assert await listed(skip=2) == []
        for _ in range(2):
            assert (await api.delete(f"/do-not-call/{NUMBER}")).json() == {"result": "done"}
        assert await listed(number=NUMBER) == []
        entries = (await api.get("/audit")).json()["entries"]
    assert [entry["action"] for entry in entries].count("do_not_call.add") == 3
    # Whoever is forgotten is not to be found there.
    assert NUMBER[1:] not in str(entries)


@pytest.mark.parametrize("number", ["1002", "030123456", "Ann", "+49", "+0123456789"])
def test_what_is_no_number_in_e164_is_told(tmp_path: Path, number: str) -> None:
    with built(tmp_path) as site:
        answer = site.client("do-not-call:manage").put(f"/do-not-call/{number}")
    assert (answer.status_code, "path.telephone" in answer.json()["detail"]) == (422, True)


def test_without_redis_nothing_is_changed(tmp_path: Path) -> None:
    with built(tmp_path) as site:
        client = site.client("do-not-call:manage")
        assert client.put(f"/do-not-call/{NUMBER}").status_code == 503
        assert client.get("/do-not-call").status_code == 503
