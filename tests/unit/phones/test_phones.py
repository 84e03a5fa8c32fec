"""Desk phones that fetch their settings, and links for softphones."""

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from conmuta.apps.extensions import api as extensions
from conmuta.apps.extensions.contracts import Extension
from conmuta.apps.phones import api as phones
from conmuta.apps.phones import rules, softphones
from conmuta.apps.phones.contracts import OneTime, Phone
from conmuta.apps.phones.errors import MacTaken
from conmuta.apps.trunks import api as trunks
from conmuta.apps.trunks.contracts import ClassKind, OutgoingClass
from conmuta.platform.models import AuditEntry
from conmuta.platform.nouns import NotValid, StillUsed, UnknownName
from conmuta.platform.scope import Scope

MAC = "001565aabbcc"
DESK = Phone(mac="00:15:65:AA:BB:CC", vendor="yealink", label="Reception", lines=("550", "551"))


def company(scope: Scope) -> None:
    trunks.save_classes(scope, [OutgoingClass(name="internal", kind=ClassKind.INTERNAL)])
    people = [
        Extension(number="550", name="Ana & <Co>", classes=("internal",)),
        Extension(number="551", name="Luis", classes=("internal",)),
    ]
    extensions.save_extensions(scope, people)


@pytest.fixture
def alpha(two_tenants: tuple[Scope, Scope]) -> Iterator[Scope]:
    """Alpha with two extensions and a phone."""
    with two_tenants[0].active() as scope:
        company(scope)
        phones.save_phones(scope, [DESK])
        yield scope


def fetch(
    client: Client, user: str, password: str, file_name: str = f"{MAC}.cfg"
) -> tuple[int, str]:
    word = base64.b64encode(f"{user}:{password}".encode()).decode()
    answer = client.get(
        f"/provision/{file_name}", headers={"Authorization": f"Basic {word}"}, secure=True
    )
    return answer.status_code, answer.content.decode()


def invited(scope: Scope) -> OneTime:
    return phones.make_one_time(scope, DESK.mac, timezone.now())


def brought(text: str) -> str:
    found = re.search(r"static.auto_provision.server.password = (\S+)", text)
    assert found is not None
    return found[1]


def test_a_new_phone_fetches_its_lines_with_the_one_time_password(
    alpha: Scope, client: Client
) -> None:
    once = invited(alpha)
    assert once.url.endswith(f"/provision/{MAC}.cfg")
    status, text = fetch(client, once.user, once.password)
    ana, luis = (extensions.extensions(alpha)[number] for number in ("550", "551"))
    assert status == 200
    assert f"account.1.password = {ana.secret}\n" in text
    assert f"account.2.user_name = {luis.account}\n" in text
    assert "account.1.sip_server.1.address = alpha.example.test\n" in text
    assert "lang.gui = Spanish\n" in text


def test_the_one_time_password_ends_with_the_one_that_it_brought(
    alpha: Scope, client: Client
) -> None:
    once = invited(alpha)
    _, first = fetch(client, once.user, once.password)
    _, again = fetch(client, once.user, once.password)
    own = brought(first)
    assert brought(again) == own  # a phone that lost the answer is not lost
    assert fetch(client, once.user, own)[0] == 200
    assert fetch(client, once.user, once.password)[0] == 401
    assert fetch(client, once.user, own)[0] == 200
    state = phones.states(alpha)[MAC]
    assert state.is_its_own
    assert state.address == "127.0.0.1"


def test_a_one_time_password_is_over_after_its_time(alpha: Scope, client: Client) -> None:
    late = phones.make_one_time(alpha, MAC, timezone.now() - rules.ONE_TIME - timedelta(minutes=1))
    assert fetch(client, late.user, late.password)[0] == 401


def test_an_old_password_of_its_own_is_changed_and_serves_until_then(
    alpha: Scope, client: Client
) -> None:
    once = invited(alpha)
    own = brought(fetch(client, once.user, once.password)[1])
    fetch(client, once.user, own)
    from conmuta.apps.phones.models import PhoneKey

    long_ago = timezone.now() - rules.ROTATION - timedelta(days=1)
    PhoneKey.objects.within(alpha).update(changed_at=long_ago)
    new = brought(fetch(client, once.user, own)[1])
    assert new != own
    assert fetch(client, once.user, own)[0] == 200
    assert fetch(client, once.user, new)[0] == 200
    assert fetch(client, once.user, own)[0] == 401


@pytest.mark.parametrize(
    ("user", "password", "file_name"),
    [
        (MAC, "wrong", f"{MAC}.cfg"),
        ("001565000000", "wrong", "001565000000.cfg"),
        (MAC, "RIGHT", "001565000000.cfg"),
        (MAC, "RIGHT", f"spa{MAC}.xml"),
        (MAC, "RIGHT", "y000000000000.cfg"),
        ("", "", f"{MAC}.cfg"),
    ],
)
def test_who_is_not_the_phone_hears_the_same_whatever_is_wrong(
    alpha: Scope, client: Client, user: str, password: str, file_name: str
) -> None:
    once = invited(alpha)
    given = once.password if password == "RIGHT" else password
    assert fetch(client, user, given, file_name) == (
        401,
        "User and password are not this phone's.",
    )


