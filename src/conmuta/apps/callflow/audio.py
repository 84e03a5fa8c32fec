"""Prompts' audio, made before any transaction and kept under its digest."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from conmuta.adapters.speech import SpeechError, is_telephone_wav, telephone_wav
from conmuta.apps.callflow import ports, queries
from conmuta.apps.callflow.contracts import Music, Prompt
from conmuta.apps.callflow.errors import CannotSpeak, NoSuchMedia
from conmuta.apps.callflow.models import SpokenText
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope


def settled(scope: Scope, prompts: Sequence[Prompt]) -> list[Prompt]:
    """Languages filled in, and the audio of every text that is spoken here already."""
    if not prompts:
        return []
    whole = in_language(prompts, tenancy.tenant_of(scope).facts.language)
    current = queries.prompts(scope)
    return [as_before(item, current.get(item.name)) for item in whole]


def in_language(prompts: Sequence[Prompt], language: str) -> list[Prompt]:
    """The same prompts; those without a language of their own are in `language`."""
    return [replace(item, language=item.language or language) for item in prompts]


def as_before(wanted: Prompt, current: Prompt | None) -> Prompt:
    """`wanted` with its audio as it is in `current`, where the text is the same."""
    if wanted.digest or current is None:
        return wanted
    same = (wanted.text, wanted.language) == (current.text, current.language)
    return current if same else wanted


def prepared(scope: Scope, prompts: Sequence[Prompt]) -> list[Prompt]:
    """The same prompts, each with its audio kept. Raises `CannotSpeak`, `NoSuchMedia`."""
    return voiced(settled(scope, prompts))


def voiced(prompts: Sequence[Prompt]) -> list[Prompt]:
    """The same for prompts that have their language. Outside of transactions: voices are slow."""
    store = ports.storage.get()()
    silent = [item for item in prompts if not (item.digest and store.exists(item.digest))]
    for item in silent:
        if not item.text.strip():
            raise NoSuchMedia(name=item.name)
    digests = _spoken(silent)
    return [replace(item, digest=digests.get(item.name, item.digest)) for item in prompts]


def refuse_missing(music: Iterable[Music]) -> None:
    """Raises `NoSuchMedia` for music with a file that nobody keeps."""
    store = ports.storage.get()()
    for item in music:
        if not all(map(store.exists, item.digests)):
            raise NoSuchMedia(name=item.name)


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
            known[key] = _saved(_speak(item))
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
        return _saved(telephone_wav(content))
    except SpeechError as error:
        raise CannotSpeak(name=name, reason=error) from error


def keep_again(content: bytes, digest: str) -> bool:
    """Keeps audio that was kept before, elsewhere, as it is; False where it is not that audio."""
    if hashlib.sha256(content).hexdigest() != digest or not is_telephone_wav(content):
        return False
    _saved(content)
    return True


def _saved(content: bytes) -> str:
    """The digest of content that is kept now, also where a company that had it is gone.

    Said first: who is deleting it at this moment has done so when it is saved.
    """
    tenancy.keep_file(hashlib.sha256(content).hexdigest())
    return ports.storage.get()().save_bytes(content)


def recording(digest: str) -> bytes:
    """The audio that is kept under `digest`."""
    with ports.storage.get()().open(digest) as file:
        return file.read()
