"""Draws dashboards from live data into a folder: `python -m grafana.draw docs/images --minutes 30 overview`."""

import argparse
import os
import time
from pathlib import Path

from grafana.draw.page import draw
from grafana.live import Prometheus
from grafana.read import Span, dashboards


def main() -> None:
    """Draw the dashboards that are named, or all."""
    known = dashboards()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("name", nargs="*", help=f"of {', '.join(known)}; all unless named")
    parser.add_argument("--minutes", type=float, default=30.0, help="how much time is shown, up to now")
    parser.add_argument(
        "--prometheus", default=os.environ.get("PROMETHEUS_URL", "http://127.0.0.1:9090"), metavar="URL"
    )
    chosen = parser.parse_intermixed_args()
    if unknown := set(chosen.name) - set(known):
        parser.error(f"there is no dashboard {', '.join(sorted(unknown))}")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    now = time.time()
    for name in chosen.name or known:
        figure = draw(known[name], Prometheus(chosen.prometheus), Span(now - chosen.minutes * 60, now))
        figure.savefig(chosen.folder / f"{name}.png")


main()
