"""Audio that a tenant's file brings: files beside it, and texts to be spoken."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from conmuta.apps.callflow import api as callflow
from conmuta.apps.callflow.contracts import Music, Prompt
from conmuta.documents.entries import MusicEntry, PromptEntry
from conmuta.documents.form import TenantDocument
from conmuta.documents.tree import BadDocument, LineFault
from conmuta.platform.errors import Problem
from conmuta.platform.nouns import as_plan
from conmuta.platform.sentences import said

LARGEST_FILE = 50 * 1024 * 1024
EXPORTED = re.compile(r"\.([0-9a-f]{64})\.wav$")
"""The end of a name that `export` gave: the audio is kept already, and is taken as it is."""


def with_files(document: TenantDocument, folder: Path | None) -> TenantDocument:
    """`document` with every audio file kept and named by its digest. Raises `BadDocument`.

    Files are looked for under `folder` and nowhere else.
    """
    faults: list[LineFault] = []
    prompts = {
        name: _prompt(document, entry, folder, faults)
        for name, entry in document.objects.get("prompts", {}).items()
    }
    music = {
        name: _music(document, entry, folder, faults)
        for name, entry in document.objects.get("music", {}).items()
    }
    if faults:
        raise BadDocument(faults)
    objects = {**document.objects}
    for section, found in (("prompts", prompts), ("music", music)):
        if section in objects:
            objects[section] = found
    return replace(document, objects=objects)


def _prompt(
    document: TenantDocument, entry: PromptEntry, folder: Path | None, faults: list[LineFault]
) -> Prompt:
    path = ("prompts", entry.name, "file")
    digest = entry.digest
    if entry.file:
        digest = _kept(document, path, entry.file, folder, faults)
    language = entry.language or document.tenant.language
    return replace(as_plan(Prompt, entry), digest=digest, language=language)


def _music(
    document: TenantDocument, entry: MusicEntry, folder: Path | None, faults: list[LineFault]
) -> Music:
    path = ("music", entry.name, "files")
    digests = [
        _kept(document, (*path, str(index)), name, folder, faults)
        for index, name in enumerate(entry.files)
    ]
    return Music(name=entry.name, digests=tuple(digests) or entry.digests)


def _kept(
    document: TenantDocument,
    path: tuple[str, ...],
    name: str,
    folder: Path | None,
    faults: list[LineFault],
) -> str:
    try:
        content = _content(name, folder)
        digest = EXPORTED.search(name)
        if digest and callflow.keep_again(content, digest[1]):
            return digest[1]
        return callflow.keep_recording(path[1], content)
    except (OSError, ValueError, Problem) as error:
        faults.append(document.fault(path, str(error)))
        return ""


def _content(name: str, folder: Path | None) -> bytes:
    if folder is None:
        raise ValueError(said("`{name}`: there is no folder to look for files in.", name=name))
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(
            said("`{name}` is outside of the file's own folder. Put it beside the file.", name=name)
        )
    if not path.is_file():
        away = said(
            "`{name}` is not beside the tenant's file, in {folder}.", name=name, folder=folder
        )
        raise ValueError(away)
    if path.stat().st_size > LARGEST_FILE:
        most = LARGEST_FILE // 1024**2
        raise ValueError(said("`{name}` is larger than {most} MB.", name=name, most=most))
    return path.read_bytes()


def voiced(prompts: Mapping[str, Any], current: Mapping[str, Prompt]) -> dict[str, Prompt]:
    """The same prompts with the audio of their texts, spoken only where it is not here yet."""
    settled = settled_with(prompts, current)
    return {prompt.name: prompt for prompt in callflow.voiced(list(settled.values()))}


def settled_with(prompts: Mapping[str, Prompt], current: Mapping[str, Prompt]) -> dict[str, Prompt]:
    """Each prompt as it is in `current` where the text is the same."""
    found: Sequence[Prompt] = [
        callflow.as_before(prompt, current.get(name)) for name, prompt in prompts.items()
    ]
    return {prompt.name: prompt for prompt in found}
