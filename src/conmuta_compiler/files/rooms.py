"""res_parking.conf, confbridge.conf, features.conf: where calls meet."""

from conmuta_compiler import names
from conmuta_compiler.text import Section, file, settings, tenants_include
from conmuta_plan import TenantPlan
from conmuta_plan.people import Parking


def tenant_parking(plan: TenantPlan, parking: Parking) -> str:
    lot = names.context(plan.tenant, "parking")
    lines = settings(
        parkext=parking.number,
        parkext_exclusive=True,
        parkpos=f"{parking.first}-{parking.last}",
        context=lot,
        parkinghints=True,
        parkingtime=parking.seconds,
        comebacktoorigin=False,
        comebackcontext=names.context(plan.tenant, "parking-return"),
        parkedmusicclass=names.music(plan, None),
        findslot="first",
        courtesytone="beep",
        parkedplay="caller",
    )
    section = Section(name=lot, note=f"Calls are parked by {parking.number}", lines=lines)
    return file(f"Parking of {plan.title} ({plan.tenant})", [section])


def parking() -> str:
    general = settings(parkeddynamic=False)
    nobodys = settings(
        parkext=None, parkpos="1-1", context="c-nobodys-parking", parkingtime=1, findslot="first"
    )
    return file(
        "Parking",
        [
            Section(name="general", lines=general),
            Section(name="default", note="Asterisk wants one; it leads nowhere", lines=nobodys),
            tenants_include("res_parking.conf"),
        ],
    )


def confbridge() -> str:
    user = settings(
        type="user",
        announce_only_user=True,
        announce_user_count=False,
        music_on_hold_when_empty=True,
        dsp_drop_silence=True,
        hear_own_join_sound=True,
    )
    bridge = settings(type="bridge", internal_sample_rate="auto", mixing_interval=20)
    return file(
        "Conference rooms: what a room has of its own, the dialplan says",
        [
            Section(name="general"),
            Section(name="default_user", lines=user),
            Section(name="default_bridge", lines=bridge),
        ],
    )


def features() -> str:
    general = settings(
        pickupexten=None,
        transferdigittimeout=4,
        atxfernoanswertimeout=25,
        atxferdropcall=False,
        atxferloopdelay=10,
        atxfercallbackretries=1,
        featuredigittimeout=800,
        pickupsound="beep",
        pickupfailsound="beeperr",
    )
    keys = settings(blindxfer="##", atxfer="*2")
    return file(
        "Keys during a call",
        [Section(name="general", lines=general), Section(name="featuremap", lines=keys)],
    )
