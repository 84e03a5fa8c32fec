"""One tenant's plan, whole."""

from dataclasses import dataclass, field

from conmuta_plan.agendas import Agenda
from conmuta_plan.flows import Flow, Music, Prompt
from conmuta_plan.operator import OperatorLink
from conmuta_plan.outside import CallClass, Gateway, InboundNumber, RecordingRule
from conmuta_plan.people import (
    ConferenceRoom,
    Extension,
    FeatureCodes,
    Mailbox,
    Parking,
    SpeedDial,
)
from conmuta_plan.queues import Agent, Queue

PLAN_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """Flows entered when a direct call inside the company does not arrive; None: mailbox or tone.

    In such a flow the variable `dialled` holds the extension's number.
    """

    no_answer: str | None = None
    busy: str | None = None
    unavailable: str | None = None
    invalid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantPlan:
    """Everything that the calls of one tenant depend on.

    `tenant` is its slug (`[a-z][a-z0-9]*(-[a-z0-9]+)*`, 32 characters at most), which prefixes
    every name in Asterisk. `language` is "es" or "en". `max_calls` 0: no limit.
    """

    tenant: str
    domain: str
    title: str
    time_zone: str
    language: str
    country: str
    version: int = PLAN_VERSION
    max_calls: int = 0
    extensions: tuple[Extension, ...] = ()
    mailboxes: tuple[Mailbox, ...] = ()
    """General mailboxes: those that are no extension's own."""
    queues: tuple[Queue, ...] = ()
    agents: tuple[Agent, ...] = ()
    agendas: tuple[Agenda, ...] = ()
    flows: tuple[Flow, ...] = ()
    flow_classes: tuple[str, ...] = ()
    """Call classes that flows and forwards of callers from outside may dial."""
    prompts: tuple[Prompt, ...] = ()
    music: tuple[Music, ...] = ()
    gateways: tuple[Gateway, ...] = ()
    numbers: tuple[InboundNumber, ...] = ()
    classes: tuple[CallClass, ...] = ()
    conferences: tuple[ConferenceRoom, ...] = ()
    parking: Parking | None = None
    speed_dials: tuple[SpeedDial, ...] = ()
    features: FeatureCodes = field(default_factory=FeatureCodes)
    recording: tuple[RecordingRule, ...] = ()
    reception: Reception = Reception()
    mail_from: str | None = None
    operator: OperatorLink | None = None
    suspended: bool = False
    """Calls out are refused but emergencies, calls in hear a notice; the company inside works."""
