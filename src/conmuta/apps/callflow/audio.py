"""Prompts' audio, made before any transaction and kept under its digest."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from conmuta.adapters.speech import SpeechError, telephone_wav
from conmuta.apps.callflow import ports, queries
from conmuta.apps.callflow.contracts import Prompt
from conmuta.apps.callflow.errors import CannotSpeak, NoSuchMedia
from conmuta.apps.callflow.models import SpokenText
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope


def settled(scope: Scope, prompts: Sequence[Prompt]) -> list[Prompt]:
    """Languages filled in, and the audio of every text that is spoken here already."""
    if not prompts:
        return []
    language = tenancy.tenant_of(scope).facts.language
    whole = [replace(item, language=item.language or language) for item in prompts]
    return [_as_before(item, current) for item, current in _with_current(scope, whole)]


def _with_current(scope: Scope, prompts: Iterable[Prompt]) -> list[tuple[Prompt, Prompt | None]]:
    current = queries.prompts(scope)
    return [(item, current.get(item.name)) for item in prompts]


def _as_before(wanted: Prompt, current: Prompt | None) -> Prompt:
    if wanted.digest or current is None:
        return wanted
    same = (wanted.text, wanted.language) == (current.text, current.language)
    return current if same else wanted


def prepared(scope: Scope, prompts: Sequence[Prompt]) -> list[Prompt]:
    """The same prompts, each with its audio kept. Raises `CannotSpeak`, `NoSuchMedia`."""
    found = settled(scope, prompts)
    missing = [item for item in found if not item.digest]
    digests = _spoken(missing)
    done = [replace(item, digest=item.digest or digests[item.name]) for item in found]
    store = ports.storage.get()()
    for item in done:
        if not store.exists(item.digest):
            raise NoSuchMedia(name=item.name)
    return done


def _spoken(prompts: Sequence[Prompt]) -> dict[str, str]:
    """The audio's digest by prompt; what was spoken before is not spoken again."""
    if not prompts:
        return {}
    keys = {item.name: _key(item) for item in prompts}
    rows = SpokenText.objects.filter(key__in=keys.values())
    known = dict(rows.values_list("key", "digest"))
    store = ports.storage.get()()
    digests = {}
    for item in prompts:
        key = keys[item.name]
        if key not in known or not store.exists(known[key]):
            known[key] = store.save_bytes(_speak(item))
            SpokenText.objects.update_or_create(key=key, defaults={"digest": known[key]})
        digests[item.name] = known[key]
    return digests


def _key(prompt: Prompt) -> str:
    voice = ports.speech.get()().voice(prompt.language)
    return hashlib.sha256(json.dumps([voice, prompt.text]).encode()).hexdigest()


def _speak(prompt: Prompt) -> bytes:
    try:
        return ports.speech.get()().speak(prompt.text, prompt.language)
    except SpeechError as error:
        raise CannotSpeak(name=prompt.name, reason=error) from error


def keep_recording(name: str, content: bytes) -> str:
    """Converts an audio file of any kind and keeps it; its digest. Raises `CannotSpeak`."""
    try:
        return ports.storage.get()().save_bytes(telephone_wav(content))
    except SpeechError as error:
        raise CannotSpeak(name=name, reason=error) from error


def recording(digest: str) -> bytes:
    """The audio that is kept under `digest`."""
    with ports.storage.get()().open(digest) as file:
        return file.read()
