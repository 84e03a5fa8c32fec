"""An Asterisk for benchmarks: compiled tenants in a folder of its own, without server or agent."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.asterisk import asterisk_root, make_certificate, write_texts
from tests.support.lab import local_settings

from conmuta_compiler import NodeSecrets, compile_node, compile_tenant
from conmuta_node.astdb import AstDb
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.introductions import list_first
from conmuta_node.objects import PhoneObjects, joined
from conmuta_plan import TenantPlan
from conmuta_plan.node import NodeSettings

_CPU_CLOCK = 2  # the kernel's number for what a whole process has used, to the nanosecond
MANAGER_SECRET = "of-a-bench"
CLEAR_SECONDS = 30.0
Edit = Callable[[str, str, str], str]
"""(tenant, file, text) → the text to install instead."""


@dataclass
class BenchNode:
    """`texts` are the node's own files as installed."""

    home: AsteriskHome
    settings: NodeSettings
    texts: dict[str, str]

    @classmethod
    def prepare(
        cls, folder: Path, plans: list[TenantPlan], edit: Edit | None = None
    ) -> "BenchNode":
        """Everything written, Asterisk not started."""
        home = AsteriskHome(folder, asterisk_root())
        settings = local_settings()
        texts = compile_node(settings, NodeSecrets(manager=MANAGER_SECRET))
        home.install(texts)
        make_certificate(folder / "etc", "bench.example.test")
        node = cls(home, settings, dict(texts))
        node.write(plans, edit)
        return node

    def write(self, plans: list[TenantPlan], edit: Edit | None = None) -> None:
        """The tenants' files and their telephones' and mailboxes' objects."""
        objects = {}
        for plan in plans:
            files = compile_tenant(plan)
            if edit:
                files = {name: edit(plan.tenant, name, text) for name, text in files.items()}
            write_texts(self.home.state / "etc/tenants" / plan.tenant, files)
            objects[plan.tenant] = joined(files)
        table = PhoneObjects(self.home.state / "pjsip.sqlite3")
        table.replace_all(objects)
        list_first(AstDb(self.home), table)

    def change(self, files: Mapping[str, str], reloads: list[str]) -> None:
        """Other texts for the node's own files, in force at once."""
        self.home.install({**self.texts, **files})
        for command in reloads:
            self.home.cli(command)

    def clear(self) -> None:
        """No calls: those that a caller left up, as SIPp does on a full machine, take ports."""
        until = time.monotonic() + CLEAR_SECONDS
        while not self.home.cli("core show channels count").startswith("0 active channels"):
            self.home.cli("channel request hangup all")
            assert time.monotonic() < until, "calls do not end"
            time.sleep(0.2)

    def cpu_seconds(self) -> float:
        """CPU that Asterisk has used so far."""
        process = self.home.process()
        assert process is not None, "Asterisk is down"
        return cpu_seconds(process.pid)

    def rss_mb(self) -> float:
        """Resident memory of Asterisk."""
        process = self.home.process()
        assert process is not None, "Asterisk is down"
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0


def cpu_seconds(pid: int) -> float:
    """CPU, user and system, that a process and its threads have used so far."""
    return time.clock_gettime((~pid << 3) | _CPU_CLOCK)


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of the benchmark's own, gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix="conmuta-bench-"))
    made.chmod(0o711)  # user postgres walks through it
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
