"""The knowledge of agents: the real model on real folders."""

import datetime
import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from agent.knowledge.base import PREFIX_CHARS, KnowledgeBase
from agent.knowledge.decide import Decision, Kind
from agent.knowledge.embedder import Encoding, MiniLm, Vectors
from agent.knowledge.library import IndexedLibrary, as_heard, earlier_words, found_of
from parley.agents import Agent, load_agent, load_agents

ROOT = Path(__file__).parents[3]


class Counting:
    """Counts what is read."""

    def __init__(self, model: MiniLm) -> None:
        self._model = model
        self.name = model.name
        self.unlike = model.unlike
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str], *, asked: bool = False) -> Vectors:
        return self._model.embed(texts, asked=asked)

    def encode(self, texts: Sequence[str], *, asked: bool = False) -> list[Encoding]:
        self.texts += texts
        return self._model.encode(texts, asked=asked)


@pytest.fixture(scope="module")
def agents() -> dict[str, Agent]:
    return load_agents(ROOT / "agents")[0]


@pytest.fixture(scope="module")
def base(minilm: MiniLm, agents: dict[str, Agent]) -> KnowledgeBase:
    base = KnowledgeBase(minilm)
    assert base.load(agents.values()) == []
    return base


def said(base: KnowledgeBase, agent: Agent, text: str, *earlier: str) -> str:
    decision = base.ask(agent, text, earlier)
    return " ".join(decision.said) if decision.kind == "say" else decision.kind


def test_a_fact_is_said(base: KnowledgeBase, agents: dict[str, Agent]) -> None:
    assert "$25" in said(base, agents["techstore"], "What does the USB-C charger cost?")
    assert "620" in said(base, agents["dental"], "How much is a crown?")


def test_each_agent_knows_its_own_facts_only(base: KnowledgeBase, agents: dict[str, Agent]) -> None:
    assert "749" in said(base, agents["techstore"], "How much is the Orbit 14 laptop?")
    assert said(base, agents["dental"], "How much is the Orbit 14 laptop?") == "unknown"
    for agent in ("dental", "reception"):
        hits = base.ask(agents[agent], "What are your opening hours on Saturday?", ()).hits
        assert not any(
            "TechStore is open" in h.entry.said or "we are open from 10" in h.entry.said for h in hits
        )


def test_a_curated_answer(base: KnowledgeBase, agents: dict[str, Agent]) -> None:
    decision = base.ask(agents["dental"], "I have terrible toothache.", ())
    found, source = found_of(decision, agents["dental"])
    assert (found.action, found.target, source) == ("transfer", "desk", "curated")
    assert found.line.startswith("I am sorry to hear that.")


def test_a_curated_answer_may_ask_for_something(base: KnowledgeBase, agents: dict[str, Agent]) -> None:
    decision = base.ask(agents["dental"], "I would like to make an appointment.", ())
    found, source = found_of(decision, agents["dental"])
    assert (found.action, found.target, source) == ("transfer", "collect:day", "curated")


def test_a_curated_answer_may_offer_a_text(base: KnowledgeBase, agents: dict[str, Agent]) -> None:
    agent = agents["dental"]
    decision = base.ask(agent, "I have terrible toothache.", ())
    curated = tuple(msgspec.structs.replace(each, then="text:way") for each in agent.file.curated)
    file = msgspec.structs.replace(agent.file, curated=curated)
    found, _ = found_of(decision, msgspec.structs.replace(agent, file=file))
    assert (found.action, found.target) == ("transfer", "text:way")


PROMISE = "No problem. The front desk will change it for you."


