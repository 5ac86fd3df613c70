"""A language model says whether statements about a conversation are true: three times, each time asked in other words.

At temperature 0 the same words have the same answer, so that asking anew would tell nothing.
"""

from collections.abc import Sequence

from simulate.model.asking import Line, Model
from simulate.model.votes import Judged, Vote, counted, decided, read

_ROLE = """\
You check telephone conversations between a caller and a company's agent. You read one conversation and a claim about \
it, and decide by what was said alone whether the claim is true. Answer in exactly two lines:
Quote: <the one sentence of the caller or the agent that decides, copied word by word>
Verdict: <yes: the claim is true; no: it is not true; unclear: the conversation ends before one can tell>"""
_EXAMPLES = (
    (
        [("Caller", "Do you have tea?"), ("Agent", "We sell coffee. Our tea is sold out.")],
        "The agent says that there is tea.",
        "Quote: Our tea is sold out.\nVerdict: no",
    ),
    (
        [("Caller", "My kettle is broken."), ("Agent", "I am sorry to hear that. Bring it to us.")],
        "The agent shows sympathy.",
        "Quote: I am sorry to hear that.\nVerdict: yes",
    ),
    (
        [("Agent", "Shall I keep a cup for you?"), ("Caller", "Which colours are there?")],
        "The caller wants the cup.",
        "Quote: Which colours are there?\nVerdict: unclear",
    ),
)
"""Conversations, claims, and what is answered: a small model does as it is shown, not as it is told."""
_ASKED = (
    "Claim: {statement}\nIs the claim true?",
    "Somebody who has heard this claims: {statement}\nAre they right?",
    "Claim: {statement}\nDoes what was said show this?",
)
_MOST = 120
"""Tokens of a vote: a long sentence, and the verdict."""


async def judge(model: Model, statement: str, lines: Sequence[Line]) -> Judged:
    """What the model makes of a statement; raise ModelFailed."""
    votes: list[Vote] = []
    for asked in _ASKED:
        written = await model.write(_messages(asked, statement, lines), _MOST)
        votes.append(read(written, lines, statement))
        if decided(votes):
            break
    return counted(statement, votes)


def _messages(asked: str, statement: str, lines: Sequence[Line]) -> list[dict[str, str]]:
    """The question, after the same examples each time: a server that keeps what it has read reads them once."""
    talk = [{"role": "system", "content": _ROLE}]
    for told, claim, answer in _EXAMPLES:
        talk += [
            {"role": "user", "content": _question(_ASKED[0], claim, told)},
            {"role": "assistant", "content": answer},
        ]
    return [*talk, {"role": "user", "content": _question(asked, statement, lines)}]


def _question(asked: str, statement: str, lines: Sequence[Line]) -> str:
    talk = "\n".join(f"{who}: {text}" for who, text in lines)
    return f"Conversation:\n{talk}\n\n{asked.format(statement=statement)}"
