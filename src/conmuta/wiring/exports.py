"""What a tenant takes along: one file with its document, and its recorded messages beside it."""

import io
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from conmuta.apps.tenancy import api as tenancy
from conmuta.documents import api as documents
from conmuta.platform.scope import Scope

_OLDEST = (1980, 1, 1, 0, 0, 0)  # equal tenants give equal files


def export(scope: Scope) -> bytes:
    """A ZIP: `SLUG.yaml` (passwords and PINs left out) and `audio/`, as `conmuta apply` reads."""
    packed = io.BytesIO()
    with TemporaryDirectory() as name, zipfile.ZipFile(packed, "w") as archive:
        folder = Path(name)
        text = documents.export(scope, documents.Choices(folder=folder))
        _add(archive, f"{tenancy.tenant_of(scope).slug}.yaml", text.encode())
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            _add(archive, file.relative_to(folder).as_posix(), file.read_bytes())
    return packed.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _OLDEST)
    archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
