"""The door of the call flow."""

from typing import Any

from conmuta.apps.callflow import queries
from conmuta.apps.callflow.actions import (
    remove_agendas,
    remove_flows,
    remove_music,
    remove_prompts,
    save_agendas,
    save_flows,
    save_music,
    save_prompts,
    save_reception,
)
from conmuta.apps.callflow.audio import (
    as_before,
    in_language,
    keep_again,
    keep_recording,
    prepared,
    recording,
    settled,
    voiced,
)
from conmuta.apps.callflow.files import files_of, files_used, forget_spoken
from conmuta.apps.callflow.queries import (
    AGENDAS,
    FLOWS,
    MUSIC,
    PROMPTS,
    RECEPTION,
    agendas,
    flows,
    music,
    prompt_versions,
    prompts,
    reception,
)
from conmuta.apps.callflow.rules import agenda_faults, flow_faults, music_faults, prompt_faults
from conmuta.platform.nouns import as_plan, as_plans
from conmuta.platform.scope import Scope
from conmuta_plan.agendas import Agenda
from conmuta_plan.flows import Flow, Music, Prompt
from conmuta_plan.tenant import Reception

__all__ = [
    "AGENDAS",
    "FLOWS",
    "MUSIC",
    "PROMPTS",
    "RECEPTION",
    "agenda_faults",
    "agendas",
    "as_before",
    "files_of",
    "files_used",
    "flow_faults",
    "flows",
    "forget_spoken",
    "in_language",
    "keep_again",
    "keep_recording",
    "music",
    "music_faults",
    "plan_part",
    "prepared",
    "prompt_faults",
    "prompt_versions",
    "prompts",
    "reception",
    "recording",
    "remove_agendas",
    "remove_flows",
    "remove_music",
    "remove_prompts",
    "save_agendas",
    "save_flows",
    "save_music",
    "save_prompts",
    "save_reception",
    "settled",
    "voiced",
]


def plan_part(scope: Scope) -> dict[str, Any]:
    """What answers, as keyword arguments of `TenantPlan`: five queries."""
    found = queries.reception(scope).get("reception")
    return {
        "agendas": as_plans(Agenda, queries.agendas(scope)),
        "flows": as_plans(Flow, queries.flows(scope)),
        "prompts": as_plans(Prompt, queries.prompts(scope)),
        "music": as_plans(Music, queries.music(scope)),
        "reception": as_plan(Reception, found) if found else Reception(),
    }