@pytest.mark.parametrize("kind", ["likely", "unsure", "ground"])
def test_what_would_be_done_is_not_told_as_what_may_be_the_answer(
    agents: dict[str, Agent], kind: Kind
) -> None:
    fact = "A crown costs 620 euros."
    both = Decision(kind, said=(PROMISE, fact), passages=(PROMISE, fact), sources=(PROMISE, fact))
    found, _ = found_of(both, agents["dental"])
    assert fact in f"{found.line} {found.instead} {found.passages}"
    assert PROMISE not in f"{found.line} {found.instead} {found.passages} {found.sources}"
    alone = Decision(kind, said=(PROMISE,), passages=(PROMISE,), sources=(PROMISE,))
    found, source = found_of(alone, agents["dental"])
    assert (found.line, source) == (agents["dental"].file.unknown, "unknown")


def test_an_exact_answer_that_does_nothing_may_be_told_as_likely(agents: dict[str, Agent]) -> None:
    dental = agents["dental"]
    harmless = tuple(msgspec.structs.replace(each, then="none") for each in dental.file.curated)
    agent = msgspec.structs.replace(dental, file=msgspec.structs.replace(dental.file, curated=harmless))
    assert PROMISE in found_of(Decision("likely", said=(PROMISE,)), agent)[0].line


def test_what_nobody_knows_is_unknown(base: KnowledgeBase, agents: dict[str, Agent]) -> None:
    decision = base.ask(agents["techstore"], "Do you sell washing powder?", ())
    found, source = found_of(decision, agents["techstore"])
    assert (found.line, source) == (agents["techstore"].file.unknown, "unknown")


@pytest.mark.parametrize(
    "text", ["Thank you very much.", "How are you?", "Yes, please.", "Can you hear me?", "Okay."]
)
def test_small_talk_is_not_unknown(base: KnowledgeBase, agents: dict[str, Agent], text: str) -> None:
    assert said(base, agents["techstore"], text) == "chat"


def test_what_a_question_refers_to_decides(base: KnowledgeBase, agents: dict[str, Agent]) -> None:
    shop = agents["techstore"]
    assert "$12" in said(base, shop, "How much is it?", "Do you have express delivery?")
    assert "$60" in said(base, shop, "And how much is it?", "Do you install televisions on the wall?")
    # Short, and yet a question of its own.
    assert "help@techstore" in said(base, shop, "And your email address?", "How much is express delivery?")


def test_a_follow_up_is_understood(base: KnowledgeBase, agents: dict[str, Agent]) -> None:
    decision = base.ask(agents["techstore"], "And on Sunday?", ["What are your opening hours on Saturday?"])
    assert decision.kind in ("say", "ground")
    assert "Sunday" in decision.hits[0].entry.said


def test_another_language_has_its_own_knowledge(base: KnowledgeBase, agents: dict[str, Agent]) -> None:
    german = agents["reception"].in_language("de")
    assert said(base, german, "Wo ist das Fundbüro?") == "Das Fundbüro ist am Empfang."
    assert "Das Haus ist täglich" in base.text(german)
    assert "Das Haus" not in base.text(agents["reception"])


def test_a_language_without_facts_is_left_to_the_model(tmp_path: Path, minilm: MiniLm) -> None:
    shutil.copytree(ROOT / "agents" / "reception", tmp_path / "reception")
    shutil.rmtree(tmp_path / "reception" / "knowledge" / "de")
    agent = load_agent(tmp_path / "reception")
    base = KnowledgeBase(minilm)
    base.load([agent])
    german = agent.in_language("de")
    assert said(base, german, "How old is the building?") == "chat"
    assert said(base, german, "Sind Sie ein Roboter?").startswith("Ich bin der automatische")
    assert "The canteen" in base.text(german)


def test_only_what_is_new_is_embedded(tmp_path: Path, minilm: MiniLm) -> None:
    shutil.copytree(ROOT / "agents" / "dental", tmp_path / "dental")
    counting = Counting(minilm)
    base = KnowledgeBase(counting)
    told: list[tuple[int, int]] = []
    base.load(load_agents(tmp_path)[0].values(), lambda done, of: told.append((done, of)))
    assert told[-1][0] == told[-1][1] > 30
    counting.texts.clear()
    with (tmp_path / "dental" / "knowledge" / "clinic.txt").open("a") as out:
        out.write("The aquarium has seven fish.\n")
    agents = load_agents(tmp_path)[0]
    base.load(agents.values())
    assert counting.texts == ["The aquarium has seven fish."]
    assert "seven" in said(base, agents["dental"], "How many fish are in the aquarium?")


