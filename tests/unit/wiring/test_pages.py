"""The pages, as a person of a company sees them."""

import hashlib
from email.message import EmailMessage

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from conmuta.adapters.mail import actions as mail
from conmuta.apps.fleet import api as fleet
from conmuta.apps.identity import api as identity
from conmuta.apps.identity.models import User
from conmuta.platform import outbox
from conmuta.platform.models import AuditEntry
from conmuta.platform.scope import Scope
from conmuta.platform.web.problems import ProblemMiddleware, failed
from conmuta.wiring.events import SUBSCRIPTIONS
from conmuta_plan.node import NodeSettings


def person(scope: Scope, *permissions: identity.Permission) -> Client:
    with scope.active():
        profile = identity.Profile(name="Profile", permissions=frozenset(permissions))
        identity.put_profile(scope, profile)
        eva = identity.Person(
            username="eva", email="eva@example.test", name="Eva", profile="Profile"
        )
        identity.put_person(scope, eva)
    User.objects.update(must_change_password=False)
    return signed_in(User.objects.get(email="eva@example.test"))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(scope: Scope) -> int:
    message = EmailMessage()
    message["To"], message["Subject"] = "eva@example.test", "<b>Voicemail</b> of 099"
    message.set_content("0:42 <script>alert(1)</script>")
    message.add_attachment(b"RIFF", maintype="text", subtype="html", filename="msg.html")
    with scope.active():
        posted = mail.post(scope, message, f"vm-{hashlib.sha256(b'x').hexdigest()[:8]}")
    outbox.deliver_due(SUBSCRIPTIONS)
    return posted


def test_kept_mail_is_read_on_its_page_and_is_only_text(two_tenants: tuple[Scope, Scope]) -> None:
    alpha = two_tenants[0]
    may = (identity.Permission.MAIL, identity.Permission.DOWNLOAD_AUDIO)
    eva, posted = person(alpha, *may), post(alpha)
    listed = eva.get("/t/alpha/mail/").content.decode()
    assert "&lt;b&gt;Voicemail&lt;/b&gt; of 099" in listed
    opened = eva.get(f"/t/alpha/mail/{posted}/").content.decode()
    assert "0:42 &lt;script&gt;" in opened
    attached = eva.get(f"/t/alpha/mail/{posted}/0")
    assert attached.content == b"RIFF"
    assert attached.headers["Content-Disposition"] == 'attachment; filename="msg.html"'
    assert attached.headers["Content-Type"] == "application/octet-stream"


def test_a_voicemail_that_is_taken_away_is_on_record(two_tenants: tuple[Scope, Scope]) -> None:
    alpha = two_tenants[0]
    may = (identity.Permission.MAIL, identity.Permission.DOWNLOAD_AUDIO)
    eva, posted = person(alpha, *may), post(alpha)
    eva.get(f"/t/alpha/mail/{posted}/0")
    with alpha.active():
        row = AuditEntry.objects.within(alpha).get(verb="downloaded")
    assert row.subject == f"mail.attachment:{posted}/0"
    assert row.actor == f"person:{User.objects.get().pk}"


def test_who_reads_mail_does_not_hear_everybodys_voicemail(
    two_tenants: tuple[Scope, Scope],
) -> None:
    alpha = two_tenants[0]
    eva, posted = person(alpha, identity.Permission.MAIL), post(alpha)
    opened = eva.get(f"/t/alpha/mail/{posted}/").content.decode()
    assert "msg.html" in opened
    assert f"/t/alpha/mail/{posted}/0" not in opened
    assert eva.get(f"/t/alpha/mail/{posted}/0").status_code == 403


def test_a_mail_that_is_not_there_is_said_so(two_tenants: tuple[Scope, Scope]) -> None:
    alpha, beta = two_tenants
    may = (identity.Permission.MAIL, identity.Permission.DOWNLOAD_AUDIO)
    eva, posted = person(alpha, *may), post(beta)
    assert eva.get(f"/t/alpha/mail/{posted}/").status_code == 404
    assert eva.get(f"/t/alpha/mail/{post(alpha)}/7").status_code == 404


def test_a_company_sees_its_own_state_and_no_figures_of_the_machine(
    two_tenants: tuple[Scope, Scope],
) -> None:
    with Scope.system("test").active() as system:
        fleet.create_node(system, "central", NodeSettings())
    page = person(two_tenants[0]).get("/t/alpha/status/").content.decode()
    assert "Alpha" in page
    assert "Beta" not in page
    assert "Disk free" not in page


@pytest.fixture
def root(two_tenants: tuple[Scope, Scope]) -> Client:
    with Scope.system("test").active() as system:
        identity.put_platform_administrator(system, "root@example.test", "Root")
    User.objects.update(must_change_password=False)
    return signed_in(User.objects.get())


def test_the_platform_sees_every_company(root: Client) -> None:
    with Scope.system("test").active() as system:
        fleet.create_node(system, "central", NodeSettings())
    assert root.get("/", follow=True).redirect_chain == [("/status/", 302)]
    page = root.get("/status/").content.decode()
    assert "Alpha" in page
    assert "Beta" in page


def test_the_platforms_own_mail_is_not_a_companys(
    root: Client, two_tenants: tuple[Scope, Scope], monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = "conmuta.adapters.mail.django_backend.Backend"  # Django's tests have their own
    monkeypatch.setattr("django.conf.settings.EMAIL_BACKEND", backend)
    Client().post("/accounts/password/reset/", {"email": "root@example.test"})
    outbox.deliver_due(SUBSCRIPTIONS)
    assert "root@example.test" in root.get("/mail/").content.decode()
    assert "root@example.test" not in root.get("/t/alpha/mail/").content.decode().split("<main")[1]


def test_a_failure_is_a_page_even_with_the_database_away(rf: RequestFactory) -> None:
    page = failed(rf.get("/status/"))
    assert page.status_code == 500
    assert "Something went wrong" in page.content.decode()


def test_a_failure_is_json_for_a_node(rf: RequestFactory) -> None:
    answer = failed(rf.get("/node/v1/manifest"))
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_with_the_database_away_a_node_is_asked_to_come_again(rf: RequestFactory) -> None:
    middleware = ProblemMiddleware(lambda request: HttpResponse())
    node = middleware.process_exception(rf.get("/node/v1/manifest"), OperationalError("gone"))
    page = middleware.process_exception(rf.get("/status/"), OperationalError("gone"))
    assert node is not None
    assert page is not None
    assert (node.status_code, page.status_code) == (503, 503)
    assert "Nothing that was saved is lost" in page.content.decode()


def test_who_belongs_nowhere_is_told_whom_to_ask(db: None) -> None:
    user = User.objects.create_user("nobody@example.test", name="Nobody")
    assert "You belong to no company yet" in signed_in(user).get("/").content.decode()
