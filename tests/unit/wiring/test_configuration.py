"""Settings: typed, and nothing that is not known."""

from pathlib import Path

import pytest

from conmuta.wiring.configuration import Configuration, ConfigurationError, load
from conmuta.wiring.database import database_settings


def test_without_settings_there_are_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    read = load({})
    assert read.smtp_url is None
    assert read.key_file == tmp_path / "var/keys/secrets.keys"


def test_the_environment_is_read_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "conmuta.toml"
    file.write_text('mail_from = "pbx@example.test"\ndatabase_pool = 3\n')
    read = load({"CONMUTA_CONFIG": str(file), "CONMUTA_DATABASE_POOL": "5"})
    assert (read.mail_from, read.database_pool) == ("pbx@example.test", 5)


def test_a_misspelt_setting_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="smtp_ulr"):
        load({"CONMUTA_SMTP_ULR": "smtp://localhost", "CONMUTA_STATE_DIR": str(tmp_path)})


def test_a_setting_of_the_wrong_kind_stops_the_start() -> None:
    with pytest.raises(ConfigurationError, match="database_pool"):
        load({"CONMUTA_DATABASE_POOL": "many"})


def test_a_named_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nothing\.toml"):
        load({"CONMUTA_CONFIG": str(tmp_path / "nothing.toml")})


def test_the_node_agents_settings_are_its_own() -> None:
    assert isinstance(load({"CONMUTA_NODE_TOKEN": "x"}), Configuration)


def test_a_socket_address_becomes_djangos_settings() -> None:
    made = database_settings("postgresql://conmuta@/conmuta?host=/run/pg&sslmode=prefer")
    assert (made["NAME"], made["HOST"], made["USER"]) == ("conmuta", "/run/pg", "conmuta")
    assert made["OPTIONS"] == {"sslmode": "prefer"}
