"""What is bound to what, where a floor may not import the one above it."""

from functools import cache
from pathlib import Path

from django.conf import settings

from conmuta.adapters.mail import ports as mail_ports
from conmuta.adapters.mail.transports import transport_of
from conmuta.adapters.speech import Speech, best_speech
from conmuta.adapters.storage import FileSystemStorage, Storage
from conmuta.apps.callflow import ports as callflow_ports
from conmuta.apps.calls import api as calls
from conmuta.apps.calls import ports as calls_ports
from conmuta.apps.fleet import api as fleet
from conmuta.apps.fleet import ports as fleet_ports
from conmuta.apps.ledger import api as ledger
from conmuta.apps.numbering import api as numbering
from conmuta.apps.phones import ports as phones_ports
from conmuta.apps.routing import api as routing
from conmuta.apps.tenancy import ports as tenancy_ports
from conmuta.apps.trunks import ports as trunks_ports
from conmuta.platform import nouns
from conmuta.wiring import exports, leavings, offers, plans, sites


def bind() -> None:
    """Called once, when the apps are loaded."""
    nouns.gate.bind(offers.check)
    tenancy_ports.changed.bind(fleet.touch)
    tenancy_ports.leaving.bind(leavings.leave)
    tenancy_ports.operator_changed.bind(fleet.touch_operator)
    tenancy_ports.operator_leaving.bind(fleet.withdraw_operator)
    tenancy_ports.exporter.bind(exports.export)
    tenancy_ports.storage.bind(store)
    fleet_ports.renderer.bind(plans.render)
    fleet_ports.operator_renderer.bind(routing.operator_plan)
    fleet_ports.batch_handlers.bind({**calls.BATCH_HANDLERS, **ledger.BATCH_HANDLERS})
    fleet_ports.storage.bind(store)
    callflow_ports.storage.bind(store)
    calls_ports.storage.bind(store)
    trunks_ports.unassigned.bind(numbering.unassigned)
    callflow_ports.speech.bind(speech)
    phones_ports.sip_server.bind(sites.sip_server)
    phones_ports.public_url.bind(sites.public_url)
    mail_ports.storage.bind(store)
    mail_ports.transport.bind(lambda: transport_of(settings.CONMUTA.smtp_url))


@cache
def _store(root: Path) -> Storage:
    return FileSystemStorage(root)


def store() -> Storage:
    """The store of the settings in force; made on first use, for it makes its folder."""
    return _store(settings.CONMUTA.storage_dir)


@cache
def _speech(folder: Path) -> Speech:
    return best_speech(folder)


def speech() -> Speech:
    """The best voice that is installed: the state folder's `speech/kokoro`, else espeak-ng."""
    return _speech(settings.CONMUTA.path(Path("speech/kokoro")))
