"""From which chances on what is found is said surely, said as near, or is no answer.

The figures here come from the questions that `python -m bench.knowledge --calibrate` judges by the weights of other
companies, in English: what is said surely is wrong in 1 of 100 of them, and 6 of 100 without an answer get one that is
told as likely or sure. Two of them are settings, KNOWLEDGE_SURE and KNOWLEDGE_NEAR.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from parley.errors import SettingError
from parley.settings import Fraction, Settings, load


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the lines are drawn."""

    say: float = 0.8
    """Chance from which a passage is said as it stands."""
    say_after: float = 0.85
    """The same for words that follow up others: what they refer to is a guess."""
    likely: float = 0.7
    """Chance from which a passage is said as one that may be it; how far it leads tells nothing more..."""
    likely_any: float = 0.97
    """... or likelihood that there is an answer, where several are about as likely..."""
    unsure: float = 0.15
    """... and from which one is said as one that is near; below it the answer is unknown."""
    unsure_statement: float = 0.5
    """The same for a statement, which is answered by the language model below it."""
    near: float = 0.1
    """Part of the best chance from which a further passage is said as well, where none is sure..."""
    unsure_facts: int = 3
    """... and how many are said at most, where nothing is likely."""
    between: float = 0.4
    """Part of the best chance from which a second passage is as likely, and part of that below which others are not."""
    between_both: float = 0.6
    """Chance of such two together from which the caller is asked back."""
    say_curated: float = 0.66
    """Meaning from which what has the very question is spoken, whatever the rest."""
    say_words: int = 30
    """Longest passage that is spoken as it stands, in words."""
    say_together_words: int = 45
    """Longest that several passages together may be: some 18 s of speech."""
    talk: float = 0.6
    """Meaning from which words are small talk, when nothing of the knowledge is as near."""


LIMITS = Limits()
Chosen = Mapping[str, Limits]
"""By the name of the model that embeds."""
LIMITS_OF: Chosen = {
    "all-MiniLM-L6-v2": LIMITS,
    "multilingual-e5-small": Limits(talk=0.72),
}


class KnowledgeSettings(Settings, frozen=True, kw_only=True):
    """What of this is set, for whoever answers from what agents know."""

    knowledge_sure: Fraction = LIMITS.say
    """Chance from which a fact is said as it stands."""
    knowledge_near: Fraction = LIMITS.unsure
    """Likelihood that there is an answer from which facts are said as near; below it the answer is unknown."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.knowledge_near > self.knowledge_sure:
            reason = f"must be at most KNOWLEDGE_SURE, {self.knowledge_sure:g}, not {self.knowledge_near:g}"
            raise SettingError("KNOWLEDGE_NEAR", reason)

    @property
    def limits(self) -> Chosen:
        """All limits, with what is set."""
        return {name: self._within(limits) for name, limits in LIMITS_OF.items()}

    def _within(self, limits: Limits) -> Limits:
        sure, near = self.knowledge_sure, self.knowledge_near
        after = min(1.0, round(sure + limits.say_after - limits.say, 3))
        likely, any_of_them = max(min(limits.likely, sure), near), max(limits.likely_any, near)
        return replace(limits, say=sure, say_after=after, likely=likely, likely_any=any_of_them, unsure=near)


def knowledge_settings(environ: Mapping[str, str]) -> KnowledgeSettings:
    """Read them where there is no Redis; raise SettingError."""
    return load(KnowledgeSettings, {**environ, "REDIS_URL": "-"})
