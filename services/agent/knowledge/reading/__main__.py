"""`python -m agent.knowledge.reading`: reads files for a process that must not suffer from them; see isolated.py.

Names of files come on stdin, each ended by a NUL; a line of JSON for each goes to stdout. Each file has a process of
its own, which the limits below end: what a damaged file does to its reader, it does to nobody else.
"""

import contextlib
import os
import resource
import signal
import sys
from pathlib import Path

import msgspec

from agent.knowledge.reading import formats
from agent.knowledge.reading.blocks import Unreadable
from agent.knowledge.reading.isolated import Result

CPU_S = 30
WALL_S = 120
"""Longer than that of the processor: calls come first, and a network's disk may be slow."""
MEMORY_BYTES = 1_000_000_000
MAX_DEPTH = 20_000
"""Nested calls: pages are nested a hundred deep, Python's own limit is a thousand frames."""
_NICE = 10
_DIED = {
    signal.SIGXCPU: f"takes longer than {CPU_S} s to read",
    signal.SIGALRM: f"takes longer than {WALL_S} s to read",
    signal.SIGKILL: "takes too much memory to read",
}


def main() -> None:
    """Answer what stdin asks."""
    os.nice(_NICE)
    for name in sys.stdin.buffer.read().split(b"\0")[:-1]:
        formats.prepare(os.fsdecode(name))
        sys.stdout.buffer.write(_read_apart(name) + b"\n")
        sys.stdout.buffer.flush()


def _read_apart(name: bytes) -> bytes:
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        _be_the_reader(name, into)
    os.close(into)
    with open(out, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    if status == 0:
        return answer
    died = _DIED.get(signal.Signals(os.WTERMSIG(status)), "") if os.WIFSIGNALED(status) else ""
    return msgspec.json.encode(Result(error=died or "its reader broke down on it"))


def _be_the_reader(name: bytes, into: int) -> None:
    status = 1
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what libraries have to say
        _limit()
        answer = msgspec.json.encode(result_of(Path(os.fsdecode(name))))
        with open(into, "wb") as pipe:
            pipe.write(answer)
        status = 0
    finally:
        os._exit(status)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.alarm(WALL_S)
    sys.setrecursionlimit(MAX_DEPTH)
    # Where memory ends nevertheless, it is this process that goes.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def result_of(path: Path) -> Result:
    """Read a file; whatever goes wrong is its error."""
    try:
        return Result(formats.read(os.fsencode(path.name).decode(errors="replace"), path.read_bytes()))
    except Unreadable as error:
        return Result(error=str(error))
    except OSError as error:
        return Result(error=f"cannot be read: {error.strerror or error}")
    except MemoryError:
        return Result(error="takes too much memory to read")
    except RecursionError:
        return Result(error="is nested too deeply")
    except Exception as error:  # no reader promises what it raises for a damaged file
        return Result(error=f"is damaged: {' '.join(f'{type(error).__name__}: {error}'.split())[:200]}")


if __name__ == "__main__":
    main()