def test_a_file_that_cannot_be_read_costs_only_itself(tmp_path: Path, minilm: MiniLm) -> None:
    shutil.copytree(ROOT / "agents" / "dental", tmp_path / "dental")
    shutil.copytree(ROOT / "agents" / "techstore", tmp_path / "techstore")
    agents = load_agents(tmp_path)[0]
    base = KnowledgeBase(minilm)
    base.load(agents.values())
    # In one look: a file of no kind, one that is damaged, and a change of another agent.
    (tmp_path / "dental" / "knowledge" / "a.docx").write_bytes(b"x")
    (tmp_path / "dental" / "knowledge" / "b.pdf").write_bytes(b"%PDF-1.7 x")
    with (tmp_path / "techstore" / "knowledge" / "10-shop.md").open("a") as out:
        out.write("- The aquarium in the shop has seven fish.\n")
    for present in (base, KnowledgeBase(minilm)):  # and after a restart
        errors = present.load(agents.values())
        assert [e.path.name for e in errors] == ["a.docx", "b.pdf"]
        assert "620" in said(present, agents["dental"], "How much is a crown?")
        assert "seven" in said(present, agents["techstore"], "How many fish are in the aquarium?")


def test_questions_and_answers_of_a_file(tmp_path: Path, minilm: MiniLm) -> None:
    shutil.copytree(ROOT / "agents" / "dental", tmp_path / "dental")
    (tmp_path / "dental" / "knowledge" / "faq.txt").write_text(
        "Q: Do you have wireless internet?\nQ: What is the wifi password?\nA: Yes, ask at the desk.\n\n"
        "Q: May I bring my dog?\nA: Only guide dogs, please.\n"
    )
    (tmp_path / "dental" / "knowledge" / "more.csv").write_text(
        "Treatment,Price\nSealing,35 €\nBridge,900 €\n"
    )
    base = KnowledgeBase(minilm)
    agents = load_agents(tmp_path)[0]
    assert base.load(agents.values()) == []
    assert said(base, agents["dental"], "What's the password of the wifi?") == "Yes, ask at the desk."
    assert said(base, agents["dental"], "Can I bring a dog?") == "Only guide dogs, please."
    assert said(base, agents["dental"], "How much is a bridge?") == "Bridge costs 900 €"
    assert "- May I bring my dog? Only guide dogs, please." in base.text(agents["dental"])


def test_an_answer_rests_on_more_than_stands_beside_the_question(
    base: KnowledgeBase, agents: dict[str, Agent]
) -> None:
    decision = base.ask(
        agents["techstore"], "Why is the Orbit 16 laptop dearer than the Orbit 14 laptop?", ()
    )
    assert decision.kind == "ground"
    assert len(decision.passages) == 1
    assert len(decision.sources) > 1


def test_much_knowledge_is_not_in_the_prompt(tmp_path: Path, minilm: MiniLm) -> None:
    shutil.copytree(ROOT / "agents" / "techstore", tmp_path / "techstore")
    lines = [
        f"- Article {n} costs {n} dollars and is kept in aisle {n}, behind the counter." for n in range(90)
    ]
    (tmp_path / "techstore" / "knowledge" / "much.md").write_text("\n".join(lines))
    agents = load_agents(tmp_path)[0]
    base = KnowledgeBase(minilm)
    base.load(agents.values())
    assert sum(len(line) for line in lines) > PREFIX_CHARS
    assert base.text(agents["techstore"]) == ""
    decision = base.ask(agents["techstore"], "Which articles behind the counter would you recommend?", ())
    assert len(decision.passages) > 1


