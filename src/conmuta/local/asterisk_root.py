"""Asterisk's root folder: a small Debian with Asterisk 22, used read-only by bubblewrap.

Made once per list of packages with mmdebstrap, in a folder beside the final one, and then
renamed: a root is whole or is not there. The customer's own system is left alone.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path

from conmuta.local.errors import MachineError
from conmuta.local.say import Say, say, step

SUITE = "forky"
PACKAGES = (
    "asterisk",
    "asterisk-modules",
    "asterisk-core-sounds-es-wav",
    "asterisk-core-sounds-en-wav",
    "asterisk-moh-opsound-wav",
    "tzdata",
    "faketime",
    "opus-tools",
    "libtiff-tools",
    "ghostscript",
    "sox",
    "libsox-fmt-mp3",
    "libsqliteodbc",
    "unixodbc",
)
LEFT_OUT = (
    "/usr/share/man/*",
    "/usr/share/info/*",
    "/usr/share/locale/*",
    "/usr/share/doc/*",
)
KEPT = ("/usr/share/doc/*/copyright",)
# Name look-ups inside must never wait for a network: a call would wait with them.
HOSTS_FROM_FILES = """sed -i 's/^hosts:.*/hosts: files/' "$1/etc/nsswitch.conf\""""
# A language of ours names the folder of its voice: the package only gives one to "en".
VOICES = 'ln -sfn es_MX_f_Allison "$1/usr/share/asterisk/sounds/es"'
MOUNT_POINTS = 'mkdir -p "$1/state" && touch "$1/etc/hosts" "$1/etc/resolv.conf"'
STAGE = re.compile(r"I: ((?:running|downloading|extracting|installing|cleaning) .*)\.\.\.")
IGNORE_EXPIRY = '--aptopt=Acquire::Check-Valid-Until "false"'


class Refusal(Enum):
    """Why mmdebstrap did not make a root."""

    EXPIRED = r"Release file for \S+ is expired|Valid-Until"
    UNKNOWN_KEY = r"NO_PUBKEY|Missing key|is not signed|signatures couldn't be verified"
    UNREACHABLE = r"Could not resolve|Could not connect|Failed to fetch|Temporary failure"
    NO_SPACE = r"No space left on device"
    NOT_ALLOWED = r"unshare|newuidmap|/etc/subuid|Operation not permitted"
    OTHER = r""


WAYS_OUT = {
    Refusal.EXPIRED: "The archive's copy is out of date, and apt refuses it even so.",
    Refusal.UNKNOWN_KEY: "This system does not know the archive's key. "
    "As root: apt-get install debian-archive-keyring",
    Refusal.UNREACHABLE: "Debian's archive is not reached. Check the network and the proxy.",
    Refusal.NO_SPACE: "The disk is full. About 1 GB is needed; CONMUTA_CACHE names another place.",
    Refusal.NOT_ALLOWED: "A normal user may not make it here. Start once as root.",
    Refusal.OTHER: "",
}


def recipe() -> str:
    """A name for what a root is made of: another list, another root."""
    text = "\n".join(
        ("1", SUITE, *PACKAGES, *LEFT_OUT, *KEPT, HOSTS_FROM_FILES, MOUNT_POINTS, VOICES)
    )
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def root_folder(cache: Path) -> Path:
    """Where the root is, or will be; `CONMUTA_ASTERISK_ROOT` overrides."""
    named = os.environ.get("CONMUTA_ASTERISK_ROOT")
    return Path(named) if named else cache / f"asterisk-root-{recipe()}"


def is_whole(root: Path) -> bool:
    """Whether there is an Asterisk in `root`."""
    return (root / "usr/sbin/asterisk").exists()


def ensure_root(cache: Path, tell: Say = say) -> Path:
    """The root folder, made now if it is not there. Raises MachineError with the way out."""
    root = root_folder(cache)
    if is_whole(root):
        return root
    if os.environ.get("CONMUTA_ASTERISK_ROOT"):
        raise MachineError(f"CONMUTA_ASTERISK_ROOT names {root}, and there is no Asterisk in it.")
    cache.mkdir(parents=True, exist_ok=True)
    with only_one(cache / "asterisk-root.lock", tell):
        if not is_whole(root):
            with step("Making Asterisk's root folder (about 450 MB, once)", tell) as more:
                _build(cache, root, more)
    return root


