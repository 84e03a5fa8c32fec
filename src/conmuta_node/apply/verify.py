"""Did Asterisk take what it was given? By what it shows, and by what it wrote in its log."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from conmuta_node.apply.marker import is_loaded, marker_of, question
from conmuta_node.apply.reloads import changed_sections
from conmuta_node.objects import parse_objects

Ask = Callable[[str], str]

_FAULT = re.compile(r"\b(?:WARNING|ERROR)\[\d+\](?!\[C-)[^:]*?\s([\w/.]+\.c):\s*(.*)")
_LOADERS = frozenset(
    {
        "acl.c", "app_queue.c", "app_voicemail.c", "conf_config_parser.c", "config.c",
        "config_auth.c", "config_options.c", "config_transport.c", "location.c", "pbx.c",
        "pbx_app.c", "pbx_config.c", "pjsip_configuration.c", "res_musiconhold.c",
        "res_parking.c", "res_sorcery_config.c", "sorcery.c",
    }
)  # fmt: skip
"""Sources whose complaints outside of a call are about what was just read."""
_WORDS = re.compile(r"[a-z0-9][a-z0-9.-]*")
QUIET_SECONDS = 0.1
LONGEST_TALK_SECONDS = 1.0  # a log full of calls' own lines never is quiet
MOST_OBJECTS = 50  # asked for by name in one change


class LogMark:
    """A place in Asterisk's log, to read later what was written since."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = self._size()

    def since(self) -> list[str]:
        """Faults written since the mark, about files that were read.

        Asterisk writes its log in a thread of its own: waits until it has nothing more to say.
        """
        self._wait_quiet()
        try:
            with self._path.open("rb") as log:
                log.seek(self._at if self._path.stat().st_size >= self._at else 0)
                lines = log.read().decode(errors="replace").splitlines()
        except FileNotFoundError:
            return []
        return [f"{m[1]}: {m[2]}" for line in lines if (m := _loader_fault(line))]

    def _wait_quiet(self) -> None:
        until = time.monotonic() + LONGEST_TALK_SECONDS
        quiet_since, size = time.monotonic(), self._size()
        while time.monotonic() - quiet_since < QUIET_SECONDS and time.monotonic() < until:
            time.sleep(QUIET_SECONDS / 4)
            if self._size() != size:
                quiet_since, size = time.monotonic(), self._size()

    def _size(self) -> int:
        return self._path.stat().st_size if self._path.exists() else 0


def _loader_fault(line: str) -> re.Match[str] | None:
    match = _FAULT.search(line)
    return match if match and match[1].rpartition("/")[2] in _LOADERS else None


def blame(faults: Iterable[str], domains: Mapping[str, str]) -> dict[str, str]:
    """Whose each fault is (tenant → first fault); `domains`: tenant → its SIP domain."""
    blamed: dict[str, str] = {}
    for fault in faults:
        tenant = _named_in(fault, domains)
        if tenant is not None:
            blamed.setdefault(tenant, fault)
    return blamed


def _named_in(fault: str, domains: Mapping[str, str]) -> str | None:
    """The tenant that a line names: by folder, by a name that begins with it, or by domain."""
    by_domain = {domain: tenant for tenant, domain in domains.items()}
    for match in _WORDS.finditer(fault.lower()):
        word = match[0].strip(".")
        if word in by_domain:
            return by_domain[word]
        if word in domains and fault[: match.start()].endswith("tenants/"):
            return word
        owners = [tenant for tenant in domains if word.startswith(f"{tenant}-")]
        if owners:
            return max(owners, key=len)
    return None


def is_taken(tenant: str, texts: Mapping[str, str], ask: Ask) -> bool:
    """Whether the tenant's dialplan, as in `texts`, is the one loaded."""
    marker = marker_of(texts.get("extensions.conf", ""))
    return not marker or is_loaded(marker, ask(question(tenant, marker)))


def missing_parts(
    before: Mapping[str, str], after: Mapping[str, str], ask: Ask, most: int = MOST_OBJECTS
) -> Iterator[str]:
    """Sentences on telephones and queues that changed and that Asterisk does not show.

    Asks for `most` of each kind.
    """
    for name in _changed_endpoints(before, after)[:most]:
        if "Unable to find object" in ask(f"pjsip show endpoint {name}"):
            yield f"Asterisk did not take the telephone or gateway {name}."
    for queue in _new_queues(before, after)[:most]:
        if "No such queue" in ask(f"queue show {queue}"):
            yield f"Asterisk did not take the queue {queue}."


def _changed_endpoints(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Gateways first: there are few."""
    found: list[str] = []
    for file in ("gateways.conf", "phones.conf"):
        old, new = _endpoints(before.get(file, "")), _endpoints(after.get(file, ""))
        found += sorted(name for name, options in new.items() if old.get(name) != options)
    return found


def _endpoints(text: str) -> dict[str, Mapping[str, str]]:
    return {item.id: item.options for item in parse_objects(text) if item.kind == "endpoint"}


def _new_queues(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    changed = changed_sections(before.get("queues.conf", ""), after.get("queues.conf", ""))
    text = after.get("queues.conf", "")
    return sorted(name for name in changed if f"[{name}]" in text)
