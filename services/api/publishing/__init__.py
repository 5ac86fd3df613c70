"""Agents in all cells: what is published in one goes by release into the others' folders. Never how calls use it."""
