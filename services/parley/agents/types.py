"""The kinds of values in agent.yaml, and the root of its structs."""

from typing import Annotated

import msgspec

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
Extension = Annotated[str, msgspec.Meta(pattern=r"^[0-9*#+]{1,32}$")]
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=600)]
Words = tuple[Line, ...]
Language = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}$")]
Key = Annotated[str, msgspec.Meta(pattern=r"^[0-9*#]$")]
Seconds = Annotated[float, msgspec.Meta(gt=0.0, le=86_400.0)]
Url = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s]+$")]
Days = Annotated[
    str, msgspec.Meta(pattern=r"^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$")
]
Span = Annotated[
    str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")
]

_GOTO = r"agent(:[a-z0-9_-]+)?|menu:[a-z0-9_-]+|target:[a-z0-9_-]+|person|voicemail|hangup"
Goto = Annotated[str, msgspec.Meta(pattern=rf"^({_GOTO})$")]
MenuGoto = Annotated[
    str, msgspec.Meta(pattern=rf"^({_GOTO}|collect:[a-z0-9_-]+|language:[a-z]{{2}}|back|repeat)$")
]
KeyGoto = Annotated[
    str, msgspec.Meta(pattern=rf"^({_GOTO}|collect:[a-z0-9_-]+|language:[a-z]{{2}}|repeat|skip|none)$")
]
AnswerThen = Annotated[str, msgspec.Meta(pattern=r"^(none|hangup|person|target:[a-z0-9_-]+)$")]
OverflowTo = Annotated[str, msgspec.Meta(pattern=r"^(busy|voicemail|target:[a-z0-9_-]+)$")]


class Struct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The root of what stands in agent.yaml: a field that is not known is an error."""
