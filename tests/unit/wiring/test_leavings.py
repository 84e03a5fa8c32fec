"""What a removed company leaves in the store goes; what is another's stays."""

import hashlib
import io
import os
import signal
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone
from structlog.testing import capture_logs

from conmuta.adapters.mail.models import Mail, MailState
from conmuta.adapters.storage import FileSystemStorage
from conmuta.apps.callflow import models as callflow
from conmuta.apps.callflow import ports as callflow_ports
from conmuta.apps.callflow.api import keep_again
from conmuta.apps.calls import ports as calls_ports
from conmuta.apps.calls.api import send_fax
from conmuta.apps.calls.models import Quarantined
from conmuta.apps.fleet.models import Node, NodeCommand
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy import ports
from conmuta.apps.tenancy.models import LeftFile
from conmuta.cli import status
from conmuta.platform.scope import Scope
from conmuta.wiring import leavings


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FileSystemStorage]:
    """A store on a disk."""
    kept = FileSystemStorage(tmp_path / "files")
    before = ports.storage.bind(lambda: kept)
    yield kept
    if before is not None:
        ports.storage.bind(before)


def prompt(scope: Scope, name: str, digest: str) -> None:
    with scope.active():
        rows = callflow.Prompt.objects.within(scope)
        rows.create(name=name, text="", language="es", digest=digest)


def music(scope: Scope, digests: list[str]) -> None:
    with scope.active():
        callflow.Music.objects.within(scope).create(name="quiet", digests=digests)


def opened(slug: str, domain: str) -> int:
    facts = tenancy.TenantFacts(
        domain=domain, title=slug, time_zone="UTC", language="en", country="UY"
    )
    with Scope.system("test").active() as system:
        return tenancy.create_tenant(system, slug, facts).pk


def remove(slug: str) -> None:
    with Scope.system("test").active() as system:
        tenancy.remove_tenant(system, slug)


@contextmanager
def bound(store: FileSystemStorage) -> Iterator[None]:
    """Prompts and faxes are kept in this store."""
    seams = callflow_ports.storage, calls_ports.storage
    before = [seam.bind(lambda: store) for seam in seams]
    yield
    for seam, was in zip(seams, before, strict=True):
        if was is not None:
            seam.bind(was)


