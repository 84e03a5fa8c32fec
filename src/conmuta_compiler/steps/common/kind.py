"""The shape of a kind of step: fields, exits, compilation, simulation, explanation, check."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

import msgspec

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.text import shown
from conmuta_compiler.steps.common.words import Words
from conmuta_plan import TenantPlan
from conmuta_plan.flows import Flow, FlowStep


class Fields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step's fields: frozen, validated, and no others."""


F = TypeVar("F", bound=Fields)


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a step. A required one that leads nowhere is worth a warning."""

    name: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Placed(Generic[F]):
    """A step in its place, with its fields read."""

    plan: TenantPlan
    flow: Flow
    step: FlowStep
    fields: F

    @property
    def where(self) -> str:
        return f"flow {self.flow.name}, step {self.step.name}"

    def leads(self, name: str) -> bool:
        """Whether the exit `name` leads to a step."""
        return name in self.step.exits

    def event(self, kind: str, last: str) -> str:
        """The application that writes a user event of this step."""
        return f"CELGenUserEvent({kind},{self.flow.name}|{self.step.name}|{shown(last)})"

    def finding(self, code: str, severity: Severity, words: Words) -> Finding:
        return Finding(code=code, severity=severity, where=self.where, words=words)


class StepKind(ABC, Generic[F]):
    """One kind of step. A module of `steps` holds one as `KIND`."""

    name: ClassVar[str]
    title: ClassVar[Words]
    fields: type[F]
    free_exits: ClassVar[re.Pattern[str] | None] = None
    """Names of exits that a person may add freely, such as keys."""
    waits: ClassVar[bool] = False
    """Whether a call stays here for a while: a loop through it is no endless one."""
    at_once: ClassVar[frozenset[str]] = frozenset()
    """The exits of a step that waits which may be taken without a pause all the same."""
    marks_step: ClassVar[bool] = True
    """Whether its beginning is an event; a step that decides at once only says what it took."""

    def exits(self, fields: F, plan: TenantPlan) -> tuple[Exit, ...]:  # noqa: ARG002
        """The ways out that these fields give."""
        return (Exit("next", required=True),)

    @abstractmethod
    def compile(self, here: Placed[F]) -> Block:
        """The step as dialplan. The caller has written the `step` event."""

    @abstractmethod
    def simulate(self, here: Placed[F], call: Call) -> Outcome:
        """What the compiled step would do to `call`."""

    @abstractmethod
    def explain(self, here: Placed[F]) -> Words:
        """What the step does, in words."""

    def check(self, here: Placed[F]) -> Iterable[Finding]:  # noqa: ARG002
        """What is wrong with this step alone."""
        return ()
