"""Presets give gateways that are right as they come, with guidance in both languages."""

import pytest

from conmuta.apps.trunks import api as trunks
from conmuta.apps.trunks.contracts import CarrierGateway, Transport
from conmuta.apps.trunks.presets import PRESETS, GatewayPreset
from conmuta.platform.countries import COUNTRIES
from conmuta_compiler.operator.gateways import Outgoing

GIVEN = {"name": "one", "host": "sip.carrier.example.test", "username": "u", "secret": "s"}


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("country", ["UY", "AR", "US", "DE"])
def test_a_preset_filled_in_is_right(preset: str, country: str) -> None:
    made = trunks.preset_gateway(preset, country, **GIVEN)
    assert list(trunks.operator_gateway_faults(made)) == []


def test_every_countrys_number_format_is_right() -> None:
    for country in COUNTRIES:
        made = trunks.preset_gateway("gsm", country, **GIVEN)
        assert list(trunks.operator_gateway_faults(made)) == []


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda each: each.name)
def test_every_preset_speaks_of_fields_that_there_are_in_two_languages(
    preset: GatewayPreset,
) -> None:
    known = set(CarrierGateway.__dataclass_fields__)
    assert {*preset.fields, *preset.values, *preset.guidance} <= known
    for each in (preset.title, *preset.guidance.values(), *preset.checklist):
        assert each.text("es") != each.text("en") or each.text("en").isupper()


def test_an_e1_is_set_up_as_annex_c_says() -> None:
    told = " ".join(each.text("es") for each in PRESETS["e1"].checklist)
    for said in ("EuroISDN", "CCS", "HDB3", "sin CRC4", "reloj lo da el extremo remoto", "cruzado"):
        assert said in told
    assert trunks.preset_gateway("e1", "UY", name="e1", host="192.0.2.1").max_calls == 30


def test_a_gateway_over_tls_checks_the_certificate_and_encrypts_the_voice() -> None:
    made = trunks.preset_gateway("carrier-tls", "UY", **GIVEN)
    assert (made.transport, made.verify_certificate) == (Transport.TLS, True)
    assert made.media_encryption == "required"


def test_a_gsm_gateway_dials_as_a_mobile_of_the_country() -> None:
    told = Outgoing(trunks.preset_gateway("gsm", "UY", **GIVEN))
    assert told.number("59894123456") == "094123456"
    assert told.number("5491123456789") == "005491123456789"
    assert told.number("999598911") == "911"