def test_settings_leave_by_https_alone(alpha: Scope, client: Client) -> None:
    invited(alpha)
    answer = client.get(f"/provision/{MAC}.cfg", REMOTE_ADDR="192.0.2.7")
    assert answer.status_code == 403
    assert "https" in answer.content.decode()


def test_passwords_are_not_guessed(alpha: Scope, client: Client) -> None:
    once = invited(alpha)
    for _ in range(20):
        fetch(client, once.user, "wrong")
    status, _ = fetch(client, once.user, once.password)
    assert status == 429


@pytest.mark.parametrize("vendor", sorted(phones.VENDORS))
def test_every_maker_gets_its_file(alpha: Scope, client: Client, vendor: str) -> None:
    phones.save_phones(alpha, [Phone(mac=MAC, vendor=vendor, label="Desk", lines=("550", "551"))])
    once = invited(alpha)
    name = phones.VENDORS[vendor].file_name(MAC)
    status, text = fetch(client, once.user, once.password, name)
    secrets = [each.secret for each in extensions.extensions(alpha).values()]
    assert status == 200
    assert all(secret in text for secret in secrets)
    assert "alpha.example.test" in text
    assert "*97" in text
    if name.endswith(".xml"):
        ElementTree.fromstring(text)  # noqa: S314 — our own
    else:
        assert "\n550" not in text


def test_a_name_cannot_add_a_line_to_the_settings(alpha: Scope, client: Client) -> None:
    ana = extensions.extensions(alpha)["550"]
    settings = phones.VENDORS["yealink"].render
    from conmuta.apps.phones.contracts import Line, Settings
    from conmuta_plan.outside import Transport

    evil = Line(number="550", label="x\naccount.9.enable = 1", account="550", secret=ana.secret)
    text = settings(
        Settings(
            mac=MAC,
            lines=(evil,),
            domain="d",
            host="h",
            port=5060,
            transport=Transport.UDP,
            language="es",
            time_zone="UTC",
            voicemail="*97",
            url="https://h/",
            user=MAC,
            password="p",
        )
    )
    assert not [line for line in text.splitlines() if line.startswith("account.9")]


def test_a_mac_is_one_companys(two_tenants: tuple[Scope, Scope]) -> None:
    for scope in two_tenants:
        with scope.active():
            company(scope)
    with two_tenants[0].active() as alpha:
        phones.save_phones(alpha, [DESK])
    with two_tenants[1].active() as beta:
        with pytest.raises(MacTaken):
            phones.save_phones(beta, [DESK])
        assert phones.phones(beta) == {}
        assert phones.states(beta) == {}


def test_a_line_is_an_extension_of_the_company_and_is_not_removed_under_the_phone(
    alpha: Scope,
) -> None:
    with pytest.raises(UnknownName):
        phones.save_phones(
            alpha, [Phone(mac="00156500000a", vendor="snom", label="x", lines=("9",))]
        )
    with pytest.raises(StillUsed):
        extensions.remove_extensions(alpha, ["550"])


@pytest.mark.parametrize("mac", ["0015", "zz1565aabbcc", ""])
def test_a_wrong_mac_is_refused_with_a_way_out(alpha: Scope, mac: str) -> None:
    with pytest.raises(NotValid, match="12 hexadecimal digits"):
        phones.save_phones(alpha, [Phone(mac=mac, vendor="snom", label="x")])


def test_a_link_shows_a_softphones_settings_for_a_day(alpha: Scope, client: Client) -> None:
    link = phones.make_link(alpha, "550", timezone.now())
    path = link.url.partition("//")[2].partition("/")[2]
    secret = extensions.extensions(alpha)["550"].secret
    page = client.get(f"/{path}").content.decode()
    assert secret in page
    assert "<svg" in page
    assert secret in client.get(f"/{path}linphone.xml").content.decode()
    assert f"password={secret}\r\n" in client.get(f"/{path}MicroSIP.ini").content.decode()
    newer = phones.make_link(alpha, "550", timezone.now() - timedelta(days=2))
    assert client.get(f"/{path}").status_code == 404  # a newer link ends it
    assert client.get("/" + newer.url.split("/", 3)[3]).status_code == 404  # its day is over


def test_linphone_reads_well_formed_settings(alpha: Scope) -> None:
    phone = phones.softphone(alpha, "550")
    read = ElementTree.fromstring(softphones.linphone(phone))  # noqa: S314 — our own
    assert "Ana & <Co>" in "".join(read.itertext())


def test_no_secret_of_a_phone_is_in_the_audit(alpha: Scope, client: Client) -> None:
    once = invited(alpha)
    own = brought(fetch(client, once.user, once.password)[1])
    said = " ".join(str(row) + str(row.after) for row in AuditEntry.objects.within(alpha))
    assert once.password not in said
    assert own not in said
