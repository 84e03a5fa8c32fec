"""Whole companies and operators by the API: told, applied, exported; by whom it may be."""

import hashlib
import json
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from tests.support.api import JSON, YAML, Call, program
from tests.support.sellers import Sellers, sellers
from tests.unit.documents.conftest import voice

from conmuta.adapters.speech import ToneSpeech
from conmuta.apps.extensions import api as extensions
from conmuta.apps.extensions.contracts import Extension, Mailbox, Telephony
from conmuta.apps.fleet import api as fleet
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.trunks import api as trunks
from conmuta.apps.trunks.contracts import CarrierGateway, ClassKind, OutgoingClass
from conmuta.platform import pace
from conmuta.platform.models import AuditEntry
from conmuta.platform.scope import Scope
from conmuta.rest import access

__all__ = ["voice"]

SYSTEM = Scope.system("test:platform")
ACME, NORTH = "/tenants/acme/document", "/operators/north/document"
PIN = "8305"


@pytest.fixture
def sold(db: None) -> Sellers:
    """North, under pbx.north.example.test, has Acme with Ana at 550; and a carrier."""
    made = sellers()
    with SYSTEM.active():
        was = tenancy.operator_by_slug(SYSTEM, "north").facts
        facts = tenancy.OperatorFacts(
            title=was.title,
            country="UY",
            time_zone=was.time_zone,
            language="es",
            domain="pbx.north.example.test",
        )
        tenancy.change_operator(SYSTEM, "north", facts)
    with made.tenant("acme").active() as own:
        trunks.save_classes(own, [OutgoingClass(name="internal", kind=ClassKind.INTERNAL)])
        extensions.save_telephony(own, [Telephony()])
        box = Mailbox(number="550", name="Ana", pin=PIN)
        ana = Extension(number="550", name="Ana", classes=("internal",), mailbox=box)
        extensions.save_extensions(own, [ana])
    with made.north.active() as north:
        carrier = CarrierGateway(name="centro", host="192.0.2.10", caller_id="59829000000")
        trunks.save_operator_gateways(north, [carrier])
    return made


@pytest.fixture
def call(sold: Sellers) -> Call:
    """A program of Acme's that may do everything."""
    return program(sold.tenant("acme"))


@pytest.fixture
def operators(sold: Sellers) -> Call:
    """One of the operator North's."""
    return program(sold.north)


def told(answer: Any) -> list[tuple[str, str, str]]:
    assert answer.status_code == 200, answer.content
    return [(d["section"], d["key"], d["verb"]) for d in answer.json()["differences"]]


