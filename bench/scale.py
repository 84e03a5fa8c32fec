"""Boot, memory and reload of Asterisk as tenants grow: the table against files."""

import re
import time
from pathlib import Path
from typing import Any

from tests.support.speech import Spoken, speak

from bench.support import report
from bench.support.company import EXTENSIONS, company, tenant_name
from bench.support.node import MANAGER_SECRET, BenchNode, folder
from conmuta_compiler import compile_tenant
from conmuta_compiler.files.core import MANAGER_USER
from conmuta_node.astdb import Account, AstDb
from conmuta_node.introductions import PAUSE_SECONDS, Introductions
from conmuta_node.memory import Memory
from conmuta_node.objects import PhoneObjects, expiry_commands, joined

SIZES = (10, 100, 1000)
WAYS = ("table", "files")
FILES_SORCERY = "[res_pjsip]\n" + "".join(
    f"{kind}=config,pjsip.conf,criteria=type={kind}\n" for kind in ("endpoint", "auth", "aor")
)


def measure_one(place: Path, tenants: int, way: str, hello: Spoken) -> dict[str, Any]:
    """One boot with `tenants`, and one extension's change in force."""
    plans = [company(index, hello.prompt) for index in range(tenants)]
    node = BenchNode.prepare(place / f"{way}-{tenants}", plans)
    if way == "files":
        as_files(node, tenants)
    started = time.monotonic()
    node.home.start(seconds=300)
    booted = time.monotonic() - started
    try:
        wait_quiet(node)
        rss = node.rss_mb()
        before = node.cpu_seconds()
        reload_s = change_one(node, way, hello)
        wait_quiet(node)
        used = node.cpu_seconds() - before
        known = introduce_all(node) if way == "table" else 0.0
        return {
            "tenants": tenants,
            "extensions": tenants * EXTENSIONS,
            "way": way,
            "boot_s": round(booted, 2),
            "reload_s": round(reload_s, 3),
            "reload_cpu_s": round(used, 2),
            "rss_mb": round(rss, 1),
            "everyone_known_s": round(known, 2),
            "everyone_known_rss_mb": round(node.rss_mb(), 1),
        }
    finally:
        node.home.stop()


def as_files(node: BenchNode, tenants: int) -> None:
    """The same objects as PJSIP files that Asterisk includes."""
    etc = node.home.state / "etc"
    mailboxes: dict[str, str] = {}
    for index in range(tenants):
        folder_of_tenant = etc / "tenants" / tenant_name(index)
        mailboxes[tenant_name(index)] = (folder_of_tenant / "mailboxes.conf").read_text()
        with (folder_of_tenant / "pjsip.conf").open("a") as gateways:
            for name in ("gateways.conf", "phones.conf"):
                gateways.write((folder_of_tenant / name).read_text())
    PhoneObjects(node.home.state / "pjsip.sqlite3").replace_all(mailboxes)
    node.home.install({**node.texts, "sorcery.conf": FILES_SORCERY})


def change_one(node: BenchNode, way: str, hello: Spoken) -> float:
    """Seconds until one extension's new password and one changed flow are in force."""
    tenant = tenant_name(0)
    texts = compile_tenant(company(0, hello.prompt, secret="another-one"))
    path = node.home.state / "etc/tenants" / tenant / "pjsip.conf"
    started = time.monotonic()
    if way == "files":
        path.write_text(texts["pjsip.conf"] + texts["gateways.conf"] + texts["phones.conf"])
        node.home.cli("module reload res_pjsip.so", 300)
    else:
        objects = PhoneObjects(node.home.state / "pjsip.sqlite3")
        for command in expiry_commands(objects.replace(tenant, joined(texts))):
            node.home.cli(command)
    node.home.cli("dialplan reload", 300)
    shown = node.home.cli(f"pjsip show auth 500@{tenant}.example.test", 300)
    digest = re.search(r"password_digest=MD5:(\w+)", texts["phones.conf"])
    assert digest is not None
    assert digest[1] in shown, shown
    return time.monotonic() - started


def introduce_all(node: BenchNode) -> float:
    """Seconds in which the agent introduces every telephone to an Asterisk that serves already."""
    account = Account(node.settings.ami_port, MANAGER_USER, MANAGER_SECRET)
    memory = Memory(node.home.state / "agent/memory.sqlite3")
    objects = PhoneObjects(node.home.state / "pjsip.sqlite3")
    introductions = Introductions(AstDb(node.home, lambda: account), objects, memory)
    started = time.monotonic()
    while introductions.go_on():
        time.sleep(PAUSE_SECONDS)
    memory.close()
    return time.monotonic() - started


def wait_quiet(node: BenchNode) -> None:
    """Until Asterisk has stopped working on what it was told."""
    last = -1.0
    for _ in range(600):
        now = node.cpu_seconds()
        if now - last < 0.02:
            return
        last = now
        time.sleep(0.5)


def measure() -> report.Report:
    """Every size both ways, one after the other."""
    hello = speak("hello", "Bienvenido. Marque uno.", "es")
    with folder() as place:
        rows = [measure_one(place, size, way, hello) for size in SIZES for way in WAYS]
    ours = [row for row in rows if row["way"] == "table"]
    lines = [
        f"{row['extensions']:>6} extensions, {row['way']:<5}: boot {row['boot_s']:.2f} s, "
        f"a change {row['reload_s']:.3f} s ({row['reload_cpu_s']:.2f} s of CPU), "
        f"{row['rss_mb']:.0f} MB, everyone known {row['everyone_known_s']:.1f} s later "
        f"({row['everyone_known_rss_mb']:.0f} MB)"
        for row in rows
    ]
    compared = [row for row in rows if row["way"] != "table"]
    return report.Report("scale", ours, lines, {"compared": compared})


def main(argv: list[str]) -> int:
    """`--json` for one JSON object."""
    args = report.parser("scale", __doc__ or "").parse_args(argv)
    where = report.machine()
    return report.show(measure(), as_json=args.json, where=where)
