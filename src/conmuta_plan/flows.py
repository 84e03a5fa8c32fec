"""Flows: graphs of typed steps. What a kind means lives in `conmuta_compiler.steps`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowStep:
    """One step. `fields` is JSON that the kind's module validates.

    `exits` maps an exit's name ("next", "1", "timeout", an agenda's value, …) to the name of a
    step of the same flow. Another flow is reached by a step of kind `flow`.
    """

    name: str
    kind: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    exits: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A flow starts at the step that `start` names."""

    name: str
    title: str
    start: str
    steps: tuple[FlowStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A recorded message: mono 8 kHz 16-bit WAV, named by its SHA-256 (`digest`)."""

    name: str
    digest: str
    language: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Music:
    """Music on hold: prompts-like files by digest, in order. `default` serves the tenant."""

    name: str
    digests: tuple[str, ...]
