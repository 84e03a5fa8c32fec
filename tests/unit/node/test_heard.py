"""What Asterisk tells the agent is what the agent listens for, and no more."""

from conmuta_compiler.files.core import HEARD
from conmuta_node import again, gateways, holds, introductions
from conmuta_node.bans import watch


def test_asterisk_tells_what_the_agent_listens_for() -> None:
    listening = (again, gateways, holds, introductions, watch)
    assert sorted(name for each in listening for name in each.EVENTS) == sorted(HEARD)
