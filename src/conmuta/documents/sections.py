"""The sections of a tenant's file, in the order in which they are applied.

What an object names comes before it, but for what may come later. Removal goes the other way.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from conmuta.apps.callflow import api as callflow
from conmuta.apps.extensions import api as extensions
from conmuta.apps.phones import api as phones
from conmuta.apps.queues import api as queues
from conmuta.apps.trunks import api as trunks
from conmuta.documents import entries, people
from conmuta.platform import nouns
from conmuta.platform.nouns import Change, Fault, Noun
from conmuta.platform.scope import Scope

Faults = Callable[[Any], Iterable[Fault]]


def _same(spec: Any) -> Any:
    return spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section. `single` names the only object of a section that has just one."""

    name: str
    noun: Noun[Any]
    faults: Faults
    load: Callable[[Scope], Mapping[str, Any]]
    save: Callable[[Scope, Sequence[Any]], Sequence[Change[Any]]]
    remove: Callable[[Scope, Sequence[str]], Sequence[Change[Any]]] | None = None
    entry: type | None = None
    """What the file says, where it is not the noun's own contract."""
    single: str | None = None
    inner: str | None = None
    """The only field of a single object that is written as that field's value."""
    settle: Callable[[Any, Any], Any] | None = None
    """How blanks take what is there already, where the noun alone does not know."""
    whole: Callable[[Any], Any] = _same
    """A value with its blanks filled in by rule."""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Fields that are not for the file."""
    secrets: frozenset[str] = frozenset()
    """Secrets of this noun and of what it holds."""
    shown: Callable[[Any], Any] = msgspec.to_builtins
    """A value as plain ones, for its differences to be told."""

    @property
    def kind(self) -> type:
        return self.entry or self.noun.spec

    @property
    def hidden(self) -> frozenset[str]:
        """Fields that the file does not have: the key, and what is fixed."""
        return frozenset({self.noun.key, *self.fixed})

    def settled(self, wanted: Any, current: Any) -> Any:
        """`wanted` with its blank or kept secrets as they are in `current`."""
        if self.settle is not None:
            return self.settle(wanted, current)
        return nouns.settled(self.noun, wanted, current)


PEOPLE = (
    Section(
        name="departments",
        noun=extensions.DEPARTMENTS,
        faults=extensions.department_faults,
        load=extensions.departments,
        save=extensions.save_departments,
        remove=extensions.remove_departments,
    ),
    Section(
        name="profiles",
        noun=people.PROFILES,
        faults=people.profile_faults,
        load=people.profiles,
        save=people.save_profiles,
        remove=people.remove_profiles,
        whole=people.sorted_permissions,
    ),
    Section(
        name="users",
        noun=people.USERS,
        faults=people.user_faults,
        load=people.users,
        save=people.save_users,
        remove=people.remove_users,
        whole=people.whole,
    ),
)

TRUNKS = (
    Section(
        name="gateways",
        noun=trunks.GATEWAYS,
        faults=trunks.gateway_faults,
        load=trunks.gateways,
        save=trunks.save_gateways,
        remove=trunks.remove_gateways,
        secrets=frozenset({"secret"}),
    ),
    Section(
        name="classes",
        noun=trunks.CLASSES,
        faults=trunks.class_faults,
        load=trunks.classes,
        save=trunks.save_classes,
        remove=trunks.remove_classes,
        fixed={"dial_plan": ""},
        secrets=frozenset({"pins"}),
    ),
    Section(
        name="numbers",
        noun=trunks.NUMBERS,
        faults=trunks.number_faults,
        load=trunks.numbers,
        save=trunks.save_numbers,
        remove=trunks.remove_numbers,
    ),
    Section(
        name="recording",
        noun=trunks.RECORDING,
        faults=trunks.recording_faults,
        load=trunks.recording,
        save=trunks.save_recording,
        single="recording",
        inner="rules",
    ),
)

EXTENSIONS = (
    Section(
        name="telephony",
        noun=extensions.TELEPHONY,
        faults=extensions.telephony_faults,
        load=extensions.telephony,
        save=extensions.save_telephony,
        single="telephony",
    ),
    Section(
        name="extensions",
        noun=extensions.EXTENSIONS,
        faults=extensions.extension_faults,
        load=extensions.extensions,
        save=extensions.save_extensions,
        remove=extensions.remove_extensions,
        whole=extensions.whole,
        settle=extensions.settled,
        secrets=frozenset({"secret", "pin"}),
    ),
    Section(
        name="mailboxes",
        noun=extensions.MAILBOXES,
        faults=extensions.mailbox_faults,
        load=extensions.general_mailboxes,
        save=extensions.save_mailboxes,
        remove=extensions.remove_mailboxes,
        fixed={"general": True},
        secrets=frozenset({"pin"}),
    ),
    Section(
        name="conferences",
        noun=extensions.CONFERENCES,
        faults=extensions.conference_faults,
        load=extensions.conferences,
        save=extensions.save_conferences,
        remove=extensions.remove_conferences,
        secrets=frozenset({"pin", "admin_pin"}),
    ),
    Section(
        name="speed_dials",
        noun=extensions.SPEED_DIALS,
        faults=extensions.speed_dial_faults,
        load=extensions.speed_dials,
        save=extensions.save_speed_dials,
        remove=extensions.remove_speed_dials,
    ),
)

PHONES = (
    Section(
        name="phones",
        noun=phones.PHONES,
        faults=phones.phone_faults,
        load=phones.phones,
        save=phones.save_phones,
        remove=phones.remove_phones,
    ),
)

QUEUES = (
    Section(
        name="queues",
        noun=queues.QUEUES,
        faults=queues.queue_faults,
        load=queues.queues,
        save=queues.save_queues,
        remove=queues.remove_queues,
    ),
    Section(
        name="agents",
        noun=queues.AGENTS,
        faults=queues.agent_faults,
        load=queues.agents,
        save=queues.save_agents,
        remove=queues.remove_agents,
        whole=queues.in_order,
        secrets=frozenset({"pin"}),
    ),
)

CALLFLOW = (
    Section(
        name="agendas",
        noun=callflow.AGENDAS,
        faults=callflow.agenda_faults,
        load=callflow.agendas,
        save=callflow.save_agendas,
        remove=callflow.remove_agendas,
    ),
    Section(
        name="prompts",
        noun=callflow.PROMPTS,
        faults=entries.prompt_faults,
        load=callflow.prompts,
        save=callflow.save_prompts,
        remove=callflow.remove_prompts,
        entry=entries.PromptEntry,
    ),
    Section(
        name="music",
        noun=callflow.MUSIC,
        faults=entries.music_faults,
        load=callflow.music,
        save=callflow.save_music,
        remove=callflow.remove_music,
        entry=entries.MusicEntry,
    ),
    Section(
        name="flows",
        noun=callflow.FLOWS,
        faults=callflow.flow_faults,
        load=callflow.flows,
        save=callflow.save_flows,
        remove=callflow.remove_flows,
    ),
    Section(
        name="reception",
        noun=callflow.RECEPTION,
        faults=lambda _: (),
        load=callflow.reception,
        save=callflow.save_reception,
        single="reception",
    ),
)

SECTIONS: tuple[Section, ...] = (*PEOPLE, *TRUNKS, *EXTENSIONS, *PHONES, *QUEUES, *CALLFLOW)
"""Every section, in the order of application."""

BY_NAME: Mapping[str, Section] = {section.name: section for section in SECTIONS}
