"""What every benchmark has in common: the machine it ran on, a progress bar, a table, and its file of results.

A result is `bench/results/<name>.json`: {"machine": {…}, "settings": {…}, "figures": {flat name: number},
"samples": […]}. RESULTS_DIR names another folder.
"""

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

Figure = float | int | None
"""None: could not be measured."""
RESULTS = Path(os.environ.get("RESULTS_DIR") or Path(__file__).parents[1] / "results")
console = Console(width=None if sys.stdout.isatty() else 120)
_PACKAGES = ("numpy", "onnxruntime", "torch", "ctranslate2", "redis")


def machine() -> dict[str, Any]:
    """Describe what the benchmark runs on; `load_1m` tells whether something else ran at the same time."""
    return {
        "cpu": _field("/proc/cpuinfo", "model name") or platform.processor(),
        "cores": os.cpu_count(),
        "usable_cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(int(_field("/proc/meminfo", "MemTotal", "0").split()[0]) / 2**20, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "packages": {name: found for name in _PACKAGES if (found := _version(name))},
        "load_1m": round(os.getloadavg()[0], 2),
        "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def _field(path: str, name: str, default: str = "") -> str:
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return default
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), default)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def progress() -> Progress:
    """Make a progress bar; use it as a context, and `track` or `add_task` on it."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; the first column is a name, the others are numbers."""
    drawn = Table(*(), title=title, title_justify="left")
    for i, column in enumerate(columns):
        drawn.add_column(column, justify="right" if i else "left")
    for row in rows:
        drawn.add_row(*(f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in row))
    console.print(drawn)


def write(
    name: str,
    settings: Mapping[str, Any],
    figures: Mapping[str, Figure],
    samples: Sequence[Any],
    *,
    on: Mapping[str, Any] | None = None,
    mine: Callable[[str], bool] | None = None,
) -> Path:
    """Write the results of the benchmark `name` and say where; `on` is what `machine` said before it began.

    With BENCH_VARIANT they are a variant's, in a file of its own: `conversation-small.json`. Where the file is that of
    several benchmarks, `mine` says which names are this one's: settings and figures of other names stay as they are.
    """
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{'-'.join(filter(None, (name, os.environ.get('BENCH_VARIANT'))))}.json"
    rounded = {key: None if value is None else round(value, 6) for key, value in figures.items()}
    result = {"machine": dict(on or machine()), "settings": dict(settings), "figures": rounded}
    if mine is not None and path.is_file():
        before = json.loads(path.read_text())
        for part in ("settings", "figures"):
            others = {key: value for key, value in before[part].items() if not mine(key)}
            result[part] = others | result[part]
    body = json.dumps(result, indent=2, ensure_ascii=False)[:-2]
    lines = ",\n".join(f"    {json.dumps(sample, ensure_ascii=False)}" for sample in samples)
    path.write_text(f'{body},\n  "samples": [\n{lines}\n  ]\n}}\n')
    console.print(f"Results: {path}")
    return path
