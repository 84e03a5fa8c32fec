"""Countries of addresses: by the lists that the product carries, or by an operator's file."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from conmuta.adapters.countries import country_name, country_of

URUGUAY, URUGUAY_V6, GERMANY = "200.40.30.245", "2800:a4::1", "5.9.1.1"


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Path:
    """What an operator named in the settings; not there yet."""
    named = tmp_path / "countries.mmdb"
    settings.CONMUTA = replace(settings.CONMUTA, country_database=named)
    return named


@pytest.mark.parametrize(
    ("address", "country"),
    [
        (URUGUAY, "UY"),
        (URUGUAY_V6, "UY"),
        (GERMANY, "DE"),
        ("8.8.8.8", "US"),
        (f"::ffff:{URUGUAY}", "UY"),
    ],
)
def test_addresses_of_the_world_have_a_country(address: str, country: str) -> None:
    assert country_of(address) == country


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "192.168.1.7",
        "127.0.0.1",
        "100.64.0.1",
        "fd00::1",
        "fe80::1",
        "::1",
        "unix:",
        "",
    ],
)
def test_private_addresses_and_what_is_none_have_no_country(address: str) -> None:
    assert country_of(address) is None


def test_a_country_is_named_in_the_readers_language() -> None:
    assert country_name("DE", "es") == "Alemania"
    assert country_name("DE", "en") == "Germany"
    assert country_name("DE", "tlh") == "Germany"
    assert country_name("QQ", "es") == "QQ"


def test_an_operators_own_file_goes_before_and_the_lists_know_the_rest(file: Path) -> None:
    written(file, {GERMANY: {"country": {"iso_code": "FI"}}})
    assert country_of(GERMANY) == "FI"
    assert country_of(URUGUAY) == "UY"
    assert country_of(URUGUAY_V6) == "UY"


@pytest.mark.parametrize("record", [{"country_code": "FI"}, {"country": "FI"}])
def test_files_of_other_makers_are_read(file: Path, record: dict[str, str]) -> None:
    written(file, {GERMANY: record})
    assert country_of(GERMANY) == "FI"


def test_a_newer_file_is_read_without_a_restart(file: Path) -> None:
    written(file, {GERMANY: {"country": {"iso_code": "FI"}}})
    assert country_of(GERMANY) == "FI"
    written(file, {GERMANY: {"country": {"iso_code": "SE"}}})
    os.utime(file, (1, 1))  # however coarse the clock of the disk is
    assert country_of(GERMANY) == "SE"


def test_a_file_that_is_missing_or_broken_hinders_nobody(file: Path) -> None:
    assert country_of(GERMANY) == "DE"
    file.write_bytes(b"no such thing")
    assert country_of(GERMANY) == "DE"
    written(file, {GERMANY: {"country": {"iso_code": "FI"}}})
    file.write_bytes(file.read_bytes()[:-90])
    os.utime(file, (2, 2))
    assert country_of(GERMANY) in {"DE", "FI"}


def written(file: Path, records: dict[str, dict[str, Any]]) -> None:
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type="Test-Country")
    for address, record in records.items():
        writer.insert_network(IPSet([address]), record)
    writer.to_db_file(str(file))
