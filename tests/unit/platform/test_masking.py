"""What the audit trail, logs and differences never show."""

import pytest

from conmuta.platform.masking import MASK, masked

KEY = "sk-live-4711"


@pytest.mark.parametrize(
    "held",
    [
        {"headers": {"X-Api-Key": KEY}},
        {"X-Api-Key": KEY},
        {"x-crm-key": KEY},
        {"api_key": KEY},
        {"apikey": KEY},
        {"Cookie": KEY},
        {"body": f'{{"key": "{KEY}"}}'},
        {"steps": [{"fields": {"url": f"https://crm.example.com/find?key={KEY}"}}]},
        {"url": f"https://crm.example.com/find#{KEY}"},
        {"url": f"https://me:{KEY}@crm.example.com/find"},
        {"urls": [f"HTTPS://crm.example.com?{KEY}"]},
    ],
)
def test_a_web_services_secret_is_not_shown(held: dict[str, object]) -> None:
    assert KEY not in str(masked(held))
    assert MASK in str(masked(held))


def test_what_is_no_secret_is_shown() -> None:
    shown = {
        "url": "https://crm.example.com:8443/find/{caller}",
        "keys": 3,
        "title": "Body shop",
        "somebody": "Ana",
        "monkey": "yes",
    }
    assert masked(shown) == shown


def test_the_service_is_still_named() -> None:
    assert (
        masked("https://me:x@crm.example.com/find?a=1")
        == f"https://{MASK}@crm.example.com/find?{MASK}"
    )
