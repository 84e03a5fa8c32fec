"""The judgement of a machine: facts in, findings out. Nothing is looked at here."""

from conmuta.local.doctor import asterisk_rules, tiers
from conmuta.local.doctor.facts import GIB, MachineSeen
from conmuta.local.doctor.findings import Finding, failure, ok, warning

TRIED = {
    "debian 12": "Debian 12",
    "debian 13": "Debian 13",
    "ubuntu 24.04": "Ubuntu 24.04",
}
ARCHITECTURES = {"x86_64", "aarch64"}
LEAST_MEMORY = 2 * GIB
LEAST_FREE = 3 * GIB
RECORDINGS_DISK = 500 * 10**9
SLOW_NAME = 0.5
MIRROR = 2


def judge(seen: MachineSeen) -> list[Finding]:
    """Every finding, in the order in which a person reads them."""
    return [
        system(seen),
        cores(seen),
        memory(seen),
        disk(seen),
        raid(seen),
        network(seen),
        ports(seen),
        clock(seen),
        names(seen),
        sandbox(seen),
        *asterisk_rules.judge(seen.asterisk),
    ]


def system(seen: MachineSeen) -> Finding:
    """The operating system and the processor's kind."""
    title = TRIED.get(seen.system)
    text = f"{title or seen.system}, {seen.architecture}"
    if seen.architecture not in ARCHITECTURES:
        return failure("System", text, "A 64-bit processor is needed.")
    if title is None:
        known = ", ".join(TRIED.values())
        return warning("System", text, f"Conmuta is tried on {known}; elsewhere it may work.")
    return ok("System", text)


def cores(seen: MachineSeen) -> Finding:
    """Enough cores for the smallest tier."""
    text, least = f"{seen.cores} cores", tiers.TIERS[0]
    if seen.cores < least.cores:
        advice = f"{least.cores} cores serve up to {least.users} users; this is for a trial."
        return warning("Cores", text, advice)
    return ok("Cores", text)


def memory(seen: MachineSeen) -> Finding:
    """Enough memory to run at all, and for the smallest tier."""
    text, least = f"{seen.memory / GIB:.1f} GiB", tiers.TIERS[0]
    if seen.memory < LEAST_MEMORY:
        return failure("Memory", text, f"At least {LEAST_MEMORY // GIB} GiB are needed to start.")
    if seen.memory < least.memory * GIB * tiers.MEMORY_TOLERANCE:
        advice = f"{least.memory} GB serve up to {least.users} users; this is for a trial."
        return warning("Memory", text, advice)
    return ok("Memory", text)


def disk(seen: MachineSeen) -> Finding:
    """Room for the installation, and for recordings."""
    text = f"{seen.free / 1e9:.0f} GB free of {seen.disk / 1e9:.0f} GB"
    if seen.free < LEAST_FREE:
        return failure("Disk", text, f"Free at least {LEAST_FREE // GIB} GiB.")
    if seen.disk < RECORDINGS_DISK:
        advice = "500 GB are advised where calls are recorded: ./conmuta doctor --recordings 500GB"
        return warning("Disk", text, advice)
    return ok("Disk", text)


def raid(seen: MachineSeen) -> Finding:
    """Two equal disks as a mirror, on a physical machine."""
    text = ", ".join(f"{each.name} {each.size / 1e9:.0f} GB" for each in seen.disks) or "no disk"
    if seen.raid:
        return ok("RAID", f"{', '.join(seen.raid)} ({text})")
    if seen.virtual:
        return ok("RAID", f"{text}; a virtual machine: its host keeps the mirror")
    if len(seen.disks) < MIRROR:
        advice = "Two disks of the same size as RAID 1, made before the installation, survive one."
    else:
        advice = "Make a RAID 1 of two equal disks before the installation."
    return warning("RAID", f"none seen ({text})", advice)


def network(seen: MachineSeen) -> Finding:
    """Two network cards: one for the telephones, one for the rest or for the second node."""
    text = ", ".join(seen.network_cards) or "none"
    if not seen.network_cards:
        return warning("Network cards", text, "Without one, only this machine itself can call.")
    if len(seen.network_cards) < MIRROR:
        advice = "Two are advised: one kept for telephony (or for the mirror to a second node)."
        return warning("Network cards", text, advice)
    return ok("Network cards", text)


def ports(seen: MachineSeen) -> Finding:
    """The ports that telephones and browsers expect."""
    taken = [each for each in seen.ports if not each.free and not each.ours]
    if not taken:
        text = ", ".join(f"{each.port} {each.name}" for each in seen.ports)
        held = any(each.ours for each in seen.ports)
        return ok("Ports", f"{text}: {'free or held by Conmuta' if held else 'free'}")
    text = ", ".join(f"{each.port} ({each.name})" for each in taken)
    advice = "Stop that program, or let ./conmuta up take the next free port and say which."
    return warning("Ports", f"taken by another program: {text}", advice)


def clock(seen: MachineSeen) -> Finding:
    """Calls are recorded with their time: it must be right."""
    if seen.clock_synchronised:
        return ok("Time", "kept by a time server")
    text = "not kept by a time server" if seen.clock_synchronised is False else "not told"
    return warning("Time", text, "apt-get install chrony (or turn on systemd-timesyncd).")


def names(seen: MachineSeen) -> Finding:
    """The machine's own name must resolve at once, or each call waits for it."""
    if seen.host_name_seconds is None:
        advice = f"Add it to /etc/hosts: 127.0.1.1 {seen.host_name}"
        return failure("Names", f"{seen.host_name} does not resolve", advice)
    text = f"{seen.host_name} resolves in {seen.host_name_seconds * 1000:.0f} ms"
    if seen.host_name_seconds > SLOW_NAME:
        advice = f"Add it to /etc/hosts: 127.0.1.1 {seen.host_name}"
        return warning("Names", text, advice)
    if not seen.name_servers:
        advice = "/etc/resolv.conf names no server: carriers and mail servers by name won't work."
        return warning("Names", text, advice)
    return ok("Names", f"{text}; name servers: {', '.join(seen.name_servers)}")


def sandbox(seen: MachineSeen) -> Finding:
    """bubblewrap keeps Asterisk in its folder."""
    if seen.sandbox is None:
        return ok("Sandbox", "bubblewrap may start processes here, or is yet to be installed")
    advice = (
        "The kernel or AppArmor forbids it. Start as root, or allow user namespaces "
        "(sysctl kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu)."
    )
    return failure("Sandbox", seen.sandbox, advice)
