"""The kinds of step. Each module beside this one is a kind; a new kind is a new file."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import msgspec

from conmuta_compiler.steps.common.findings import Finding, FlowError, Severity
from conmuta_compiler.steps.common.kind import Fields, Placed, StepKind
from conmuta_compiler.steps.common.words import words
from conmuta_plan import TenantPlan
from conmuta_plan.flows import Flow, FlowStep

AnyKind = StepKind[Any]


@cache
def kinds() -> dict[str, AnyKind]:
    """Every kind by its name."""
    found: list[AnyKind] = [
        import_module(f"{__name__}.{module.name}").KIND
        for module in iter_modules(__path__)
        if not module.ispkg
    ]
    return {kind.name: kind for kind in found}


def kind_of(step: FlowStep, flow: str = "") -> AnyKind:
    """The step's kind. Raises `FlowError` for an unknown one."""
    kind = kinds().get(step.kind)
    if kind is None:
        raise _refused(flow, step, "kind", _unknown_kind(step))
    return kind


def fields_of(step: FlowStep, flow: str = "") -> Fields:
    """The step's fields, read. Raises `FlowError` with a sentence."""
    kind = kind_of(step, flow)
    known = tuple(kind.fields.__struct_fields__)
    unknown = sorted(set(step.fields) - set(known))
    if unknown:
        raise _refused(flow, step, "fields", _unknown_fields(step, unknown, known))
    try:
        fields: Fields = msgspec.convert(dict(step.fields), kind.fields)
    except msgspec.ValidationError as fault:
        raise _refused(flow, step, "fields", _bad_fields(step, fault)) from fault
    return fields


def placed(plan: TenantPlan, flow: Flow, step: FlowStep) -> Placed[Any]:
    """The step in its place. Raises `FlowError`."""
    return Placed(plan, flow, step, fields_of(step, flow.name))


def schema(kind: str) -> dict[str, Any]:
    """JSON Schema of a kind's fields."""
    return msgspec.json.schema(kinds()[kind].fields)


def _refused(flow: str, step: FlowStep, what: str, sentence: Any) -> FlowError:
    where = f"flow {flow}, step {step.name}" if flow else f"step {step.name}"
    finding = Finding(code=f"step.{what}", severity=Severity.ERROR, where=where, words=sentence)
    return FlowError(finding)


def _unknown_kind(step: FlowStep) -> Any:
    return words(
        "There is no kind of step “{kind}”. Choose one of: {known}.",
        "No existe el tipo de paso «{kind}». Elija uno de estos: {known}.",
        kind=step.kind,
        known=", ".join(sorted(kinds())),
    )


def _unknown_fields(step: FlowStep, unknown: list[str], known: tuple[str, ...]) -> Any:
    return words(
        "A step of kind {kind} has no field {unknown}. It has: {known}.",
        "Un paso de tipo {kind} no tiene el campo {unknown}. Tiene: {known}.",
        kind=step.kind,
        unknown=", ".join(unknown),
        known=", ".join(known) or "—",
    )


def _bad_fields(step: FlowStep, fault: Exception) -> Any:
    return words(
        "A field of this {kind} step is wrong: {fault}.",
        "Un campo de este paso de tipo {kind} está mal: {fault}.",
        kind=step.kind,
        fault=fault,
    )
