"""The companies of `examples/` as plans, without the server: what a call test needs of them."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from ruamel.yaml import YAML
from tests.support.ports import free_port
from tests.support.speech import Spoken, speak

from conmuta_plan import TenantPlan

EXAMPLES = Path(__file__).parents[2] / "examples"
OF_THE_SERVER_ALONE = {"person", "department"}


@cache
def document(name: str) -> dict[str, Any]:
    return dict(YAML(typ="safe").load((EXAMPLES / f"{name}.yaml").read_text()))


@cache
def spoken(name: str) -> dict[str, Spoken]:
    """The company's prompts by name, rendered from their text."""
    company = document(name)
    language = company["tenant"]["language"]
    return {
        key: speak(key, one["text"], one.get("language", language))
        for key, one in company["prompts"].items()
    }


@cache
def example(name: str) -> TenantPlan:
    """The company's plan: SIP passwords are `secret-SLUG-NUMBER`, all PINs of mailboxes 4321.

    Its carriers keep their addresses, on free ports.
    """
    company = document(name)
    tenant = company["tenant"]
    plan = {
        **{key: value for key, value in tenant.items() if key != "slug"},
        "tenant": tenant["slug"],
        "extensions": [_extension(tenant["slug"], *one) for one in _items(company, "extensions")],
        "mailboxes": [_mailbox(*one) for one in _items(company, "mailboxes")],
        "queues": _named(company, "queues"),
        "agents": [_agent(*one) for one in _items(company, "agents")],
        "agendas": _named(company, "agendas"),
        "flows": [_flow(*one) for one in _items(company, "flows")],
        "prompts": [one.prompt for one in spoken(name).values()],
        "gateways": [_gateway(*one) for one in _items(company, "gateways")],
        "numbers": [_number(*one) for one in _items(company, "numbers")],
        "classes": [_class(*one) for one in _items(company, "classes")],
        "conferences": _named(company, "conferences", key="number"),
        "speed_dials": _named(company, "speed_dials", key="code"),
    }
    whole = {**company, **company.get("telephony", {})}
    for key in ("parking", "recording", "reception", "features", "mail_from"):
        if key in whole:
            plan[key] = whole[key]
    plan["flow_classes"] = [key for key, one in _items(company, "classes") if one.get("for_flows")]
    return msgspec.convert(msgspec.to_builtins(plan), TenantPlan)


def _items(company: dict[str, Any], section: str) -> list[tuple[str, dict[str, Any]]]:
    return list(company.get(section, {}).items())


def _named(company: dict[str, Any], section: str, key: str = "name") -> list[dict[str, Any]]:
    return [_plain({key: name, **one}) for name, one in _items(company, section)]


def _plain(one: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if key not in OF_THE_SERVER_ALONE}


def _extension(slug: str, number: str, one: dict[str, Any]) -> dict[str, Any]:
    box = one.get("mailbox")
    return _plain(one) | {
        "number": number,
        "account": number,
        "secret": f"secret-{slug}-{number}",
        "mailbox": _mailbox(number, {"name": one["name"], **box}) if box else None,
    }


def _agent(number: str, one: dict[str, Any]) -> dict[str, Any]:
    queues = [{"queue": name, "penalty": penalty} for name, penalty in one["queues"].items()]
    return one | {"number": number, "queues": queues}


def _mailbox(number: str, one: dict[str, Any]) -> dict[str, Any]:
    return {"pin": "4321", **one, "number": number}


def _flow(name: str, one: dict[str, Any]) -> dict[str, Any]:
    steps = [_step(key, dict(step)) for key, step in one["steps"].items()]
    return {"name": name, "title": one["title"], "start": one["start"], "steps": steps}


def _step(name: str, one: dict[str, Any]) -> dict[str, Any]:
    kind, exits = one.pop("kind"), one.pop("exits", {})
    return {"name": name, "kind": kind, "exits": exits, "fields": one}


def _gateway(name: str, one: dict[str, Any]) -> dict[str, Any]:
    return one | {"name": name, "port": free_port(one["host"]), "watch_seconds": 0}


def _number(number: str, one: dict[str, Any]) -> dict[str, Any]:
    ((kind, name),) = one["target"].items()
    return one | {"number": number, "target": {"kind": kind, "name": name}}


def _class(name: str, one: dict[str, Any]) -> dict[str, Any]:
    return {"patterns": [], "gateways": [], **one, "name": name}
