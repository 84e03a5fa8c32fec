"""Reading a recording: only who may, and every reading noted."""

import hashlib
import shutil
from pathlib import Path
from typing import BinaryIO

from django.db.models import Sum

from conmuta.adapters.storage import NotStored, Storage
from conmuta.apps.calls import ports, queries
from conmuta.apps.calls.contracts import RecordingView
from conmuta.apps.calls.errors import (
    MayNotDownload,
    MayNotListen,
    RecordingDamaged,
    RecordingGone,
)
from conmuta.apps.calls.models import Recording
from conmuta.apps.identity.api import Access, Permission
from conmuta.platform import audit
from conmuta.platform.scope import Scope


def stored_bytes(scope: Scope) -> int:
    """How much the tenant's recordings take in the store."""
    return Recording.objects.within(scope).aggregate(all=Sum("bytes"))["all"] or 0


def listen(scope: Scope, access: Access, recording_id: str) -> BinaryIO:
    """The audio (Ogg Opus), to be played; the caller closes it. Raises `MayNotListen`."""
    if Permission.LISTEN_AUDIO not in access.permissions or access.tenant_id != scope.tenant_id:
        raise MayNotListen
    return _open(scope, recording_id, "listened")


def download(scope: Scope, access: Access, recording_id: str) -> BinaryIO:
    """The audio, to be kept by a person; the caller closes it. Raises `MayNotDownload`."""
    if Permission.DOWNLOAD_AUDIO not in access.permissions or access.tenant_id != scope.tenant_id:
        raise MayNotDownload
    return _open(scope, recording_id, "downloaded")


def export(scope: Scope, recording_id: str, target: Path) -> RecordingView:
    """Saves the audio as `target` for whoever runs the installation, and notes it.

    Raises `FileExistsError`, and `RecordingDamaged` where it is not what its checksum says.
    """
    found = queries.recording(scope, recording_id)
    with target.open("xb") as file:
        target.chmod(0o600)
        try:
            with _open(scope, recording_id, "downloaded") as audio:
                shutil.copyfileobj(audio, file)
            file.flush()
            _verify(target, found)
        except BaseException:
            target.unlink()
            raise
    return found


def _verify(path: Path, found: RecordingView) -> None:
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != found.sha256:
            raise RecordingDamaged(id=found.id)


def _open(scope: Scope, recording_id: str, verb: str) -> BinaryIO:
    found = queries.recording(scope, recording_id)
    store: Storage = ports.storage.get()()
    try:
        audio = store.open(found.sha256)
    except NotStored:
        raise RecordingGone(id=recording_id) from None
    audit.record(scope, verb, f"calls.recording:{recording_id}")
    return audio
