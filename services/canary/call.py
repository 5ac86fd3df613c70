"""Makes one call in a process of its own: the models it needs take memory only while it lasts."""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from caller.report import CallReport
from canary.verdict import Verdict, failed, judged

USER = "canary"
"""The SIP user; the stack's logs and records have it as the caller's number."""
LONGEST_S = 150.0
"""A call that takes longer hangs."""


async def call(
    script: Path,
    server: str,
    *,
    user: str = USER,
    command: Sequence[str] = (sys.executable, "-m", "caller"),
) -> Verdict:
    """Call by a script, as `python -m caller` does, and judge the call."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "call.json"
        arguments = [str(script), "--user", user, "--server", server, "--quiet", "--out", str(out)]
        process = await asyncio.create_subprocess_exec(
            *command, *arguments, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        try:
            _, said = await asyncio.wait_for(process.communicate(), LONGEST_S)
        except TimeoutError:
            return failed(f"the call was not over after {LONGEST_S:g} s")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return _verdict(process.returncode, said.decode(errors="replace"), out)


def _verdict(status: int | None, said: str, out: Path) -> Verdict:
    if status not in (0, 1) or not out.is_file():
        last = said.strip().rpartition("\n")[2].removeprefix("caller: ")
        return failed(last or f"the caller ended with status {status}")
    return judged(msgspec.json.decode(out.read_bytes(), type=CallReport))