def test_the_present_words_are_not_earlier_ones() -> None:
    history = [
        {"role": "assistant", "text": "Hello."},
        {"role": "user", "text": "Are you open?"},
        {"role": "assistant", "text": "Yes."},
        {"role": "user", "text": "And on Sunday?"},
    ]
    assert earlier_words(history, "And on Sunday?") == ["Are you open?"]
    assert earlier_words(history[:3], "And on Sunday?") == ["Are you open?"]


def test_hours_go_before_facts_and_prices_are_compared(base: KnowledgeBase, agents: dict[str, Agent]) -> None:
    sunday = datetime.datetime(2026, 11, 29, 12, 0, tzinfo=datetime.UTC)
    decision = base.ask(agents["techstore"], "Are you open right now?", (), sunday)
    assert decision.kind == "say"
    assert decision.said == ("No, we are closed at the moment. We open again tomorrow at 9 a.m.",)
    line = said(base, agents["techstore"], "Which is cheaper, the Nova 5 or the Nova 5 Pro?")
    assert line.startswith("The Nova 5 is cheaper.")
    assert "$599" in line


def test_an_agent_without_facts_knows_its_hours(minilm: MiniLm) -> None:
    agent, base = load_agent(ROOT / "tests/e2e/agents/tomorrow"), KnowledgeBase(minilm)
    assert base.load([agent]) == []
    noon = datetime.datetime(2026, 11, 29, 12, 0, tzinfo=datetime.UTC)  # Monday, 2:00, there
    assert base.ask(agent, "Are you open right now?", (), noon).said == (
        "Yes, today we are open until 11:01 p.m.",
    )
    assert base.ask(agent, "Hello there.", (), noon).kind == "chat"


def test_two_questions_get_two_answers(base: KnowledgeBase, agents: dict[str, Agent]) -> None:
    line = said(base, agents["techstore"], "How much is the USB-C charger, and what is your address?")
    assert "$25" in line
    assert "Market Street" in line


def test_what_may_be_the_answer_is_said_as_that(base: KnowledgeBase, agents: dict[str, Agent]) -> None:
    decision = base.ask(agents["techstore"], "Can I pay for my computer month by month?", ())
    found, source = found_of(decision, agents["techstore"])
    assert source == "unsure"
    assert found.line.startswith("I do not know that for sure.")
    assert "instalments" in found.line
    assert {"I do not know that for sure.", "Here is what I can tell you."} <= set(
        base.sentences(agents["techstore"])
    )


NOVA = "How much is the Nova?"


def back(base: KnowledgeBase, shop: Agent, text: str, *earlier: str, heard: str = "") -> tuple[str, str]:
    decision = base.ask(shop, text, earlier, heard=heard)
    return decision.kind, found_of(decision, shop)[0].line


def test_between_two_the_caller_is_asked_back_and_chooses(
    base: KnowledgeBase, agents: dict[str, Agent]
) -> None:
    shop = agents["techstore"]
    kind, line = back(base, shop, NOVA)
    assert kind == "between"
    assert set(line.rstrip("?").lower().split(" or ")) == {"the nova 5", "the nova 5 pro"}
    kind, said = back(base, shop, "The Pro, please.", NOVA, heard=line)
    assert (kind, said.split(";")[0]) == ("say", "The Nova 5 Pro phone costs $599")
    kind, said = back(base, shop, "Both.", NOVA, heard=line)
    assert kind == "say"
    assert "$399" in said
    assert "$599" in said
    assert back(base, shop, "Neither.", NOVA, heard=line) == ("unknown", shop.file.unknown)