def spoken_again(scope: Scope) -> str:
    """A company brings audio that another one had."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(1600))
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    with scope.active():
        assert keep_again(content.getvalue(), digest)
    return digest


def faxed_again(scope: Scope) -> str:
    """A company faxes a document that another one sent."""
    pdf = b"%PDF-1.4 << /Type /Page >> %%EOF"
    with scope.active():
        send_fax(scope, "beta", "24001000", pdf)
    return hashlib.sha256(pdf).hexdigest()


def swept(*, later: bool = True) -> int:
    """How many files the worker deletes, an hour and more later."""
    with Scope.system("test").active() as system:
        if later:
            LeftFile.objects.update(left_at=timezone.now() - timedelta(hours=2))
        return leavings.delete_left(system)


def test_its_own_files_go_and_shared_ones_stay(
    two_tenants: tuple[Scope, Scope], store: FileSystemStorage
) -> None:
    alpha, beta = two_tenants
    own, shared, betas = map(store.save_bytes, (b"alpha's", b"both's", b"beta's"))
    prompt(alpha, "welcome", own)
    music(alpha, [shared])
    prompt(beta, "welcome", shared)
    prompt(beta, "bye", betas)
    remove("alpha")
    assert swept(later=False) == 0
    assert store.exists(own)
    assert swept() == 1
    assert [store.exists(each) for each in (own, shared, betas)] == [False, True, True]
    assert LeftFile.objects.count() == 0
    assert swept() == 0


def test_what_somebody_says_again_meanwhile_stays(
    two_tenants: tuple[Scope, Scope], store: FileSystemStorage
) -> None:
    alpha, beta = two_tenants
    digest = store.save_bytes(b"good morning")
    callflow.SpokenText.objects.create(key="0" * 64, digest=digest)
    prompt(alpha, "welcome", digest)
    remove("alpha")
    assert not callflow.SpokenText.objects.filter(digest=digest).exists()
    prompt(beta, "welcome", store.save_bytes(b"good morning"))
    assert swept() == 0
    assert store.exists(digest)


def test_a_file_that_a_node_brings_again_stays(
    two_tenants: tuple[Scope, Scope], store: FileSystemStorage
) -> None:
    digest = store.save_bytes(b"a recording")
    prompt(two_tenants[0], "welcome", digest)
    remove("alpha")
    tenancy.keep_file(digest)
    assert swept() == 0
    assert store.exists(digest)


def test_mails_of_the_company_go_but_those_on_their_way(
    two_tenants: tuple[Scope, Scope], store: FileSystemStorage
) -> None:
    alpha, beta = (scope.tenant_id for scope in two_tenants)
    digests = [store.save_bytes(name) for name in (b"sent", b"waiting", b"beta's", b"ours")]
    states = [MailState.SENT, MailState.WAITING, MailState.SENT, MailState.KEPT]
    for digest, state, owner in zip(digests, states, (alpha, alpha, beta, None), strict=True):
        with Scope.system("test").active():
            Mail.guarded.create(
                tenant_id=owner, key=digest, sender="", recipients=[], sha256=digest, state=state
            )
    remove("alpha")
    swept()
    assert swept() in {0, 1}
    assert [store.exists(each) for each in digests] == [False, True, True, True]


def test_what_came_when_the_company_had_gone_goes_too(
    two_tenants: tuple[Scope, Scope], store: FileSystemStorage
) -> None:
    late, strangers = store.save_bytes(b"late"), store.save_bytes(b"a stranger's")
    remove("alpha")
    with Scope.system("test").active():
        for line, (slug, digest) in enumerate((("alpha", late), ("nobody", strangers))):
            Quarantined.objects.create(
                node=1,
                stream="recording",
                batch=1,
                line=line,
                reason=Quarantined.UNKNOWN_TENANT,
                detail=slug,
                content=f'{{"tenant": "{slug}", "sha256": "{digest}"}}',
            )
    swept()
    swept()
    assert not store.exists(late)
    assert store.exists(strangers)
    with Scope.system("test").active():
        assert [row.detail for row in Quarantined.objects.all()] == ["nobody"]


def test_a_fax_that_another_company_sends_too_stays(
    two_tenants: tuple[Scope, Scope], store: FileSystemStorage
) -> None:
    flyer, letter = store.save_bytes(b"%PDF flyer"), store.save_bytes(b"%PDF letter")
    node = Node.objects.create(name="here", token_sha256="0" * 64)
    for slug, digest in (("alpha", flyer), ("alpha", letter), ("beta", flyer)):
        body = f'{{"number":"24001000","document":"{digest}"}}'
        NodeCommand.objects.create(node=node, kind="send_fax", tenant_slug=slug, body=body)
    remove("alpha")
    swept()
    assert store.exists(flyer)
    assert not store.exists(letter)


class SweptAtOnce(FileSystemStorage):
    """The worker comes by the moment that a file is saved."""

    def save_bytes(self, content: bytes, expected: str | None = None) -> str:
        digest = super().save_bytes(content, expected)
        swept()
        return digest


@pytest.mark.parametrize("brings", [spoken_again, faxed_again])
def test_who_brings_a_file_while_it_is_deleted_has_it(
    two_tenants: tuple[Scope, Scope],
    store: FileSystemStorage,
    tmp_path: Path,
    brings: Callable[[Scope], str],
) -> None:
    alpha, beta = two_tenants
    with bound(store):
        prompt(alpha, "welcome", brings(beta))
    remove("alpha")
    with bound(SweptAtOnce(tmp_path / "files")):
        digest = brings(beta)
    assert store.exists(digest)


class Damaged(FileSystemStorage):
    """A store that cannot delete one file."""

    def __init__(self, root: Path, stuck: str) -> None:
        super().__init__(root)
        self.stuck = stuck

    def delete(self, digest: str) -> bool:
        if digest == self.stuck:
            raise PermissionError(13, "Permission denied", digest)
        return super().delete(digest)


def test_one_file_that_cannot_be_deleted_holds_up_no_other_and_is_told_and_tried_again(
    two_tenants: tuple[Scope, Scope],
    store: FileSystemStorage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("conmuta.apps.tenancy.files.AT_ONCE", 3)
    digests = sorted(store.save_bytes(f"alpha's {n}".encode()) for n in range(8))
    stuck = digests[0]
    for number, digest in enumerate(digests):
        prompt(two_tenants[0], f"p{number}", digest)
    remove("alpha")
    ports.storage.bind(lambda: Damaged(tmp_path / "files", stuck))
    with capture_logs() as told:
        assert swept() == 7
    assert [each["sha256"] for each in told if each["log_level"] == "warning"] == [stuck]
    assert [store.exists(each) for each in digests] == [True, *[False] * 7]
    ((digest, why),) = tenancy.stuck_files()
    assert digest == stuck
    assert "Permission denied" in why
    assert status.known().stuck_files == [(digest, why)]
    assert swept(later=False) == 0
    assert store.exists(stuck)
    ports.storage.bind(lambda: store)
    assert swept() == 1
    assert not store.exists(stuck)
    assert tenancy.stuck_files() == []


def test_what_could_not_be_deleted_and_is_used_again_stays(
    two_tenants: tuple[Scope, Scope], store: FileSystemStorage, tmp_path: Path
) -> None:
    digest = store.save_bytes(b"good morning")
    prompt(two_tenants[0], "welcome", digest)
    remove("alpha")
    ports.storage.bind(lambda: Damaged(tmp_path / "files", digest))
    assert swept() == 0
    prompt(two_tenants[1], "welcome", digest)
    ports.storage.bind(lambda: store)
    assert swept() == 0
    assert store.exists(digest)
    assert tenancy.stuck_files() == []


def test_a_file_left_once_more_waits_its_hour_from_then(
    two_tenants: tuple[Scope, Scope], store: FileSystemStorage
) -> None:
    shared = store.save_bytes(b"both's")
    for scope in two_tenants:
        prompt(scope, "welcome", shared)
    remove("alpha")
    LeftFile.objects.update(left_at=timezone.now() - timedelta(hours=2))
    remove("beta")
    assert swept(later=False) == 0
    assert store.exists(shared)
    assert swept() == 1


def test_a_company_left_the_same_file_many_times(
    two_tenants: tuple[Scope, Scope], store: FileSystemStorage
) -> None:
    digest = store.save_bytes(b"silence")
    music(two_tenants[0], [digest, digest])
    prompt(two_tenants[0], "silence", digest)
    tenancy.leave_files([digest, digest, digest])
    remove("alpha")
    assert swept() == 1


def test_a_company_opened_while_others_mails_are_forgotten_keeps_its_own(
    two_tenants: tuple[Scope, Scope], store: FileSystemStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tenancy.slugs
    welcome = store.save_bytes(b"welcome")

    def seen_a_moment_before_it_was_opened(scope: Scope) -> dict[str, int]:
        seen = here(scope)
        gamma = opened("gamma", "c.example.test")
        Mail.guarded.create(
            tenant_id=gamma, key="g", sender="", recipients=[], sha256=welcome, state="sent"
        )
        monkeypatch.setattr(leavings.tenancy, "slugs", here)
        return seen

    remove("alpha")
    monkeypatch.setattr(leavings.tenancy, "slugs", seen_a_moment_before_it_was_opened)
    swept()
    swept()
    assert store.exists(welcome)
    with Scope.system("test").active():
        assert [mail.key for mail in Mail.guarded.all()] == ["g"]


class Killed(FileSystemStorage):
    """The process that deletes its third file is killed."""

    deleted = 0

    def delete(self, digest: str) -> bool:
        gone = super().delete(digest)
        self.deleted += 1
        if self.deleted == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return gone


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_ends_it_the_next_time(
    store: FileSystemStorage, tmp_path: Path
) -> None:
    digests = [store.save_bytes(f"alpha's {n}".encode()) for n in range(8)]
    betas = store.save_bytes(b"beta's")
    alpha, beta = opened("alpha", "a.example.test"), opened("beta", "b.example.test")
    for number, digest in enumerate(digests):
        prompt(Scope.for_tenant(alpha, "test"), f"p{number}", digest)
    prompt(Scope.for_tenant(beta, "test"), "welcome", betas)
    remove("alpha")
    connections.close_all()  # a socket is one process's
    child = os.fork()
    if child == 0:
        ports.storage.bind(lambda: Killed(tmp_path / "files"))
        swept()
        os._exit(0)
    _, ended = os.waitpid(child, 0)
    assert os.WTERMSIG(ended) == signal.SIGKILL
    assert sum(map(store.exists, digests)) == 5
    swept()
    assert not any(map(store.exists, digests))
    assert store.exists(betas)
    assert LeftFile.objects.count() == 0
    remove("beta")
