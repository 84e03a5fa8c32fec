"""What a telephone may change too: forwards, do not disturb, signed-in agents, mailboxes' PINs.

The dialplan carries the plan's values; what a person sets at the telephone is in AstDB (family
`T-features/EXTENSION`, keys as in `conmuta_plan.node.FeatureSet`) and goes before them. When the
plan's value of a feature changes, what the telephone set for it goes: the last word counts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from conmuta_node.apply.mailboxes import Mailboxes
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.memory import Memory
from conmuta_plan import TenantPlan
from conmuta_plan.people import Extension

_MEMBER = re.compile(r"^\s+(?P<name>\S+)(?: \((?P<interface>[^()]+)\))?.*\(dynamic\)", re.MULTILINE)


def plan_values(extension: Extension) -> dict[str, str]:
    """Feature → value as the plan says; "" where it is off."""
    forwards = extension.forwards
    return {
        "forward_always": forwards.always or "",
        "forward_busy": forwards.busy or "",
        "forward_no_answer": forwards.no_answer or "",
        "do_not_disturb": "yes" if extension.do_not_disturb else "",
    }


@dataclass(frozen=True, slots=True)
class Features:
    """Brings AstDB and the queues' members who signed in in line with a plan."""

    home: AsteriskHome
    memory: Memory

    def settle(self, plan: TenantPlan) -> None:
        """The plan's last word on features counts; agents serve the queues that it gives them."""
        self._settle_features(plan)
        self._settle_agents(plan)
        Mailboxes(self.home.state, self.memory).settle(plan)

    def forget(self, tenant: str) -> None:
        """The tenant is gone: nothing of it stays in AstDB."""
        for family in ("features", "agents"):
            self.home.cli(f"database deltree {tenant}-{family}")
        Mailboxes(self.home.state, self.memory).forget(tenant)

    def _settle_features(self, plan: TenantPlan) -> None:
        pushed = self._pushed(plan.tenant)
        wanted = {
            (extension.number, feature): value
            for extension in plan.extensions
            for feature, value in plan_values(extension).items()
        }
        for key, value in wanted.items():
            if pushed.get(key, value) != value:
                self._clear(plan.tenant, *key)
        for number in {number for number, _ in pushed} - {e.number for e in plan.extensions}:
            self.home.cli(f"database deltree {plan.tenant}-features/{number}")
            self.home.cli(f"database del {plan.tenant}-features {number}")
        if pushed != wanted:
            self._remember(plan.tenant, wanted)

    def _clear(self, tenant: str, number: str, feature: str) -> None:
        self.home.cli(f"database del {tenant}-features/{number} {feature}")
        family = f"{tenant}-features/{number}"
        if f"/{family}/" not in self.home.cli(f"database show {family}"):
            self.home.cli(f"database del {tenant}-features {number}")  # the mark that some are set

    def _pushed(self, tenant: str) -> dict[tuple[str, str], str]:
        rows = self.memory.rows(
            "SELECT extension, feature, value FROM pushed WHERE tenant = ?", (tenant,)
        )
        return {(str(number), str(feature)): str(value) for number, feature, value in rows}

    def _remember(self, tenant: str, values: dict[tuple[str, str], str]) -> None:
        with self.memory.transaction() as sql:
            sql.execute("DELETE FROM pushed WHERE tenant = ?", (tenant,))
            sql.executemany(
                "INSERT INTO pushed VALUES (?, ?, ?, ?)",
                [(tenant, number, feature, value) for (number, feature), value in values.items()],
            )

    def _settle_agents(self, plan: TenantPlan) -> None:
        """Agents who signed in serve the queues that the plan gives them, and no others."""
        phones = self._signed_in(plan.tenant)
        for number in phones.keys() - {agent.number for agent in plan.agents}:
            self._sign_out(plan.tenant, number)
        for queue in plan.queues:
            name = f"{plan.tenant}-{queue.name}"
            shown = dict(dynamic_members(self.home.cli(f"queue show {name}")))
            wanted = _penalties(plan, queue.name)
            for agent in shown.keys() - wanted.keys():
                self.home.cli(f"queue remove member {shown[agent]} from {name}")
            for agent in (wanted.keys() & phones.keys()) - shown.keys():
                member = f"{phones[agent]} to {name} penalty {wanted[agent]} as {agent}"
                self.home.cli(f"queue add member {member} state_interface {phones[agent]}")

    def _signed_in(self, tenant: str) -> dict[str, str]:
        """Agent → telephone, as the dialplan keeps it in AstDB (`T-agents/phone-NUMBER`)."""
        shown = self.home.cli(f"database show {tenant}-agents")
        return dict(re.findall(r"/phone-(\S+)\s*: (\S+)", shown))

    def _sign_out(self, tenant: str, agent: str) -> None:
        self.home.cli(f"database del {tenant}-agents phone-{agent}")
        shown = self.home.cli(f"database show {tenant}-agents")
        for phone, who in re.findall(r"/(agent-\S+)\s*: (\S+)", shown):
            if who == agent:
                self.home.cli(f"database del {tenant}-agents {phone}")


def _penalties(plan: TenantPlan, queue: str) -> dict[str, int]:
    """Agent → penalty of those who may sign in to a queue."""
    return {
        agent.number: membership.penalty
        for agent in plan.agents
        for membership in agent.queues
        if membership.queue == queue and not agent.always_signed_in
    }


def dynamic_members(shown: str) -> Iterator[tuple[str, str]]:
    """(name, interface) of the members that signed in, from `queue show`."""
    for match in _MEMBER.finditer(shown):
        yield match["name"], match["interface"] or match["name"]