@pytest.mark.parametrize("said", ["And the other one?", "What about the other?", "The other one, please."])
@pytest.mark.parametrize("asked", [("How much is the Nova 5 Pro?",), (NOVA, "The Pro.")])
def test_the_other_of_two_is_told(
    base: KnowledgeBase, agents: dict[str, Agent], asked: tuple[str, ...], said: str
) -> None:
    shop = agents["techstore"]
    line = "The Nova 5 Pro phone costs $599; it has 256 gigabytes and a better camera."
    kind, other = back(base, shop, said, *asked, heard=line)
    assert (kind, other.split(";")[0]) == ("say", "The Nova 5 phone costs $399")


def test_the_other_of_one_is_not_made_up(base: KnowledgeBase, agents: dict[str, Agent]) -> None:
    shop = agents["techstore"]
    line = back(base, shop, "What is your address?")[1]
    assert back(base, shop, "And the other one?", "What is your address?", heard=line)[0] != "say"


def test_who_interrupts_the_question_chooses_as_well(base: KnowledgeBase, agents: dict[str, Agent]) -> None:
    shop = agents["techstore"]
    heard = back(base, shop, NOVA)[1].rpartition(" ")[0]
    assert "$599" in back(base, shop, "The Pro.", NOVA, heard=heard)[1]


def test_nobody_is_asked_back_twice_in_a_row(base: KnowledgeBase, agents: dict[str, Agent]) -> None:
    shop = agents["techstore"]
    line = back(base, shop, NOVA)[1]
    laptop = "How much is the Orbit?"
    assert back(base, shop, laptop)[0] == "between"
    assert back(base, shop, laptop, NOVA, heard=line)[0] == "likely"
    assert back(base, shop, NOVA, NOVA, heard=line)[0] == "likely"


def test_who_was_asked_back_may_ask_something_else(base: KnowledgeBase, agents: dict[str, Agent]) -> None:
    shop = agents["techstore"]
    line = back(base, shop, NOVA)[1]
    assert "Market Street" in back(base, shop, "What is your address?", NOVA, heard=line)[1]
    # The same words mean nothing of that kind when something else was said.
    assert back(base, shop, "The first one.", NOVA, heard="The Nova 5 phone costs $399.")[0] != "say"


async def test_the_conversation_tells_what_the_caller_was_asked_back(
    base: KnowledgeBase, agents: dict[str, Agent]
) -> None:
    shop, library = agents["techstore"], IndexedLibrary(base)
    asked = [{"role": "user", "text": NOVA}]
    line = (await library.ask(shop, NOVA, asked)).line
    price = "$399" if line.startswith("The Nova 5 or") else "$599"
    first = "The first one."
    said = [*as_heard(asked, line), {"role": "user", "text": first}]
    assert price in (await library.prepare(shop, first, said)).line
    assert price in (await library.ask(shop, first, said)).line
    assert (await library.ask(shop, first, as_heard(asked, "One moment, please."))).register != "say"


def test_versions_of_an_agent_have_the_same_facts_and_answers_of_their_own(
    minilm: MiniLm, tmp_path: Path
) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge/facts.md").write_text("- Delivery costs $4.99.\n- We sell tea and coffee.\n")
    curated = "curated: [{ask: ['Do you repair watches?'], answer: %s}]"
    (tmp_path / "agent.yaml").write_text(
        "company: Shop\nextensions: ['1']\ngreeting: Hi.\npersona: p\n"
        f"{curated % 'Yes.'}\n"
        f"experiment: {{name: x, share: 50, change: {{{curated % 'We do.'}}}}}\n"
    )
    agent = load_agent(tmp_path)
    other = agent.other
    assert other is not None
    base = KnowledgeBase(minilm)
    base.load([agent])
    # One that is not read yet answers as the agent does.
    assert said(base, other, "Do you repair watches?") == "Yes."
    base.load([agent, other])
    assert [said(base, each, "Do you repair watches?") for each in (agent, other)] == ["Yes.", "We do."]
    assert "4.99" in said(base, other, "What does delivery cost?")
    assert base.text(agent) == base.text(other) != ""
