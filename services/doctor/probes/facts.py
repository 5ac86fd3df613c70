"""What only the host can see: written by `scripts/doctor.sh facts`, a line each, fields separated by tabs. Pure.

docker     ENGINE-VERSION COMPOSE-VERSION
disk       FREE-KB FOLDER
container  NAME SERVICE VERDICT         healthy, running, starting, unhealthy, failed, created, ...
clock      SECONDS                      the containers' clock minus the host's
ntp        yes|no                       left out where it is not known
tuned      [TEXT]                       THREADS BATCH and what was measured of the local language model, where it runs
weak       SETTING                      a password that is too short; left out where none is
dashboards COUNT                        files of Grafana's dashboards
error      CONTAINER LINE               a line of a log that tells of an error
"""

from collections.abc import Iterable
from dataclasses import dataclass

from parley.errors import ParleyError


class FactsError(ParleyError):
    """A line of facts cannot be read."""

    def __init__(self, line: str) -> None:
        super().__init__(f"not a fact: {line!r}")


@dataclass(frozen=True)
class Container:
    """A container of the stack."""

    name: str
    service: str
    verdict: str


@dataclass(frozen=True)
class Facts:
    """Everything that the host told."""

    engine: str = ""
    compose: str = ""
    free_kb: int | None = None
    folder: str = ""
    containers: tuple[Container, ...] = ()
    clock_s: float | None = None
    ntp: bool | None = None
    tuned: str | None = None
    """Empty: not measured yet; None: there is no local language model."""
    weak: tuple[str, ...] = ()
    """Settings whose password is too short."""
    dashboards: int = 0
    errors: tuple[tuple[str, str], ...] = ()
    """Container and line of every error in the logs."""

    def runs(self, service: str) -> bool:
        """Whether a service belongs to what was started, whatever became of it."""
        return any(c.service == service and c.verdict != "created" for c in self.containers)


def parse(lines: Iterable[str]) -> Facts:
    """Read facts; raise FactsError for a line that is none."""
    single: dict[str, list[str]] = {}
    containers: list[Container] = []
    errors: list[tuple[str, str]] = []
    for line in lines:
        kind, *fields = line.rstrip("\n").split("\t")
        try:
            match kind:
                case "container":
                    containers.append(Container(*fields))
                case "error":
                    container, text = fields[0], " ".join(fields[1:])
                    errors.append((container, text))
                case "docker" | "disk" | "clock" | "ntp" | "tuned" | "weak" | "dashboards":
                    single[kind] = fields
                case "":
                    pass
                case _:
                    raise FactsError(line)
        except (TypeError, IndexError) as error:
            raise FactsError(line) from error
    return _facts(single, tuple(containers), tuple(errors))


def _facts(
    single: dict[str, list[str]], containers: tuple[Container, ...], errors: tuple[tuple[str, str], ...]
) -> Facts:
    try:
        engine, compose = single.get("docker", ["", ""])
        free, folder = single.get("disk", ["", ""])
        (clock,), (count,) = single.get("clock", [""]), single.get("dashboards", ["0"])
        return Facts(
            engine=engine,
            compose=compose,
            free_kb=int(free) if free else None,
            folder=folder,
            containers=containers,
            clock_s=float(clock) if clock else None,
            ntp={"yes": True, "no": False}.get("".join(single.get("ntp", []))),
            tuned=" ".join(single["tuned"]) if "tuned" in single else None,
            weak=tuple(single.get("weak", [])),
            dashboards=int(count),
            errors=errors,
        )
    except ValueError as error:
        raise FactsError(str(single)) from error
