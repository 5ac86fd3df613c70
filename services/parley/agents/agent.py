"""An agent, ready to use, in the language of a call."""

from pathlib import Path

import msgspec

from parley import languages
from parley.agents.dialogue import Collect, Menu, Sms, Target, Translation
from parley.agents.schema import AgentFile, Server, Tool
from parley.experiment import choice
from parley.experiment.choice import Variant
from parley.languages import LineName
from parley.telephone import numbers


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """An agent in its main language, or in the one that `in_language` was asked for."""

    name: str
    """The folder's name."""
    file: AgentFile
    folder: Path = Path()
    """Where it stands; its `knowledge` is read by who needs it."""
    version: str = ""
    """Names the content of its agent.yaml, see `document.version`."""
    variant: Variant | None = None
    """Which version of an experiment this is; None: there is none."""
    other: "Agent | None" = None
    """Of the version `a`: the version `b`."""

    @property
    def key(self) -> str:
        """What it is called where calls are handed on: its name, of the other version of an experiment with a mark."""
        return choice.key_of(self.name, self.variant or "")

    @property
    def part(self) -> dict[str, str]:
        """What a call's record tells of the experiment that it is part of; nothing where there is none."""
        if self.variant is None or self.file.experiment is None:
            return {}
        return {"experiment": self.file.experiment.name, "variant": self.variant}

    def for_caller(self, caller: str, call: str) -> "Agent":
        """The version that a caller gets, at every call the same; whose number is not known, by the call's id."""
        experiment = self.file.experiment
        if experiment is None or self.other is None:
            return self
        who = caller or call
        return self.other if choice.is_other(self.name, experiment.name, experiment.share, who) else self

    def in_language(self, code: str) -> "Agent":
        """Return the agent with the texts of another of its languages; itself for one that it does not have."""
        translation = self.file.languages.get(code)
        if translation is None or code == self.file.language:
            return self
        return msgspec.structs.replace(self, file=_translated(self.file, code, translation))

    @property
    def country(self) -> str:
        """ISO 3166 code of the country that its numbers are read in; empty: none is known."""
        return self.file.country or numbers.country_of(self.file.extensions)

    def answered_as(self, dialled: str) -> str:
        """The extension of the file that a dialled number is, however it is written; empty: none."""
        meant = numbers.readings(dialled, self.country)
        return next((e for e in self.file.extensions if numbers.normal(e, self.country) in meant), "")

    def line(self, name: LineName, **values: object) -> str:
        """Words of a line of call control; `values` fill its placeholders."""
        built_in = languages.get(self.file.language).lines
        return self.file.lines.get(name, built_in[name]).format(company=self.file.company, **values)


def _translated(file: AgentFile, code: str, new: Translation) -> AgentFile:
    """The file with everything that a caller hears in another language; menus that are not translated stay."""
    language = languages.get(code)
    built_in = language.texts
    replace = msgspec.structs.replace
    return replace(
        file,
        language=code,
        voice=new.voice or language.voice,
        greeting=new.greeting,
        persona=new.persona or file.persona,
        farewell=new.farewell or built_in["farewell"],
        apology=new.apology or built_in["apology"],
        prompt=new.prompt or built_in["prompt"],
        fillers=new.fillers or (built_in["filler"],),
        unknown=new.unknown or built_in["unknown"],
        vocabulary=new.vocabulary,
        lines=new.lines,
        curated=new.curated,
        hours=file.hours
        and replace(
            file.hours,
            closed=file.hours.closed and replace(file.hours.closed, say=new.closed or built_in["closed"]),
        ),
        recording=replace(file.recording, announcement=new.announcement or built_in["announcement"]),
        texts={name: _sms(text, new.texts.get(name)) for name, text in file.texts.items()},
        menus={name: _menu(menu, name, new) for name, menu in file.menus.items()},
        collect={name: _collect(step, name, new) for name, step in file.collect.items()},
        chat=replace(file.chat, greeting=None),
        lookup=file.lookup and replace(file.lookup, greeting=new.lookup.greeting, person=new.lookup.person),
        tools=tuple(_tool(tool, file.language, code) for tool in file.tools),
        mcp=tuple(_tool(server, file.language, code) for server in file.mcp),
        targets={name: _target(target, name, new) for name, target in file.targets.items()},
    )


def _menu(menu: Menu, name: str, new: Translation) -> Menu:
    texts = new.menus.get(name)
    if texts is None:
        return menu
    options = {
        key: msgspec.structs.replace(option, words=texts.words.get(key, ()))
        for key, option in menu.options.items()
    }
    return msgspec.structs.replace(menu, say=texts.say, options=options)


def _sms(text: Sms, new: Sms | None) -> Sms:
    """Whom it may go to does not depend on the language."""
    return text if new is None else msgspec.structs.replace(new, other_numbers=text.other_numbers)


def _collect(step: Collect, name: str, new: Translation) -> Collect:
    texts = new.collect.get(name)
    # What is not translated is asked for as it stands, and read back in the language of the call.
    if texts is None:
        return step
    options = {option: texts.options.get(option, words) for option, words in step.options.items()}
    return msgspec.structs.replace(step, say=texts.say, confirm=texts.confirm, options=options)


def _target(target: Target, name: str, new: Translation) -> Target:
    texts = new.targets.get(name)
    return target if texts is None else msgspec.structs.replace(target, name=texts.name, words=texts.words)


def _tool[Service: (Tool, Server)](tool: Service, main: str, code: str) -> Service:
    """A fallback of the company's own words stays: there is none in another language."""
    if tool.fallback != languages.get(main).texts["fallback"]:
        return tool
    return msgspec.structs.replace(tool, fallback=languages.get(code).texts["fallback"])
