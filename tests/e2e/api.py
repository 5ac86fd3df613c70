"""The API of the stack under test, as a client with a key of its own sees it."""

import uuid

import httpx

from tests.e2e.stack import containers


def client(scopes: str) -> httpx.AsyncClient:
    """A client with a new key, made as the operator does."""
    (api,) = containers("api")
    command = ["python", "-m", "api.access", "make", f"tests-{uuid.uuid4().hex[:8]}", scopes]
    status, output = api.exec_run(command)
    assert status == 0, output.decode()
    headers = {"Authorization": f"Bearer {output.decode().strip()}"}
    return httpx.AsyncClient(base_url="http://api:8000/api/v1", headers=headers, timeout=20)
