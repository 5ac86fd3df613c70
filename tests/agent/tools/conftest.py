import pytest

from parley.agents import Agent
from parley.agents.dialogue import Target
from parley.agents.schema import Hours, LlmOverride
from tests.agent.tools.desk import with_fields


@pytest.fixture
def staffed(shop: Agent) -> Agent:
    hours = Hours(timezone="Europe/Berlin", week={"mon-fri": ("09:00-18:00",)})
    return with_fields(
        shop,
        targets={"sales": Target(name="our sales team", extension="1001")},
        hours=hours,
        llm=LlmOverride(tools=True),
    )
