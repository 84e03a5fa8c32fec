"""The values that a file writes in fewer words than the contracts have."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from conmuta.apps.callflow.contracts import FlowStep
from conmuta.apps.extensions.contracts import Mailbox
from conmuta.apps.queues.contracts import QueueMembership
from conmuta.apps.trunks.contracts import Target, TargetKind
from conmuta.documents.reading import NOTHING, Path, Reader, Special, plain
from conmuta.documents.tree import Table, Text, Tree
from conmuta.platform.sentences import said

STEP_WORDS = ("kind", "exits")


def target(reader: Reader, tree: Tree, path: Path) -> Any:
    """`{flow: main}`."""
    kinds = ", ".join(TargetKind)
    sentence = said("must be one of {kinds} with its name, such as `flow: main`.", kinds=kinds)
    if not isinstance(tree, Table) or len(tree.entries) != 1:
        return reader.fault(tree.line, path, sentence)
    (kind, inner), *_ = tree.entries.items()
    if kind not in [*TargetKind]:
        return reader.fault(tree.line, path, sentence)
    name = reader.value(inner, str, (*path, kind))
    return NOTHING if name is NOTHING else Target(kind=TargetKind(kind), name=name)


def memberships(reader: Reader, tree: Tree, path: Path) -> Any:
    """`{claims: 0, suppliers: 2}`: queues with the agent's penalty in each."""
    found = reader.value(tree, Mapping[str, int], path)
    if found is NOTHING:
        return NOTHING
    return tuple(QueueMembership(queue=name, penalty=found[name]) for name in sorted(found))


def steps(reader: Reader, tree: Tree, path: Path) -> Any:
    """Steps by their names: `kind`, `exits`, and the kind's own fields beside them."""
    if not isinstance(tree, Table):
        return reader.fault(
            tree.line, path, said("must be steps by their names: `name: {kind: …}`.")
        )
    found = []
    for name, inner in tree.entries.items():
        reader.lines[*path, name] = tree.lines[name]
        found.append(_step(reader, inner, (*path, name)))
    return NOTHING if NOTHING in found else tuple(found)


def _step(reader: Reader, tree: Tree, path: Path) -> Any:
    if not isinstance(tree, Table):
        return reader.fault(tree.line, path, said("must be a step: `kind` and its fields."))
    for name, line in tree.lines.items():
        reader.lines[*path, name] = line
    if "kind" not in tree.entries:
        return reader.fault(
            tree.line, (*path, "kind"), said("is missing. It says what the step does.")
        )
    kind = reader.value(tree.entries["kind"], str, (*path, "kind"))
    exits = reader.value(_exits(tree), Mapping[str, str], (*path, "exits"))
    own = {key: item for key, item in tree.entries.items() if key not in STEP_WORDS}
    values = {key: plain(reader, item, (*path, key)) for key, item in own.items()}
    if NOTHING in (kind, exits, *values.values()):
        return NOTHING
    return FlowStep(name=path[-1], kind=kind, fields=values, exits=exits)


def _exits(tree: Table) -> Tree:
    empty = Table(tree.line, {}, {})
    found = tree.entries.get("exits", empty)
    return empty if isinstance(found, Text) and found.plain and not found.value else found


def own_mailbox(reader: Reader, tree: Tree, path: Path) -> Any:
    """An extension's mailbox: its number is the extension's. `{}` is one with all defaults."""
    if isinstance(tree, Text) and tree.plain and tree.value in ("", "~", "null"):
        return None
    return reader.record(tree, Mailbox, path, {"number": "", "general": False})


SPECIAL: Mapping[Any, Special] = MappingProxyType(
    {
        Target: target,
        tuple[QueueMembership, ...]: memberships,
        tuple[FlowStep, ...]: steps,
        Mailbox | None: own_mailbox,
    }
)
