"""PINs that people set at the telephone: Asterisk keeps each beside its mailbox's messages."""

import re
from pathlib import Path

_SECRET = re.compile(r"^password\s*=>?\s*(\S+)", re.MULTILINE)


def pins_by_telephone(spool: Path) -> dict[str, str]:
    """Mailbox (as `550@acme`) → PIN, of Asterisk's folder of voicemail."""
    found: dict[str, str] = {}
    for path in spool.glob("*/*/secret.conf"):
        if secret := _SECRET.search(path.read_text(errors="replace")):
            found[f"{path.parent.name}@{path.parent.parent.name}"] = secret[1]
    return found
