"""Writes every dashboard's file."""

from pathlib import Path

from grafana.generate.board import render
from grafana.generate.boards import BOARDS

DIRECTORY = Path(__file__).parents[1] / "dashboards"

for name, board in BOARDS.items():
    (DIRECTORY / f"{name}.json").write_text(render(board))
