import shutil
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.stack.redis.server import ENTRYPOINT, SETTINGS


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    if not shutil.which("redis-server"):
        pytest.skip("needs redis-server")
    folder = tmp_path_factory.mktemp("redis")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = subprocess.Popen(
        [str(ENTRYPOINT), str(folder), "--port", str(port), "--dir", str(folder)],
        env=SETTINGS,
        stdout=subprocess.DEVNULL,
    )
    for _ in range(200):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                break
        assert server.poll() is None, "Redis does not start with the stack's users"
        time.sleep(0.05)
    yield port
    server.terminate()
    server.wait()
