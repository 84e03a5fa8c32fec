"""What can be told of compiled files before Asterisk sees them.

Asterisk takes a file with a fault in parts, or rejects all tenants' files at once: so a file
that is not well formed, that names what this Asterisk does not have, or that reaches outside its
tenant is refused here, in a sentence.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from conmuta_compiler.names import context
from conmuta_compiler.operator.tables import numbers_family, stock_family
from conmuta_plan import TenantPlan
from conmuta_plan.operator import OperatorPlan

_SECTION = re.compile(r"\[([^\[\]]+)\](?:\([^()]*\))?\s*\Z")
_SETTING = re.compile(r"[^=\s][^=]*=>?")
_STEP = re.compile(
    r"(?:exten\s*=>?\s*[^,]*,(?!\s*hint)[^,]*|same\s*=>?\s*(?!hint)[^,]*)"
    r",\s*([A-Za-z_][A-Za-z0-9_]*)"
)
_FUNCTION = re.compile(r"\$\{([A-Za-z][A-Za-z0-9_]*)\(")
_JUMP = re.compile(r"\b(?:Gosub|Goto)\(([A-Za-z0-9_-]+),[^,()]+,[^,()]+")
_INCLUDE = re.compile(r"include\s*=>\s*([^,\s]+)")
_LOT_CONTEXT = re.compile(r"^context\s*=>?\s*(\S+)", re.MULTILINE)
_AUDIO = re.compile(r"/state/media/([0-9a-f]{64})")
_CELLS = 3
_CELL = re.compile(r"[A-Za-z0-9_.!:/*#+-]{1,200}")
_NAMED_BY_SLUG = frozenset(
    {
        "confbridge.conf",
        "extensions.conf",
        "gateways.conf",
        "musiconhold.conf",
        "pjsip.conf",
        "queues.conf",
        "res_parking.conf",
    }
)


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the running Asterisk has. Empty sets: not known, so not checked."""

    applications: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    shared_contexts: frozenset[str] = frozenset()
    """Contexts of the node's own files."""

    def with_operator(self, unit: str) -> "Abilities":
        """The same for a tenant of an operator: it may go to that one's way out, and no other's."""
        if not self.shared_contexts:
            return self
        return replace(self, shared_contexts=self.shared_contexts | {context(unit, "out")})


def parse_abilities(applications: str, functions: str, shared: Iterable[str]) -> Abilities:
    """From `core show applications`, `core show functions`, and the node's contexts."""
    apps = re.findall(r"^\s+([A-Za-z0-9_]+):", applications, re.MULTILINE)
    found = re.findall(r"^([A-Za-z0-9_]+)\s", functions, re.MULTILINE)
    return Abilities(
        frozenset(app.lower() for app in apps),
        frozenset(found) - {"Installed", "Name"},
        frozenset(shared),
    )


def contexts_of(text: str) -> frozenset[str]:
    """Names of the sections of a file."""
    sections = (_SECTION.match(_bare(line)) for line in text.splitlines())
    return frozenset(match[1] for match in sections if match)


def find_faults(
    tenant: str, texts: Mapping[str, str], abilities: Abilities, media: Path
) -> Iterator[str]:
    """Sentences on what is wrong with a tenant's files, none where all is well."""
    for name, text in sorted(texts.items()):
        if not name.endswith(".conf"):
            continue
        yield from _malformed(name, text)
        if name in _NAMED_BY_SLUG:
            yield from _foreign(tenant, name, text)
        yield from _missing_audio(name, text, media)
    lots = _LOT_CONTEXT.findall(texts.get("res_parking.conf", ""))
    yield from _dialplan(texts.get("extensions.conf", ""), abilities, frozenset(lots))


def rows_faults(plan: TenantPlan | OperatorPlan, text: str) -> Iterator[str]:
    """Sentences on rows for AstDB that are not the unit's own to have."""
    for number, line in enumerate(text.splitlines(), 1):
        cells = line.split("\t")
        if len(cells) != _CELLS or not all(_CELL.fullmatch(cell) for cell in cells):
            yield f"astdb.tsv, line {number}: {line[:80]!r} is no row."
        elif not _is_own(plan, *cells):
            yield f"astdb.tsv, line {number}: {cells[0]} {cells[1]} is not this unit's to set."


def _is_own(plan: TenantPlan | OperatorPlan, family: str, _key: str, value: str) -> bool:
    if isinstance(plan, OperatorPlan):
        return family.startswith((f"{plan.unit}-r-", f"{plan.unit}-p-"))
    unit = plan.operator.unit if plan.operator else ""
    if not unit:
        return False
    if family.startswith(f"{numbers_family(unit, plan.tenant)}/"):
        return True
    return family == stock_family(unit) and value == plan.tenant


def _malformed(name: str, text: str) -> Iterator[str]:
    begun = False
    for number, line in enumerate(text.splitlines(), 1):
        bare = _bare(line)
        if not bare:
            continue
        if bare.startswith("#"):
            yield f"{name}, line {number}: files of tenants may not include others."
        elif bare.startswith("["):
            begun = True
            if not _SECTION.match(bare):
                yield f"{name}, line {number}: the section's name {bare!r} is not closed."
        elif not begun or not _SETTING.match(bare):
            yield f"{name}, line {number}: {bare[:80]!r} is no setting."


def _foreign(tenant: str, name: str, text: str) -> Iterator[str]:
    for section in sorted(contexts_of(text)):
        if section != tenant and not section.startswith(f"{tenant}-"):
            yield f"{name}: [{section}] is not named after the tenant {tenant}."


def _missing_audio(name: str, text: str, media: Path) -> Iterator[str]:
    for digest in sorted(set(_AUDIO.findall(text))):
        if not (media / f"{digest}.wav").exists():
            yield f"{name}: the audio {digest[:12]}… is not on this node."


def _dialplan(text: str, abilities: Abilities, made: frozenset[str]) -> Iterator[str]:
    """`made` are contexts that modules make by themselves, as parking lots do."""
    known = contexts_of(text) | abilities.shared_contexts | made
    for number, line in enumerate(text.splitlines(), 1):
        bare = _bare(line)
        yield from (f"extensions.conf, line {number}: {f}" for f in _step_faults(bare, abilities))
        if abilities.shared_contexts:
            targets = _JUMP.findall(bare) + _INCLUDE.findall(bare)
            yield from (
                f"extensions.conf, line {number}: there is no context {target}."
                for target in targets
                if target not in known
            )


def _step_faults(line: str, abilities: Abilities) -> Iterator[str]:
    step = _STEP.match(line)
    if step and abilities.applications and step[1].lower() not in abilities.applications:
        yield f"this Asterisk has no application {step[1]}."
    if abilities.functions:
        for function in set(_FUNCTION.findall(line)) - abilities.functions:
            yield f"this Asterisk has no function {function}."


def _bare(line: str) -> str:
    """Without comment and blanks; `\\;` is no comment."""
    return re.split(r"(?<!\\);", line, maxsplit=1)[0].strip()
