"""The kinds of values in agent.yaml, and the root of its structs."""

from typing import Annotated

import msgspec

END = r"$(?!\n)"
"""The end of a value. `$` alone also matches before a newline at the end, which has no place in a number that is
dialled; and `\\Z` is not known to the editors that read these patterns in the JSON Schema."""

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}" + END)]
Extension = Annotated[str, msgspec.Meta(pattern=r"^[0-9*#+]{1,32}" + END)]
Number = Annotated[str, msgspec.Meta(pattern=r"^\+?[0-9]{2,20}" + END)]
"""What a trunk is given to dial."""
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}" + END)]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=600)]
FieldName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,31}" + END)]
FieldValue = Annotated[str, msgspec.Meta(max_length=200)]
ToolName = Annotated[str, msgspec.Meta(pattern=r"^[a-zA-Z_][a-zA-Z0-9_-]{0,63}" + END)]
Words = tuple[Line, ...]
Language = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}" + END)]
Key = Annotated[str, msgspec.Meta(pattern=r"^[0-9*#]" + END)]
Seconds = Annotated[float, msgspec.Meta(gt=0.0, le=86_400.0)]
Url = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s]+" + END)]
Origin = Annotated[str, msgspec.Meta(pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?" + END)]
Days = Annotated[
    str, msgspec.Meta(pattern=r"^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?" + END)
]
Span = Annotated[
    str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)" + END)
]

_GOTO = r"agent(:[a-z0-9_-]+)?|menu:[a-z0-9_-]+|target:[a-z0-9_-]+|text:[a-z0-9_-]+|person|voicemail|do_not_call|hangup"
Goto = Annotated[str, msgspec.Meta(pattern=rf"^({_GOTO}){END}")]
MenuGoto = Annotated[
    str, msgspec.Meta(pattern=rf"^({_GOTO}|collect:[a-z0-9_-]+|language:[a-z]{{2}}|back|repeat){END}")
]
KeyGoto = Annotated[
    str, msgspec.Meta(pattern=rf"^({_GOTO}|collect:[a-z0-9_-]+|language:[a-z]{{2}}|repeat|skip|none){END}")
]
CollectGoto = Annotated[str, msgspec.Meta(pattern=rf"^({_GOTO}|collect:[a-z0-9_-]+){END}")]
AnswerThen = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(none|hangup|person|target:[a-z0-9_-]+|collect:[a-z0-9_-]+|text:[a-z0-9_-]+)" + END
    ),
]
OverflowTo = Annotated[str, msgspec.Meta(pattern=r"^(busy|voicemail|target:[a-z0-9_-]+)" + END)]


class Struct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The root of what stands in agent.yaml: a field that is not known is an error."""
