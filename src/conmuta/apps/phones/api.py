"""The door of phones."""

from conmuta.apps.phones.actions import make_one_time, remove_phones, save_phones
from conmuta.apps.phones.contracts import OneTime, Phone, PhoneState, SetupLink, SipServer
from conmuta.apps.phones.provisioning import fetch
from conmuta.apps.phones.queries import PHONES, phones, states
from conmuta.apps.phones.rules import phone_faults
from conmuta.apps.phones.softphones import make_link, open_link, softphone
from conmuta.apps.phones.vendors import VENDORS

__all__ = [
    "PHONES",
    "VENDORS",
    "OneTime",
    "Phone",
    "PhoneState",
    "SetupLink",
    "SipServer",
    "fetch",
    "make_link",
    "make_one_time",
    "open_link",
    "phone_faults",
    "phones",
    "remove_phones",
    "save_phones",
    "softphone",
    "states",
]
