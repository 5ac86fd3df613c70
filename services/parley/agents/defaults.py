"""Fixed lines of an agent that gives none: those of its own language."""

from typing import Any

from parley import languages


def filled(raw: Any) -> Any:
    """What was read of agent.yaml, with the built-in words of its language where it has none.

    Only what is a mapping is filled: what is wrong otherwise is told when the types are checked.
    """
    if not isinstance(raw, dict) or not isinstance(raw.get("language"), str):
        return raw  # the types' own defaults are right
    language = languages.get(raw["language"])
    texts = language.texts
    own = {name: texts[name] for name in ("farewell", "apology", "prompt", "unknown")}
    whole = {**own, "fillers": [texts["filler"]], "voice": language.voice, "recording": {}, **raw}
    whole["recording"] = _with(whole["recording"], announcement=texts["announcement"])
    if isinstance(hours := raw.get("hours"), dict) and "closed" in hours:
        whole["hours"] = {**hours, "closed": _with(hours["closed"], say=texts["closed"])}
    for field in ("tools", "mcp"):
        if isinstance(asked := raw.get(field), list):
            whole[field] = [_with(each, fallback=texts["fallback"]) for each in asked]
    return whole


def _with(raw: Any, **defaults: str) -> Any:
    return {**defaults, **raw} if isinstance(raw, dict) else raw
