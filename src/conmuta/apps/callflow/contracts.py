"""Agendas, flows, prompts, music and the reception, as others may see them."""

from dataclasses import dataclass

from conmuta_plan.agendas import Agenda, AgendaEvent, Weekday
from conmuta_plan.flows import Flow, FlowStep, Music
from conmuta_plan.tenant import Reception

__all__ = [
    "Agenda",
    "AgendaEvent",
    "Flow",
    "FlowStep",
    "Music",
    "Prompt",
    "PromptVersionView",
    "Reception",
    "ReceptionFlows",
    "Weekday",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A recorded message. With `text` it is spoken by a voice; without, it was recorded.

    `language` blank: the tenant's. `digest` blank: to be spoken (`prepare_prompts`).
    """

    name: str
    text: str = ""
    language: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptVersionView:
    """One of the versions that a prompt has had; `made_at` is ISO 8601 in UTC."""

    number: int
    digest: str
    text: str
    language: str
    made_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptionFlows(Reception):
    """The flows entered when a call inside the company does not arrive."""

    name: str = "reception"
