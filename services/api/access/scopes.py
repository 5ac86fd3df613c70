"""What a key can be good for."""

SCOPES = {
    "calls:read": "calls and their records, and what happens now",
    "calls:steer": "calls that go on: hang up, transfer, say a line, note something, skip, change the language",
    "calls:supervise": "calls that go on, by voice from the console: listen, whisper, take over",
    "calls:correct": "what callers said in calls that are kept, where it was misunderstood",
    "calls:start": "calls that are made, and callbacks: to extensions, and to the numbers that the rules allow",
    "campaigns:read": "campaigns: their lists, and what came of them",
    "campaigns:write": "campaigns: taking in, trying, starting and pausing",
    "do-not-call:manage": "numbers that are never called",
    "chats:steer": "chats that go on: take over, write, give back, close",
    "recordings:read": "what was recorded of them",
    "agents:read": "agents: their files, versions and knowledge, and trial questions",
    "answers:write": "answers to what agents did not know, once they have been tried",
    "agents:write": "changing agents and their knowledge",
    "health:read": "how the stack is",
    "outage:switch": "all calls to people, or to the agent again",
    "webhooks:manage": "who is told what happens, and messages that were not taken",
    "audit:read": "what was done with keys, and which there are",
}


def parse(text: str) -> tuple[str, ...]:
    """Read scopes with commas between; raise ValueError naming one that there is not."""
    asked = {part.strip() for part in text.split(",")} - {""}
    if not asked:
        raise ValueError(f"which scopes? There are {', '.join(SCOPES)}")
    if unknown := asked - SCOPES.keys():
        raise ValueError(f"there is no scope {min(unknown)!r}; there are {', '.join(SCOPES)}")
    return tuple(scope for scope in SCOPES if scope in asked)
