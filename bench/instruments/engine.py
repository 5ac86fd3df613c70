"""Docker, and the containers of one project: found, looked into, and asked by scripts that run within."""

from typing import Any

import docker
from docker.models.containers import Container

from parley.errors import ParleyError


class EngineRefused(ParleyError):
    """Something could not be done in a container: what was measured says nothing."""


class Engine:
    """The engine whose socket this container has; blocking."""

    def __init__(self, project: str) -> None:
        self.docker: Any = docker.from_env()
        self._project = project

    def containers(self, service: str = "", *, gone: bool = False) -> list[Container]:
        """Those that run, of one service or of all; with `gone` also those that do not; never one-off ones."""
        labels = [f"com.docker.compose.project={self._project}", "com.docker.compose.oneoff=False"]
        if service:
            labels.append(f"com.docker.compose.service={service}")
        found: list[Container] = self.docker.containers.list(all=gone, filters={"label": labels})
        return sorted(found, key=lambda container: str(container.name))

    def run(self, container: Container, script: str, *, may_fail: bool = False) -> str:
        """Run a shell script in a container as its own user; return what it prints, EngineRefused when it fails."""
        done = container.exec_run(["sh", "-c", script])
        told = str(done.output.decode(errors="replace"))
        if done.exit_code and not may_fail:
            raise EngineRefused(f"{container.name}: {told.strip() or f'exit status {done.exit_code}'}")
        return told

    def unhealthy(self) -> list[str]:
        """Names of the services of which no container is what it should be."""
        services: dict[str, bool] = {}
        for container in self.containers(gone=True):
            service = str(container.labels["com.docker.compose.service"])
            services[service] = services.get(service, False) or is_well(container)
        return [service for service, well in services.items() if not well]


def is_well(container: Container) -> bool:
    """Whether a container is healthy, or has done what it was for."""
    state = container.attrs["State"]
    if state["Status"] == "exited":
        return bool(state["ExitCode"] == 0)
    return bool(state.get("Health", {}).get("Status", "healthy") == "healthy")
