"""What keys, menus and opening hours do with a call. Deterministic: no language model decides anything here."""

import datetime
from collections.abc import Callable, Mapping

from gateway.conversation.guidance import Desk, Speech
from gateway.keys import menus, offers
from gateway.keys.collecting import Collecting
from gateway.keys.menus import Menus
from gateway.keys.way import Way
from gateway.turns.events import State
from parley import log
from parley.agents import Agent
from parley.agents.actions import Action, parse_action
from parley.agents.hours import open_at

_KEYS: Mapping[str, str] = {"#": "skip", "*": "person"}
"""What keys do unless the agent's file says otherwise."""

_log = log.get("guide")


class Guide:
    """The call control of one call; a conversation's `Guidance`."""

    def __init__(
        self, agent: Agent, agents: Callable[[str], Agent | None], speech: Speech, desk: Desk
    ) -> None:
        self.main = self._own = agent
        self._agents = agents
        self._speech = speech
        self._desk = desk
        self._language = agent.file.language
        self._menus = Menus(agent.file.menus)
        self.collecting = Collecting(speech, lambda: self.agent, self._collected)
        self.answers = self.collecting.answers
        self._offered = ""  # the target that was not there
        self._first: Action | None = parse_action(f"menu:{agent.file.menu}") if agent.file.menu else None

    @property
    def agent(self) -> Agent:
        """The agent in the language of the call."""
        return self.main.in_language(self._language)

    @property
    def choosing(self) -> bool:
        """Whether the caller's next words choose from a menu, be it that after the greeting, or are a number."""
        asked = self.collecting.going_on or self._menus.current is not None or self._first is not None
        return asked and self._speech.state is not State.TRANSFERRING

    @property
    def expected(self) -> tuple[str, ...]:
        """What the caller is likely to say next."""
        return self.collecting.expected or self._menus.expected(self._first)

    def closed(self, now: datetime.datetime) -> str:
        """Outside the opening hours: have what is done then follow, and return the line in the greeting's place."""
        hours = self.agent.file.hours
        if hours is None or hours.closed is None or open_at(hours, now):
            return ""
        self._speech.emit("closed", then=hours.closed.then)
        if hours.closed.then != "agent":
            self._first = parse_action(hours.closed.then)
        return hours.closed.say

    def begin_with(self, action: str) -> None:
        """Have something done after the first line, as agent.yaml names it."""
        self._first = parse_action(action)

    def overflow(self) -> str:
        """There is no room for the call: have done what the agent's file says, and return the line that comes first."""
        self.begin_with(self.agent.file.overflow.to)
        self._speech.emit("overflow", to=self.agent.file.overflow.to)
        return self.agent.line("overflow")

    def keep(self) -> Way:
        """Say where the caller is, for another gateway."""
        first = f"{self._first.kind}:{self._first.name}" if self._first else ""
        place = (*self._menus.keep(), self._offered, first, self.collecting.keep())
        return Way(self.main.key, self._language, *place)

    def resume(self, way: Way) -> None:
        """Be where another gateway was; nothing is said yet."""
        self.main = self._agents(way.agent) or self.main
        self._language, self._offered = way.language, way.offered
        self._menus.use(offers.with_offer(self.agent, way.offered))
        self._menus.resume(way.menus, way.tries)
        self._first = parse_action(way.first) if way.first else None
        self._speech.become(self.agent)

    def go_on(self, way: Way, remark: str) -> bool:
        """Say again what is to be chosen or typed, after a remark; return False when there is nothing."""
        return (way.typed is not None and self.collecting.resume(way.typed, remark)) or self._say_menu(remark)

    # What the caller does

    def key(self, key: str) -> None:
        """A key was pressed, at any time."""
        self._speech.emit("key", digit=self.collecting.told(key))
        if self._speech.state is State.TRANSFERRING:
            self._desk.pressed(key)
            return
        keys = {**_KEYS, **self.agent.file.keys}
        # What a key may mean, in this order; the file's own choices come before what a key does at any time.
        if self._first is not None and keys.get(key) == "skip":
            self.greeted()
            return
        self._first = self._menus.look_ahead(self._first, lambda menu: key in menu.options)
        if self.collecting.key(key):
            return
        menu = None if self.collecting.going_on else self._menus.current
        if menu is not None and (key in menu.options or key not in keys):
            self._do_steps(self._menus.key(key))
        elif key in keys:
            self.do(parse_action(keys[key]))

    def choose(self, text: str, *, to_end: bool = False) -> bool:
        """Act on words that choose something; return whether they do. What may go on is taken when it is at its end."""
        if self.collecting.going_on or (self._menus.goes_on and not to_end):
            return False
        language = self.agent.file.language
        self._first = self._menus.look_ahead(self._first, lambda menu: menus.chosen(menu, text, language))
        steps = self._menus.words(text, language) if self._menus.current is not None else []
        if not steps and (target := menus.target_named(self.agent, text)) is not None:
            steps = [menus.Do(Action("target", target))]
        if steps:
            self._speech.note(text)
            self._do_steps(steps)
        return bool(steps)

    def _amended(self, text: str) -> bool:
        """Whether the caller says another time, or number, than was offered, which counts in its place."""
        if number := offers.elsewhere(self.agent, self._offered, text):
            self._do_steps(self._menus.key(offers.ELSEWHERE))
            return self.collecting.said(number)
        if other := offers.instead(self.agent, self._offered, text, datetime.datetime.now(datetime.UTC)):
            self._speech.note(text)
            self.offer(*other)
        return bool(other)

    def not_understood(self, text: str) -> None:
        """The caller's words, to their end, choose nothing."""
        amends = self._menus.goes_on and self._amended(text)
        if amends or self.collecting.said(text) or self.choose(text, to_end=True):
            return
        self._speech.note(text)
        if self._first is not None:
            self.greeted()
        elif self._menus.current is not None:
            self._do_steps(self._menus.not_understood())

    def no_choice(self) -> None:
        """The time for a choice is over."""
        if self.collecting.going_on:
            self.collecting.timed_out()
        elif self._menus.current is not None:
            self._do_steps(self._menus.timed_out())

    def greeted(self) -> None:
        """The first line has been heard."""
        first, self._first = self._first, None
        if first is not None:
            self.do(first)

    # People

    def transfer(self, target: str) -> None:
        """An answer hands the call to a target, or does what an action names; empty: to the agent's person."""
        named_action = ":" in target or target in ("voicemail", "do_not_call", "callback", "")
        self.do(parse_action(target or "person") if named_action else Action("target", target))

    def handed_over(self) -> None:
        """The handoff sentence has been heard to its end."""
        self._desk.spoken()

    def offer(self, name: str, remark: str) -> None:
        """Nobody of a target took the call: say so, and offer what the agent's file allows."""
        self._leave_menus()
        if offers.offer(self.agent, name) is None:
            self.back(remark)
            return
        self._offered = name
        self._menus.use(offers.with_offer(self.agent, name))
        self._menus.enter(offers.OFFER)
        self._say_menu(remark)

    def back(self, remark: str) -> None:
        """Go on with the agent, after a remark."""
        self._leave_menus()
        self._speech.tell(f"{remark} {self.agent.line('back_to_agent')}".strip())

    def goodbye(self, remark: str) -> None:
        """Take leave, after a remark."""
        self._speech.tell(f"{remark} {self.agent.file.farewell}", hang_up=True)

    # What is done

    def do(self, action: Action) -> None:
        """Do what a key, a choice or a file asks for."""
        # An offer counts for what is done next, no skip: the same person chosen then means to wait for them.
        offered, self._offered = self._offered, self._offered if action.kind in ("skip", "repeat") else ""
        self._first = None
        match action.kind:
            case "skip":
                self._speech.skip()
            case "repeat":
                if not self._say_menu() and self._speech.last_said:
                    self._speech.tell(self._speech.last_said)
            case "agent":
                self._go_to_agent(action.name, offered)
            case "menu":
                self._do_steps(self._menus.enter(action.name))
            case "target" | "person":
                self._go_to_person(action.name, offered)
            case "voicemail":
                self._leave_menus()
                self._desk.voicemail()
            case "language":
                self._speak(action.name)
                self._speech.tell(self.agent.file.greeting)
            case "collect":
                self._leave_menus()
                self.collecting.begin(action.name)
            case "text" | "send" | "do_not_call" | "callback":
                self._desk.serve(action)
            case "hangup":
                self._speech.leave()

    def _do_steps(self, steps: list[menus.Step]) -> None:
        for step in steps:
            match step:
                case menus.Say():
                    self._say_menu(self.agent.line("wrong_key") if step.wrong else "")
                case menus.Chosen():
                    self._speech.emit("menu", menu=step.menu, key=step.key, label=step.label)
                case menus.Do(action) if action.kind == "language" and step is not steps[-1]:
                    self._speak(action.name)
                case menus.Do():
                    self.do(step.action)

    def _say_menu(self, before: str = "") -> bool:
        """Say the open menu, after something else; return whether one is open."""
        if (menu := self._menus.current) is not None:
            self._speech.tell(f"{before} {menu.say}".strip(), menu.timeout_s)
        return menu is not None

    def _go_to_agent(self, name: str, offered: str) -> None:
        self._leave_menus()
        # Back to their own is to the version that they had.
        other = self._own if name == self._own.name else self._agents(name)
        if not name or other is None:
            if name:
                _log.error("there is no such agent", agent=name)
            self._speech.tell(self.agent.line("back_to_agent" if offered and not name else "go_on"))
            return
        self._speech.emit("agent_changed", to=name)
        self.main = other
        self._speak(self._language)
        self.greet()

    def greet(self, before: str = "") -> None:
        """Say the greeting, and the menu that follows it, to somebody who has not heard it; `before` comes first."""
        if self._speech.state is State.TRANSFERRING:  # what is under way is not called off
            return
        self._leave_menus()
        greeting = f"{before} {self.agent.file.greeting}".strip()
        if menu := self.agent.file.menu:
            self._menus.enter(menu)
        if not self._say_menu(greeting):
            self._speech.tell(greeting)

    def _go_to_person(self, name: str, offered: str) -> None:
        self._leave_menus()
        wait = bool(offered) and offers.target_of(offered) == name
        file = self.agent.file
        name = name or file.person or next(iter(file.targets), "")
        if name in file.targets:
            self._desk.transfer(name, wait=wait)
        else:
            self._speech.tell(self.agent.line("no_person"))

    def _speak(self, language: str) -> None:
        """Go on in a language; one that the agent does not have is its main one."""
        self._language = language
        self._menus.use(self.agent.file.menus)
        self._speech.become(self.agent)
        self._speech.emit("language", language=self.agent.file.language)

    def _leave_menus(self) -> None:
        self._first = None
        self._menus.leave()
        self._menus.use(self.agent.file.menus)
        self.collecting.stop()

    def _collected(self, then: str | None) -> None:
        """A number has been typed, and this is done with it; None: there is none."""
        if then is None:
            self.back("")
        else:
            self.do(parse_action(then))
