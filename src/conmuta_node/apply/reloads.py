"""Which of Asterisk's modules read which file, and what makes them read it again."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_WAYS = (
    "module reload res_pjsip_endpoint_identifier_ip.so",
    "module reload res_pjsip_outbound_registration.so",
)
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "acl.conf": ("module reload acl",),
    "ccss.conf": ("module reload ccss",),
    "cdr.conf": ("module reload cdr",),
    "cel.conf": ("module reload cel",),
    "cel_custom.conf": ("module reload cel_custom.so",),
    "codecs.conf": ("module reload codec_opus_open_source.so",),
    "confbridge.conf": ("module reload app_confbridge.so",),
    "extensions.conf": ("dialplan reload",),
    "features.conf": ("module reload features",),
    "gateways.conf": (),  # a table, see `objects`
    "func_odbc.conf": ("module reload func_odbc.so",),
    "http.conf": ("module reload http",),
    "indications.conf": ("module reload indications",),
    "logger.conf": ("logger reload",),
    "mailboxes.conf": (),  # a table, see `objects`
    "manager.conf": ("manager reload",),
    "musiconhold.conf": ("moh reload",),
    "phones.conf": (),  # a table, see `objects`
    "pjsip.conf": _WAYS,
    "queuerules.conf": ("queue reload rules",),
    "queues.conf": ("queue reload all",),
    "res_fax.conf": ("module reload res_fax.so",),
    "res_parking.conf": ("module reload res_parking.so",),
    "voicemail.conf": ("voicemail reload",),
}
"""In no order: those that others refer to are reloaded first (`ORDER`)."""
ORDER = (
    "musiconhold.conf",
    "res_parking.conf",
    "confbridge.conf",
    "voicemail.conf",
    "pjsip.conf",
    "queues.conf",
    "extensions.conf",
)
_FEW_QUEUES = 5
_SECTION = re.compile(r"^\[([^\]]+)\]", re.MULTILINE)


@dataclass(slots=True)
class Changes:
    """Files that changed, over several tenants; of `queues.conf` also which queues."""

    files: set[str] = field(default_factory=set)
    queues: set[str] = field(default_factory=set)

    def note(self, old: Mapping[str, str], new: Mapping[str, str]) -> None:
        """Add what differs between two sets of files (name → text)."""
        for name in old.keys() | new.keys():
            before, after = without_comments(old.get(name, "")), without_comments(new.get(name, ""))
            if before != after:
                self.files.add(name)
                if name == "queues.conf":
                    self.queues |= changed_sections(before, after)

    def commands(self) -> list[str]:
        """Console commands that make Asterisk read what changed, in a good order."""
        names = [name for name in ORDER if name in self.files]
        names += sorted(self.files - set(ORDER))
        commands: list[str] = []
        for name in names:
            commands += self._of_file(name)
        return list(dict.fromkeys(commands))

    def _of_file(self, name: str) -> Iterable[str]:
        if name == "queues.conf" and 0 < len(self.queues) <= _FEW_QUEUES:
            # A reload of all queues would make each forget whom it rang last.
            for queue in sorted(self.queues):
                yield f"queue reload parameters {queue}"
                yield f"queue reload members {queue}"
            return
        yield from COMMANDS.get(name, ())

    def needs_restart(self) -> tuple[str, ...]:
        """Changed files that Asterisk reads only when it starts."""
        unknown = (name for name in self.files - COMMANDS.keys() if name.endswith(".conf"))
        return tuple(sorted(unknown))


def changed_sections(old: str, new: str) -> set[str]:
    """Names of the sections that differ between two texts of a file."""
    before, after = _sections(old), _sections(new)
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def _sections(text: str) -> dict[str, str]:
    parts = _SECTION.split(text)
    found: dict[str, str] = {}
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        found[name] = found.get(name, "") + body  # an endpoint and its aor share a name
    return found


def without_comments(text: str) -> str:
    """A file without the lines that are only comment."""
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(";"))