@contextlib.contextmanager
def only_one(lock: Path, tell: Say) -> Iterator[None]:
    """Hold the file `lock`; a second builder waits and says so."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("• Another start is making Asterisk's root folder; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build(cache: Path, root: Path, tell: Say) -> None:
    work = Path(tempfile.mkdtemp(prefix=".asterisk-root-", dir=cache))
    try:
        made = work / "root"
        if os.geteuid() == 0:
            _make(made, cache / "asterisk-root.log", tell)
        else:
            _make(work / "root.tar", cache / "asterisk-root.log", tell)
            _unpack(work / "root.tar", made)
        made.chmod(0o755)
        made.rename(root)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _unpack(archive: Path, made: Path) -> None:
    """As a normal user's own files: bubblewrap reads them, and the user can remove them."""
    made.mkdir()
    words = ["tar", "-C", str(made), "--no-same-owner", "--exclude=./dev/*", "-xf", str(archive)]
    outcome = subprocess.run(words, capture_output=True, text=True, check=False)
    if outcome.returncode != 0:
        raise MachineError(f"Asterisk's root folder could not be unpacked: {outcome.stderr}")


def _make(made: Path, log: Path, tell: Say) -> None:
    refusal = _mmdebstrap(made, (), log, tell)
    if refusal is Refusal.UNKNOWN_KEY and os.geteuid() == 0:
        tell("This system's keyring does not know Debian's newest key: bringing it up to date")
        subprocess.run(
            ["apt-get", "-qq", "install", "--only-upgrade", "debian-archive-keyring"],
            check=False, capture_output=True,
        )  # fmt: skip
        refusal = _mmdebstrap(made, (), log, tell)
    if refusal is Refusal.EXPIRED:
        tell("The archive that serves this machine is an old copy: its Release file has expired.")
        tell("Its signature is good, so I go on without the check of its date.")
        refusal = _mmdebstrap(made, (IGNORE_EXPIRY,), log, tell)
    if refusal is not None:
        end = "\n".join(log.read_text(errors="replace").splitlines()[-12:])
        raise MachineError(
            f"Asterisk's root folder could not be made. {WAYS_OUT[refusal]}\n{end}\n(all: {log})"
        )


def command(made: Path, more: Sequence[str] = ()) -> list[str]:
    """mmdebstrap's words; no mirror is named: it knows the suite's own."""
    return [
        "mmdebstrap",
        f"--mode={'root' if os.geteuid() == 0 else 'unshare'}",
        "--variant=apt",
        f"--include={','.join(PACKAGES)}",
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT),
        *(f"--dpkgopt=path-include={pattern}" for pattern in KEPT),
        f"--customize-hook={HOSTS_FROM_FILES}",
        f"--customize-hook={MOUNT_POINTS}",
        f"--customize-hook={VOICES}",
        *more,
        SUITE,
        str(made),
    ]


def _mmdebstrap(made: Path, more: Sequence[str], log: Path, tell: Say) -> Refusal | None:
    """Run it, show its stages, keep its output; None when it succeeded."""
    _clear(made)
    with log.open("w") as file:
        process = subprocess.Popen(
            command(made, more), text=True, errors="replace", start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, "LC_ALL": "C.UTF-8", "TMPDIR": "/tmp"},  # noqa: S108 — must be open
        )  # fmt: skip
        try:
            for line in process.stdout or ():
                file.write(line)
                if stage := STAGE.fullmatch(line.strip()):
                    tell(stage[1])
        except BaseException:  # Ctrl-C: mmdebstrap cleans up after itself, then we go
            process.terminate()
            process.wait()
            raise
        code = process.wait()
    return None if code == 0 else why(log.read_text(errors="replace"))


def why(output: str) -> Refusal:
    """What stopped mmdebstrap, told from what it printed."""
    return next(each for each in Refusal if re.search(each.value, output))


def _clear(made: Path) -> None:
    """What an earlier try left; never across a mount, should one have stayed."""
    subprocess.run(["rm", "-rf", "--one-file-system", str(made)], check=True)
