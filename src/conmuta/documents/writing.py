"""A tenant becomes a file again: what stands at its default is left out, secrets unless asked."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.representer import SafeRepresenter

from conmuta.apps.callflow import api as callflow
from conmuta.apps.callflow.contracts import Flow, Music, Prompt
from conmuta.apps.extensions.contracts import Extension, Mailbox
from conmuta.apps.queues.contracts import Agent
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.trunks.contracts import Target
from conmuta.documents.applying import load
from conmuta.documents.differences import default
from conmuta.documents.form import MARK, TENANT, VERSION, Objects
from conmuta.documents.sections import SECTIONS, Section
from conmuta.documents.tree import KEPT_TAG
from conmuta.platform.scope import Scope

WIDTH = 100
MEDIA_FOLDER = "audio"


class Kept:
    """Stands for a secret that whoever applies the file keeps, or has made."""


@dataclass(frozen=True, slots=True)
class Choices:
    """`folder`: where audio files that no text makes are written; None: digests name them."""

    with_secrets: bool = False
    folder: Path | None = None
    as_json: bool = False


def export(scope: Scope, choices: Choices | None = None) -> str:
    """The file of `scope`'s tenant. Applied elsewhere, it makes the same tenant."""
    choices = choices or Choices()
    facts = tenancy.tenant_of(scope)
    return text_of(facts, load(scope), choices)


def text_of(tenant: tenancy.TenantView, objects: Objects, choices: Choices) -> str:
    """The file with these facts and objects."""
    written: dict[str, Any] = {MARK: int(VERSION), TENANT: _tenant(tenant)}
    for section in SECTIONS:
        found = objects.get(section.name, {})
        if section.single is not None:
            found = {key: value for key, value in found.items() if value != default(section)}
        if found:
            written[section.name] = _section(section, found, tenant, choices)
    return file_of(written, choices)


def _tenant(tenant: tenancy.TenantView) -> dict[str, Any]:
    facts = tenant.facts
    written: dict[str, Any] = {
        "slug": tenant.slug,
        "domain": facts.domain,
        "title": facts.title,
        "time_zone": facts.time_zone,
        "language": facts.language,
        "country": facts.country,
    }
    return written | ({"max_calls": facts.max_calls} if facts.max_calls else {})


def _section(
    section: Section, found: Mapping[str, Any], tenant: tenancy.TenantView, choices: Choices
) -> Any:
    writer = Writer(section.secrets, tenant.facts.language, choices)
    written = {key: writer.record(value, section.hidden) for key, value in found.items()}
    if section.single is None:
        return written
    single = written[section.single]
    return single if section.inner is None else single.get(section.inner, [])


@dataclass(frozen=True, slots=True)
class Writer:
    """Values as the file has them."""

    secrets: frozenset[str]
    language: str
    choices: Choices

    def record(self, value: Any, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
        """A dataclass without the fields that stand at their defaults."""
        written = {}
        for item in fields(value):
            given = getattr(value, item.name)
            if item.name in hidden or given == _default(item) or self.is_made(item):
                continue
            written[item.name] = Kept() if self.is_secret(item) else self.field(item, given)
        own = _OWN.get(type(value), _as_it_is)
        return own(self, value, written)

    def field(self, item: "Field[Any]", given: Any) -> Any:
        """What stands for a field."""
        del item
        return self.value(given)

    def is_secret(self, item: "Field[Any]") -> bool:
        return item.name in self.secrets and not self.choices.with_secrets

    def is_made(self, item: "Field[Any]") -> bool:
        """Whether it is a secret that is kept or made wherever the file says nothing of it."""
        return self.is_secret(item) and item.default == ""

    def value(self, value: Any) -> Any:
        if isinstance(value, Target):
            return {str(value.kind): value.name}
        if isinstance(value, StrEnum):
            return str(value)
        if isinstance(value, tuple | list):
            return [self.value(item) for item in value]
        if isinstance(value, Mapping):
            return {key: self.value(item) for key, item in value.items()}
        if is_dataclass(value):
            return self.record(value, _NESTED.get(type(value), frozenset()))
        return value


_NESTED: Mapping[Any, frozenset[str]] = {Mailbox: frozenset({"number", "general"})}
"""What an extension's own mailbox has from the extension."""


def _default(item: "Field[Any]") -> Any:
    if item.default is not MISSING:
        return item.default
    return item.default_factory() if item.default_factory is not MISSING else MISSING


def _as_it_is(_: Writer, _value: Any, written: dict[str, Any]) -> dict[str, Any]:
    return written


def _flow(writer: Writer, flow: Flow, written: dict[str, Any]) -> dict[str, Any]:
    steps = {}
    for step in flow.steps:
        own = {"kind": step.kind, **writer.value(step.fields)}
        steps[step.name] = own | ({"exits": dict(step.exits)} if step.exits else {})
    return written | {"steps": steps}


def _extension(_: Writer, extension: Extension, written: dict[str, Any]) -> dict[str, Any]:
    box = extension.mailbox
    if extension.account == extension.number:
        del written["account"]
    if box is not None and box.name == extension.name:
        del written["mailbox"]["name"]
    return written


def _agent(_: Writer, agent: Agent, written: dict[str, Any]) -> dict[str, Any]:
    queues = {item.queue: item.penalty for item in agent.queues}
    return written | ({"queues": queues} if queues else {})


def _prompt(writer: Writer, prompt: Prompt, written: dict[str, Any]) -> dict[str, Any]:
    if prompt.text:
        written.pop("digest", None)
    elif writer.choices.folder is not None:
        del written["digest"]
        written["file"] = _written_audio(writer.choices.folder, prompt.name, prompt.digest)
    if prompt.language == writer.language:
        written.pop("language", None)
    return written


def _music(writer: Writer, music: Music, written: dict[str, Any]) -> dict[str, Any]:
    folder = writer.choices.folder
    if folder is None:
        return written
    files = [
        _written_audio(folder, f"{music.name}-{index}", digest)
        for index, digest in enumerate(music.digests, 1)
    ]
    return {"files": files}


def _written_audio(folder: Path, name: str, digest: str) -> str:
    place = Path(MEDIA_FOLDER) / f"{name}.{digest}.wav"
    (folder / MEDIA_FOLDER).mkdir(parents=True, exist_ok=True)
    (folder / place).write_bytes(callflow.recording(digest))
    return str(place)


_OWN: Mapping[type, Callable[[Writer, Any, dict[str, Any]], dict[str, Any]]] = {
    Flow: _flow,
    Extension: _extension,
    Agent: _agent,
    Prompt: _prompt,
    Music: _music,
}


class _Representer(SafeRepresenter):
    """YAML of plain values, without anchors, and with the tag `!kept`."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


def _kept(representer: SafeRepresenter, _: Kept) -> Any:
    return representer.represent_scalar(KEPT_TAG, "")


_Representer.add_representer(Kept, _kept)


def file_of(written: dict[str, Any], choices: Choices) -> str:
    """The text of a file."""
    if choices.as_json:
        return json.dumps(written, ensure_ascii=False, indent=2, default=_plain) + "\n"
    return _yaml_of(written)


def _plain(value: object) -> str:
    if not isinstance(value, Kept):
        raise TypeError(f"A file holds no {type(value).__name__}.")
    return KEPT_TAG


def _yaml_of(written: dict[str, Any]) -> str:
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = WIDTH
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    out = io.StringIO()
    yaml.dump(written, out)
    return out.getvalue()
