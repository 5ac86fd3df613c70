"""The Asterisk of the stack with other users, queues or another trunk for a while, taken over in place."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.e2e.stack import containers


def asterisk(command: str) -> str:
    """What Asterisk's command line answers."""
    (container,) = containers("asterisk")
    return str(container.exec_run(["asterisk", "-rx", command]).output.decode())


def reload(settings: dict[str, str], **environment: str) -> tuple[int, str]:
    """Take over what the stack was started with, and `settings`; return the exit status and what is printed.

    `environment` is for what no running Asterisk takes over otherwise.
    """
    (container,) = containers("asterisk")
    lines = "".join(f"\n{name}={value}" for name, value in settings.items())
    script = '{ cat /settings/settings.env; printf "%s\n" "$0"; } >/tmp/settings.env && /opt/parley/entrypoint reload'
    done = container.exec_run(
        ["bash", "-c", script, lines], environment={"SETTINGS": "/tmp/settings.env"} | environment
    )
    return done.exit_code, done.output.decode()


@contextmanager
def reloaded(settings: dict[str, str], **environment: str) -> Iterator[None]:
    """Have `settings` taken over, and afterwards what was before."""
    assert reload(settings, **environment)[0] == 0
    try:
        yield
    finally:
        reload({})
