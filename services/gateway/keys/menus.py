"""Menus: what a key, a word or a silence does. Pure: events come in, steps come out.

A menu is left by whatever is chosen from it, unless that is another menu, `back` or `repeat`. After a wrong choice or
a silence it is said again, `retries` times; then its `then` happens.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.values.choices import expected, named
from gateway.values.numbers import said_choice
from gateway.values.picks import agrees
from parley import languages
from parley.agents import Agent
from parley.agents.actions import Action, parse_action
from parley.agents.dialogue import Menu, Option


class Consent(Menu, frozen=True, kw_only=True):
    """A menu of yes (1) and no (2): words choose when they agree or decline, not when they only hold a word of that.
    What else there is to choose is chosen by its words.
    """

    goes_on: bool = False
    """Whether a yes may go on with what is wanted in place of what is offered: it is taken when it is said to its
    end."""


@dataclass(frozen=True, slots=True)
class Step:
    """The root of what is to be done."""


@dataclass(frozen=True, slots=True)
class Say(Step):
    """Say the menu of this name, after a remark that the last choice was none."""

    menu: str
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Chosen(Step):
    """A choice was made: for the call's record."""

    menu: str
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Do(Step):
    """Do what is no business of menus'."""

    action: Action


class Menus:
    """Where the caller is in an agent's menus. `menus` is the agent's, in the language of the call."""

    def __init__(self, menus: Mapping[str, Menu]) -> None:
        self.menus = menus
        self._path: list[str] = []
        self._tries = 0

    @property
    def current(self) -> Menu | None:
        """The menu that is being chosen from."""
        return self.menus[self._path[-1]] if self._path else None

    @property
    def goes_on(self) -> bool:
        """Whether what is said may go on behind a choice."""
        return isinstance(self.current, Consent) and self.current.goes_on

    def expected(self, first: Action | None) -> tuple[str, ...]:
        """What callers say who choose from the menu that is open, or from one that is to come first."""
        menu = self.menus[first.name] if first and first.kind == "menu" else self.current
        return expected(option.words for option in menu.options.values()) if menu else ()

    def look_ahead(self, first: Action | None, chosen: Callable[[Menu], object]) -> Action | None:
        """Open the menu that is to come first, where something chooses from it already: who knows it need not wait for
        it. Return what is still to come first.
        """
        if first is None or first.kind != "menu" or not chosen(self.menus[first.name]):
            return first
        self.enter(first.name)
        return None

    def use(self, menus: Mapping[str, Menu]) -> None:
        """Go on with other menus: those of another language or agent, or with one more."""
        self.menus = menus

    def enter(self, name: str) -> list[Step]:
        """Go into a menu; one that is on the way here is gone back to."""
        if name in self._path:
            del self._path[self._path.index(name) :]
        self._path.append(name)
        self._tries = 0
        return [Say(name)]

    def keep(self) -> tuple[tuple[str, ...], int]:
        """Say where the caller is: the way here, and how often the menu has been said in vain."""
        return tuple(self._path), self._tries

    def resume(self, path: tuple[str, ...], tries: int) -> None:
        """Be there again, as far as there are still these menus."""
        known = [name in self.menus for name in path]
        self._path = list(path[: known.index(False)] if False in known else path)
        self._tries = tries

    def leave(self) -> None:
        """Be in no menu any more."""
        self._path.clear()

    def key(self, key: str) -> list[Step]:
        """Press a key; one that the menu does not have is a wrong choice."""
        menu = self._open()
        option = menu.options.get(key)
        return self._again(wrong=True) if option is None else self._choose(key, option)

    def words(self, text: str, language: str = languages.DEFAULT) -> list[Step]:
        """Say something; empty when nothing in it names a choice."""
        key = chosen(self._open(), text, language)
        return [] if key is None else self._choose(key, self._open().options[key])

    def not_understood(self) -> list[Step]:
        """Something was said that is no choice."""
        return self._again(wrong=True)

    def timed_out(self) -> list[Step]:
        """Nothing was chosen in time."""
        return self._again(wrong=False)

    def _open(self) -> Menu:
        menu = self.current
        assert menu is not None, "no menu is open"
        return menu

    def _again(self, *, wrong: bool) -> list[Step]:
        menu = self._open()
        self._tries += 1
        if self._tries <= menu.retries:
            return [Say(self._path[-1], wrong)]
        return self._go(parse_action(menu.then))

    def _choose(self, key: str, option: Option) -> list[Step]:
        steps: list[Step] = [Chosen(self._path[-1], key, option.label or option.to)]
        if option.language is not None:
            steps.append(Do(Action("language", option.language)))
        return [*steps, *self._go(parse_action(option.to))]

    def _go(self, action: Action) -> list[Step]:
        match action.kind:
            case "menu":
                return self.enter(action.name)
            case "back":
                if len(self._path) > 1:
                    self._path.pop()
                return self.enter(self._path[-1])
            case "repeat":
                return [Say(self._path[-1])]
            case _:
                self.leave()
                return [Do(action)]


def chosen(menu: Menu, text: str, language: str = languages.DEFAULT) -> str | None:
    """Return the key of the choice that the text names, or says the number of."""
    if isinstance(menu, Consent):
        others = named(text, {key: option.words for key, option in menu.options.items()}, language)
        agreed = agrees(text, language)
        return others or (None if agreed is None else "1" if agreed else "2")
    key = named(text, {key: option.words for key, option in menu.options.items()}, language)
    number = said_choice(text, language) if key is None else ""
    return number if number in menu.options else key


def target_named(agent: Agent, text: str) -> str | None:
    """Return the name of the people whom the text names."""
    words = {name: target.words for name, target in agent.file.targets.items()}
    return named(text, words, agent.file.language)
