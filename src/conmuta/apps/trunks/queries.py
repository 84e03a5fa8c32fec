"""What there is, by name, and what names what."""

from collections.abc import Iterator

from conmuta.apps.trunks import models
from conmuta.apps.trunks.contracts import (
    CarrierGateway,
    Gateway,
    InboundNumber,
    OutgoingClass,
    RecordingPolicy,
    TargetKind,
)
from conmuta.platform import nouns
from conmuta.platform.nouns import Mention, Named, Noun, declare
from conmuta.platform.scope import Scope

TARGETS = {
    TargetKind.FLOW: "callflow.flow",
    TargetKind.EXTENSION: "extensions.extension",
    TargetKind.QUEUE: "queues.queue",
    TargetKind.CONFERENCE: "extensions.conference",
    TargetKind.MAILBOX: "extensions.mailbox",
}


def _gateways(spec: OutgoingClass | InboundNumber) -> Iterator[Named]:
    for index, name in enumerate(spec.gateways):
        yield ("gateways", str(index)), name


def _target(kind: TargetKind) -> Mention:
    def pick(spec: InboundNumber) -> Iterator[Named]:
        if spec.target.kind is kind:
            yield ("target",), spec.target.name

    return Mention(TARGETS[kind], pick, later=True)


def _ruled(field: str, target: str, *, later: bool) -> Mention:
    def pick(spec: RecordingPolicy) -> Iterator[Named]:
        for index, rule in enumerate(spec.rules):
            if getattr(rule, field) is not None:
                yield (str(index), field), getattr(rule, field)

    return Mention(target, pick, later)


GATEWAYS = declare(
    Noun(
        "trunks.gateway",
        models.Gateway,
        Gateway,
        secrets=frozenset({"secret"}),
        given=frozenset({"secret"}),
    )
)
OPERATOR_GATEWAYS = declare(
    Noun(
        "trunks.operator_gateway",
        models.OperatorGateway,
        CarrierGateway,
        secrets=frozenset({"secret"}),
        given=frozenset({"secret"}),
    )
)
CLASSES = declare(
    Noun(
        "trunks.class",
        models.CallClass,
        OutgoingClass,
        mentions=(Mention("trunks.gateway", _gateways),),
        secrets=frozenset({"pins"}),
        elsewhere=frozenset({"dial_plan"}),
    )
)
NUMBERS = declare(
    Noun(
        "trunks.number",
        models.InboundNumber,
        InboundNumber,
        key="number",
        mentions=(Mention("trunks.gateway", _gateways), *map(_target, TargetKind)),
    )
)
RECORDING = declare(
    Noun(
        "trunks.recording",
        models.RecordingPolicy,
        RecordingPolicy,
        mentions=(
            _ruled("call_class", "trunks.class", later=False),
            _ruled("queue", "queues.queue", later=True),
            _ruled("extension", "extensions.extension", later=True),
        ),
    )
)


def gateways(scope: Scope) -> dict[str, Gateway]:
    return nouns.load(scope, GATEWAYS)


def operator_gateways(scope: Scope) -> dict[str, CarrierGateway]:
    """The gateways of the scope's operator; a tenant sees none."""
    return nouns.load(scope, OPERATOR_GATEWAYS)


def gateways_elsewhere(scope: Scope) -> list[Gateway]:
    """All gateways of others, companies and operators: where calls come from, nothing else."""
    with Scope.system(scope.actor).active() as system:
        rows = models.Gateway.objects.within(system).exclude(tenant_id=scope.tenant_id or 0)
        others = models.OperatorGateway.objects.within(system).exclude(
            operator_id=scope.operator_id or 0
        )
        columns = ("host", "addresses")
        found = [*rows.values_list(*columns), *others.values_list(*columns)]
    return [Gateway(name="-", host=host, addresses=tuple(given)) for host, given in found]


def classes(scope: Scope) -> dict[str, OutgoingClass]:
    return nouns.load(scope, CLASSES)


def numbers(scope: Scope) -> dict[str, InboundNumber]:
    return nouns.load(scope, NUMBERS)


def recording(scope: Scope) -> dict[str, RecordingPolicy]:
    """At most one, under the key `recording`."""
    return nouns.load(scope, RECORDING)
