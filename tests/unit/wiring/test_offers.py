"""What a company was not sold is refused at every door, and is not on its telephones."""

from collections.abc import Callable, Collection
from dataclasses import replace

import pytest
from tests.golden.plans import everything

from conmuta.apps.callflow import api as callflow
from conmuta.apps.calls import api as calls
from conmuta.apps.extensions import api as extensions
from conmuta.apps.extensions.contracts import ConferenceRoom, Extension, Mailbox
from conmuta.apps.identity import api as identity
from conmuta.apps.queues import api as queues
from conmuta.apps.queues.contracts import Agent, Queue
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy.api import Service
from conmuta.apps.tenancy.errors import LimitReached, ServiceOff
from conmuta.platform.scope import Scope
from conmuta.wiring import offers, plans
from conmuta_compiler import compile_tenant
from conmuta_plan.flows import Flow, FlowStep

ACME = everything()
ANA = Extension(number="550", name="Ana", classes=())


def sell(services: Collection[Service], limits: tenancy.Limits | None = None) -> None:
    with Scope.system("test").active() as system:
        tenancy.set_services(system, "alpha", services)
        tenancy.set_limits(system, "alpha", limits or tenancy.Limits())


def menu(kind: str, **fields: object) -> Flow:
    step = FlowStep(name="only", kind=kind, fields=fields, exits={})
    return Flow(name="main", title="Main", start="only", steps=(step,))


DOORS: list[tuple[Service, Callable[[Scope], object]]] = [
    (Service.QUEUES, lambda s: queues.save_queues(s, [Queue(name="sales", title="Sales")])),
    (
        Service.CONFERENCE,
        lambda s: extensions.save_conferences(s, [ConferenceRoom(number="800", name="Room")]),
    ),
    (
        Service.VOICEMAIL,
        lambda s: extensions.save_extensions(s, [replace(ANA, mailbox=Mailbox())]),
    ),
    (Service.RECORDING, lambda s: extensions.save_extensions(s, [replace(ANA, record=True)])),
    (
        Service.CONTACT_CENTRE,
        lambda s: queues.save_agents(s, [Agent(number="1", name="Ana", extension="550")]),
    ),
    (Service.FAX, lambda s: calls.send_fax(s, "alpha", "24001234", b"%PDF-1.4")),
    (Service.API, lambda s: identity.create_token(s, "crm", ["*"])),
    (Service.FAX, lambda s: callflow.save_flows(s, [menu("fax", emails=["a@b.test"])])),
    (Service.QUEUES, lambda s: callflow.save_flows(s, [menu("queue", queue="sales")])),
    (Service.VOICEMAIL, lambda s: callflow.save_flows(s, [menu("voicemail", mailbox="550")])),
    (Service.CONFERENCE, lambda s: callflow.save_flows(s, [menu("conference", room="800")])),
]


@pytest.mark.parametrize(("service", "door"), DOORS)
def test_what_is_off_is_refused_at_its_door(
    alpha: Scope, service: Service, door: Callable[[Scope], object]
) -> None:
    extensions.save_extensions(alpha, [ANA])
    sell(tenancy.EVERY_SERVICE - {service})
    with pytest.raises(ServiceOff):
        door(alpha)


def test_what_needs_no_service_goes_on(alpha: Scope) -> None:
    sell([])
    extensions.save_extensions(alpha, [ANA])
    assert list(extensions.extensions(alpha)) == ["550"]


def test_no_more_extensions_than_were_sold(alpha: Scope) -> None:
    sell(tenancy.EVERY_SERVICE, tenancy.Limits(extensions=2))
    extensions.save_extensions(alpha, [ANA, replace(ANA, number="551")])
    extensions.save_extensions(alpha, [replace(ANA, name="Ana Díaz")])
    with pytest.raises(LimitReached, match="2 extensions"):
        extensions.save_extensions(alpha, [replace(ANA, number="552")])
    assert set(extensions.extensions(alpha)) == {"550", "551"}


def test_no_more_agents_than_were_sold(alpha: Scope) -> None:
    extensions.save_extensions(alpha, [ANA])
    sell(tenancy.EVERY_SERVICE, tenancy.Limits(agents=1))
    queues.save_agents(alpha, [Agent(number="1", name="Ana", extension="550")])
    with pytest.raises(LimitReached, match="1 agents"):
        queues.save_agents(alpha, [Agent(number="2", name="Eva", extension="550")])


def test_what_is_switched_off_later_is_not_on_the_telephones_and_comes_back(
    alpha: Scope,
) -> None:
    queues.save_queues(alpha, [Queue(name="sales", title="Sales")])
    extensions.save_extensions(alpha, [replace(ANA, mailbox=Mailbox(), record=True)])
    before = plans.render(alpha)
    sell([])
    after = plans.render(alpha)
    assert (after.queues, after.recording, after.mailboxes) == ((), (), ())
    assert [(each.mailbox, each.record) for each in after.extensions] == [(None, None)]
    sell(tenancy.EVERY_SERVICE)
    assert plans.render(alpha) == before


@pytest.mark.parametrize("service", list(Service))
def test_a_plan_without_a_service_is_still_good(service: Service) -> None:
    """Nothing in what is left names what is gone: the compiler takes it."""
    compile_tenant(offers.without(ACME, frozenset({service})))


def test_a_plan_without_any_service_is_still_good() -> None:
    bare = offers.without(ACME, tenancy.EVERY_SERVICE)
    assert compile_tenant(bare)
    kinds = {step.kind for flow in bare.flows for step in flow.steps}
    assert not kinds & offers.STEPS.keys()


def test_nothing_is_taken_from_who_has_everything() -> None:
    assert offers.without(ACME, frozenset()) is ACME


def test_full_storage_records_no_more_and_takes_no_more(
    alpha: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    extensions.save_extensions(alpha, [replace(ANA, record=True)])
    sell(tenancy.EVERY_SERVICE, tenancy.Limits(storage_megabytes=0))
    assert [each.record for each in plans.render(alpha).extensions] == [None]
    with pytest.raises(LimitReached, match="megabytes"):
        offers.require_storage(alpha)
    sell(tenancy.EVERY_SERVICE, tenancy.Limits(storage_megabytes=1))
    assert [each.record for each in plans.render(alpha).extensions] == [True]