def faults(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 422, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    found: list[dict[str, Any]] = answer.json()["errors"]
    return found


def name_of(sold: Sellers, number: str = "550") -> str:
    with sold.tenant("acme").active() as own:
        return extensions.extensions(own)[number].name


# What a company does with its own file


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_what_is_exported_changes_nothing_when_it_is_applied(
    call: Call, sold: Sellers, form: str
) -> None:
    given = call("GET", f"{ACME}?form={form}")
    assert PIN not in given.content.decode()
    with SYSTEM.active():
        fleet.render_stale(SYSTEM)
        before = AuditEntry.objects.within(SYSTEM).count()
    assert told(call("POST", ACME, given.content, given.headers["Content-Type"])) == []
    with SYSTEM.active():
        assert AuditEntry.objects.within(SYSTEM).count() == before
        assert fleet.render_stale(SYSTEM) == 0
    with sold.tenant("acme").active() as own:
        box = extensions.extensions(own)["550"].mailbox
        assert box is not None
        assert box.pin == PIN


def test_a_plan_tells_each_field_and_does_nothing(call: Call, sold: Sellers) -> None:
    text = call("GET", ACME).content.decode().replace("name: Ana", "name: Eva")
    answer = call("POST", f"{ACME}?preview=true", text, YAML)
    assert told(answer) == [("extensions", "550", "changed")]
    (change,) = answer.json()["differences"]
    assert {"path": "name", "before": "Ana", "after": "Eva"} in change["fields"]
    assert name_of(sold) == "Ana"
    assert told(call("POST", ACME, text, YAML)) == [("extensions", "550", "changed")]
    assert name_of(sold) == "Eva"
    assert told(call("POST", ACME, text, YAML)) == []


@pytest.mark.parametrize("preview", ["", "?preview=true"])
def test_a_token_sends_so_many_whole_files_in_a_minute(
    sold: Sellers, monkeypatch: pytest.MonkeyPatch, preview: str
) -> None:
    monkeypatch.setattr(access, "FILES_A_MINUTE", 2)
    monkeypatch.setattr(pace, "time", SimpleNamespace(time=lambda: 1_000_000.0))
    call, other = program(sold.tenant("acme")), program(sold.north)
    text = call("GET", ACME).content
    keyed = {"Idempotency-Key": "a fault is not kept"}
    for _ in range(2):
        assert call("POST", ACME + preview, "wrong", YAML, **keyed).status_code == 422
    answer = call("POST", ACME + preview, text, YAML)
    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "20"
    assert answer.json()["code"] == "too_many_requests"
    assert answer.json()["detail"] == "More than 2 requests in a minute. Try again in 20 seconds."
    assert call("GET", ACME).status_code == 200
    assert other("POST", ACME + preview, text, YAML).status_code == 200
    north = other("GET", NORTH).content
    assert other("POST", NORTH + preview, north, YAML).status_code == 200
    assert other("POST", NORTH + preview, north, YAML).status_code == 429


def test_a_json_body_is_a_file_too(call: Call, sold: Sellers) -> None:
    file = call("GET", f"{ACME}?form=json").json()
    file["extensions"]["551"] = {"name": "Luz", "classes": ["internal"], "secret": "!kept"}
    assert told(call("POST", ACME, file)) == [("extensions", "551", "created")]
    del file["extensions"]["551"]
    assert told(call("POST", ACME, file)) == [("extensions", "551", "left")]
    assert told(call("POST", f"{ACME}?remove=true", file)) == [("extensions", "551", "removed")]


def test_who_may_only_read_is_told_the_plan_and_applies_nothing(sold: Sellers) -> None:
    reader = program(sold.tenant("acme"), "document:read")
    text = reader("GET", ACME).content.decode().replace("name: Ana", "name: Eva")
    assert told(reader("POST", f"{ACME}?preview=true", text, YAML)) != []
    refused = reader("POST", ACME, text, YAML)
    assert (refused.status_code, "document:write" in refused.json()["detail"]) == (403, True)
    assert name_of(sold) == "Ana"
    other = program(sold.tenant("acme"), "extensions:write")
    assert other("POST", f"{ACME}?preview=true", text, YAML).status_code == 403


@pytest.mark.parametrize("guess", [PIN, "1111"])
def test_who_may_only_read_finds_no_pin_by_guessing(sold: Sellers, guess: str) -> None:
    reader = program(sold.tenant("acme"), "document:read")
    file = reader("GET", f"{ACME}?form=json").json()
    file["extensions"]["550"]["mailbox"] = {"pin": guess}
    (fault,) = faults(reader("POST", f"{ACME}?preview=true", file))
    assert fault["pointer"] == "/extensions/550/mailbox/pin"
    assert "document:write" in fault["detail"]


def test_for_who_may_only_read_no_text_is_spoken(
    sold: Sellers, call: Call, voice: ToneSpeech
) -> None:
    file = call("GET", f"{ACME}?form=json").json()
    file["prompts"] = {"greeting": {"text": "Buenos días"}}
    reader = program(sold.tenant("acme"), "document:read")
    (fault,) = faults(reader("POST", f"{ACME}?preview=true", file))
    assert fault["pointer"] == "/prompts/greeting/text"
    assert voice.spoken == []
    assert told(call("POST", ACME, file)) == [("prompts", "greeting", "created")]
    assert told(reader("POST", f"{ACME}?preview=true", file)) == []
    assert len(voice.spoken) == 1


def test_a_pin_is_not_found_by_its_etag(sold: Sellers, call: Call) -> None:
    tag = call("GET", "/tenants/acme/extensions/550").headers["ETag"].strip('"')
    with sold.tenant("acme").active() as own:
        plain = msgspec.json.encode(extensions.extensions(own)["550"])
    assert not hashlib.sha256(plain).hexdigest().startswith(tag)


@pytest.mark.parametrize(
    ("name", "value"),
    [("domain", "gamma.example.test"), ("country", "AR"), ("max_calls", 500), ("title", "Other")],
)
def test_a_company_does_not_change_what_its_operator_sets(
    call: Call, operators: Call, sold: Sellers, name: str, value: object
) -> None:
    file = call("GET", f"{ACME}?form=json").json()
    file["tenant"][name] = value
    for address in (ACME, f"{ACME}?preview=true"):
        (fault,) = faults(call("POST", address, file))
        assert fault["pointer"] == f"/tenant/{name}"
        assert fault["line"] == 1
        assert "is set by the operator: ask there, or write" in fault["detail"]
    with SYSTEM.active():
        assert getattr(tenancy.tenant_by_slug(SYSTEM, "acme").facts, name) != value
    if name != "domain":
        assert told(operators("POST", ACME, file)) == [("tenant", "acme", "changed")]


def test_an_operator_gives_no_name_beyond_its_own_domain(operators: Call) -> None:
    file = operators("GET", f"{ACME}?form=json").json()
    file["tenant"]["domain"] = "acme.elsewhere.example.test"
    assert operators("POST", ACME, file).status_code == 422
    file["tenant"]["domain"] = "acme.pbx.north.example.test"
    assert told(operators("POST", ACME, file)) == [("tenant", "acme", "changed")]


def test_what_is_wrong_is_told_by_its_line(call: Call) -> None:
    text = call("GET", ACME).content.decode().replace("name: Ana", "nombre: Ana")
    line = text.splitlines().index("    nombre: Ana") + 1
    found = faults(call("POST", ACME, text, YAML))
    assert {"pointer": "/extensions/550/nombre", "line": line}.items() <= found[0].items()
    assert f"line {line}: extensions.550.nombre: is not a field here" in found[0]["detail"]
    sent = json.dumps(call("GET", f"{ACME}?form=json").json(), indent=1)
    broken = sent.replace('"extensions": {', '"extensions": ', 1)
    (fault,) = faults(call("POST", ACME, broken))
    assert "is not JSON" in fault["detail"]
    assert fault["line"] > 1


@pytest.mark.parametrize("kind", [YAML, JSON, "text/plain", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("body", ["", "nothing", "[]", "{", "\x00", "conmuta: 2\n", '{"a": 1}'])
def test_what_is_no_file_is_refused(call: Call, kind: str, body: str) -> None:
    assert faults(call("POST", ACME, body, kind))


def test_bytes_that_are_no_text_are_refused(call: Call) -> None:
    assert call("POST", ACME, b"\xff\xfe\x00", YAML).status_code == 422


@pytest.mark.parametrize("address", [ACME, f"{ACME}?preview=true"])
def test_what_is_too_large_is_refused(call: Call, address: str) -> None:
    refused = call("POST", address, "#" * (4 * 1024**2 + 1), YAML)
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
    assert str(4 * 1024**2) in refused.json()["detail"]


def test_a_file_names_no_file_of_the_servers(call: Call) -> None:
    file = call("GET", f"{ACME}?form=json").json()
    file["prompts"] = {"greeting": {"file": "/etc/passwd"}}
    (fault,) = faults(call("POST", ACME, file))
    assert "there is no folder to look for files in" in fault["detail"]


def test_another_companys_file_is_refused_where_its_name_stands(
    sold: Sellers, operators: Call
) -> None:
    text = operators("GET", "/tenants/beta/document").content.decode()
    for whose in (program(sold.tenant("acme")), operators, program(SYSTEM)):
        (fault,) = faults(whose("POST", ACME, text, YAML))
        assert fault["pointer"] == "/tenant/slug"
        assert "Send it there" in fault["detail"]


# What an operator does with its own


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_an_operators_file_changes_nothing_when_it_comes_back(
    operators: Call, sold: Sellers, form: str
) -> None:
    given = operators("GET", f"{NORTH}?form={form}")
    with SYSTEM.active():
        fleet.render_stale(SYSTEM)
        before = AuditEntry.objects.within(SYSTEM).count()
    assert told(operators("POST", NORTH, given.content, given.headers["Content-Type"])) == []
    with SYSTEM.active():
        assert AuditEntry.objects.within(SYSTEM).count() == before
        assert fleet.render_stale(SYSTEM) == 0


def test_an_operators_file_is_told_then_applied(operators: Call, sold: Sellers) -> None:
    file = operators("GET", f"{NORTH}?form=json").json()
    file["gateways"]["sur"] = {"host": "192.0.2.11", "caller_id": "59829000001"}
    file["price_tables"] = {
        "retail": {"currency": "USD", "rates": [{"prefix": "598", "per_minute": 0.0125}]}
    }
    wanted = [("gateways", "sur", "created"), ("price_tables", "retail", "created")]
    assert told(operators("POST", f"{NORTH}?preview=true", file)) == wanted
    with sold.north.active() as north:
        assert set(trunks.operator_gateways(north)) == {"centro"}
    assert told(operators("POST", NORTH, file)) == wanted
    with sold.north.active() as north:
        assert set(trunks.operator_gateways(north)) == {"centro", "sur"}
    assert told(operators("POST", NORTH, file)) == []


def test_an_operator_opens_companies_by_its_file_under_its_own_domain(operators: Call) -> None:
    file = operators("GET", f"{NORTH}?form=json").json()
    own = {**file["tenants"]["acme"], "title": "Delta", "domain": "delta.pbx.north.example.test"}
    file["tenants"]["delta"] = own
    assert told(operators("POST", NORTH, file)) == [("tenants", "delta", "created")]
    file["tenants"]["echo"] = {**own, "title": "Echo", "domain": "echo.example.test"}
    assert operators("POST", NORTH, file).status_code == 422
    assert operators("GET", "/tenants/echo").status_code == 404


def test_an_operator_takes_no_company_of_anothers(operators: Call, sold: Sellers) -> None:
    file = operators("GET", f"{NORTH}?form=json").json()
    stolen = {**file["tenants"]["acme"], "domain": "gamma.pbx.north.example.test"}
    file["tenants"]["gamma"] = stolen
    assert operators("POST", NORTH, file).status_code == 409
    with sold.south.active() as south:
        assert tenancy.tenant_by_slug(south, "gamma").facts.domain == "gamma.example.test"


@pytest.mark.parametrize(
    ("name", "value"), [("domain", "pbx.south.example.test"), ("host", "south.example.test")]
)
def test_an_operator_does_not_change_what_the_platform_sets(
    operators: Call, name: str, value: str
) -> None:
    file = operators("GET", f"{NORTH}?form=json").json()
    file["operator"][name] = value
    (fault,) = faults(operators("POST", NORTH, file))
    assert fault["pointer"] == f"/operator/{name}"
    assert "is set by the platform" in fault["detail"]
    platform = program(SYSTEM)
    assert told(platform("POST", NORTH, file)) == [("operator", "north", "changed")]


def test_an_operators_secrets_are_neither_given_nor_guessed(sold: Sellers) -> None:
    with sold.north.active() as north:
        known = CarrierGateway(name="sur", host="192.0.2.11", secret="s3cret-of-a-carrier")
        trunks.save_operator_gateways(north, [known])
    reader = program(sold.north, "document:read")
    given = reader("GET", f"{NORTH}?form=json")
    assert "s3cret" not in given.content.decode()
    file = given.json()
    file["gateways"]["sur"]["secret"] = "s3cret-of-a-carrier"
    (fault,) = faults(reader("POST", f"{NORTH}?preview=true", file))
    assert fault["pointer"] == "/gateways/sur/secret"
    assert reader("POST", NORTH, given.json()).status_code == 403


def test_a_companys_file_is_no_operators(operators: Call) -> None:
    company = operators("GET", ACME).content.decode()
    assert faults(operators("POST", NORTH, company, YAML))
    own = operators("GET", NORTH).content.decode()
    assert faults(operators("POST", ACME, own, YAML))


@pytest.mark.parametrize("address", [ACME, NORTH, f"{ACME}?preview=true", f"{NORTH}?preview=true"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_to_strangers_there_is_no_such_file(
    sold: Sellers, operators: Call, address: str, method: str
) -> None:
    own = operators("GET", address.partition("?")[0]).content.decode()
    owners = [sold.tenant("beta"), sold.tenant("gamma"), sold.south]
    if address.startswith(NORTH):
        owners.append(sold.tenant("acme"))
    for stranger in owners:
        assert program(stranger)(method, address, own, YAML).status_code == 404


def test_an_operators_file_sent_twice_is_done_once(operators: Call, sold: Sellers) -> None:
    text = operators("GET", NORTH).content.decode().replace("host: 192.0.2.10", "host: 192.0.2.20")
    key = {"Idempotency-Key": "monday"}
    first = operators("POST", NORTH, text, YAML, **key)
    assert told(first) == [("gateways", "centro", "changed")]
    with sold.north.active() as north:
        elsewhere = CarrierGateway(name="centro", host="192.0.2.30", caller_id="59829000000")
        trunks.save_operator_gateways(north, [elsewhere])
    assert operators("POST", NORTH, text, YAML, **key).json() == first.json()
    with sold.north.active() as north:
        assert trunks.operator_gateways(north)["centro"].host == "192.0.2.30"
