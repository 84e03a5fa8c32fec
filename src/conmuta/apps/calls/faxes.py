"""Faxes that a person sends, and the list of all."""

import hashlib
import re
from collections.abc import Sequence
from datetime import timedelta

import msgspec
from django.db import connection, transaction
from django.utils import timezone

from conmuta.adapters.storage import Storage
from conmuta.apps.calls import ports
from conmuta.apps.calls.contracts import FaxView
from conmuta.apps.calls.errors import NoFaxableDocument, NoFaxNumber
from conmuta.apps.calls.models import Fax
from conmuta.apps.fleet import api as fleet
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform import audit
from conmuta.platform.models import AuditEntry
from conmuta.platform.scope import Scope

LARGEST = 20 << 20
MOST_PAGES = 100  # an hour and a half on the line
SAME_WITHIN = timedelta(hours=24)
_VERB = "ordered"
_PAGE = re.compile(rb"/Type\s*/Page[^s]")
_NUMBER = re.compile(r"\+?[0-9*#]{1,32}\Z")


@transaction.atomic
def send_fax(
    scope: Scope,
    slug: str,
    number: str,
    pdf: bytes,
    station: str = "",
    emails: Sequence[str] = (),
) -> list[int]:
    """Orders a PDF to be sent as the company's flows may dial; the order's id, none without nodes.

    What became of it is mailed to `emails`. The same document to the same number within a day is
    one fax: the second time gives the first one's order.
    Raises `NoFaxNumber`, `NoFaxableDocument` and `ServiceOff`.
    """
    tenancy.require_service(scope, tenancy.Service.FAX)
    if not _NUMBER.match(number):
        raise NoFaxNumber(number=number)
    _check(pdf)
    key = hashlib.sha256(number.encode() + b" " + pdf).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"{slug} {key}"])
    if before := _ordered(scope, f"calls.fax:{key}"):
        return before
    store: Storage = ports.storage.get()()
    tenancy.keep_file(hashlib.sha256(pdf).hexdigest())  # a company that sent it too may be gone
    body: dict[str, object] = {
        "number": number,
        "document": store.save_bytes(pdf),
        "station": station,
    }
    body["emails"] = list(emails)
    orders = fleet.command(scope, "send_fax", slug, msgspec.json.encode(body).decode())
    audit.record(scope, _VERB, f"calls.fax:{key}", after={**body, "orders": orders})
    return orders


def faxes(scope: Scope, limit: int = 50) -> list[FaxView]:
    """Faxes sent and received, latest first."""
    rows = Fax.objects.within(scope).order_by("-started", "-batch", "-line")[:limit]
    return [
        FaxView(
            call=f"{row.node}-{row.linkedid}",
            started=row.started,
            ok=row.ok,
            status=row.status,
            pages=row.pages,
            far_station=row.far_station,
            command=row.command,
        )
        for row in rows
    ]


def _check(pdf: bytes) -> None:
    if not pdf.startswith(b"%PDF-") or b"%%EOF" not in pdf[-1024:]:
        raise NoFaxableDocument(reason="it is no whole PDF")
    if len(pdf) > LARGEST:
        raise NoFaxableDocument(reason=f"it has more than {LARGEST >> 20} MiB")
    if b"/Encrypt" in pdf:
        raise NoFaxableDocument(reason="it is encrypted")
    if len(_PAGE.findall(pdf)) > MOST_PAGES:
        raise NoFaxableDocument(reason=f"it has more than {MOST_PAGES} pages")


def _ordered(scope: Scope, subject: str) -> list[int]:
    since = timezone.now() - SAME_WITHIN
    noted = AuditEntry.objects.within(scope).filter(
        verb=_VERB, subject=subject, tenant_id=scope.tenant_id, at__gt=since
    )
    last = noted.order_by("-at").first()
    return list(last.after["orders"]) if last and last.after else []
