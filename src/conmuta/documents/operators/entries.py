"""What an operator's file says where it is not what an app keeps."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date

from conmuta.apps.numbering import api as numbering
from conmuta.apps.numbering.contracts import Facts, NumberState, Span
from conmuta.apps.numbering.errors import NotANumber
from conmuta.apps.rating import api as rating
from conmuta.apps.rating.contracts import Rate, Tariff
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.nouns import Fault
from conmuta.platform.sentences import said
from conmuta_plan.operator import Guard


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorEntry(tenancy.OperatorFacts):
    """The operator's own facts."""

    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandEntry(tenancy.Brand):
    """How the operator looks: one."""

    key: str = "brand"


@dataclass(frozen=True, slots=True, kw_only=True)
class PricesEntry(Tariff):
    """A price table with its prices, here or in a price list beside the file."""

    rates: tuple[Rate, ...] = ()
    file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersEntry:
    """Numbers of the stock. `state` absent: as they are; new ones are free."""

    span: str
    state: NumberState | None = None
    until: date | None = None
    emergency_location: str = ""
    ported_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyEntry:
    """A tenant as its operator has it; what is inside it is in the tenant's own file.

    `services` None: all. `numbers` None: as they are.
    """

    slug: str
    domain: str
    title: str
    time_zone: str
    language: str
    country: str
    max_calls: int = 0
    services: tuple[str, ...] | None = None
    limits: tenancy.Limits = field(default_factory=tenancy.Limits)
    routes: str | None = None
    dial_plan: str | None = None
    exceptions: dict[str, str] = field(default_factory=dict)
    foreign_caller_ids: tuple[str, ...] = ()
    prices: str | None = None
    prepaid: bool = False
    credit_limit: int | None = None
    guard: Guard | None = None
    numbers: tuple[str, ...] | None = None

    @property
    def facts(self) -> tenancy.TenantFacts:
        """What describes it to tenancy."""
        names = [item.name for item in fields(tenancy.TenantFacts)]
        return tenancy.TenantFacts(**{name: getattr(self, name) for name in names})


def brand_faults(entry: BrandEntry) -> Iterator[Fault]:
    """What is wrong in how an operator looks."""
    for name, wanted in tenancy.wrong_brand(entry).items():
        yield Fault((name,), said("must be {wanted}.", wanted=wanted))


def prices_faults(entry: PricesEntry) -> Iterator[Fault]:
    """What is wrong in a price table or in one of its prices."""
    yield from rating.table_faults(entry)
    if entry.file and entry.rates:
        yield Fault(("file",), said("and `rates` both give the prices; keep one."))
    seen: dict[tuple[str, date], int] = {}
    for index, rate in enumerate(entry.rates):
        place = ("rates", str(index))
        for fault in rating.rate_faults(rate):
            yield Fault((*place, *fault.path), fault.sentence)
        if (rate.prefix, rate.valid_from) in seen:
            yield Fault(
                (*place, "prefix"), said("`{prefix}` is here twice. Keep one.", prefix=rate.prefix)
            )
        seen[rate.prefix, rate.valid_from] = index


def numbers_faults(entry: NumbersEntry) -> Iterator[Fault]:
    """What is wrong in a span of numbers."""
    yield from _span_faults(("span",), entry.span)
    if entry.state is NumberState.ASSIGNED:
        sentence = said("is told by the tenant that has the numbers: `tenants.….numbers`.")
        yield Fault(("state",), sentence)
    if (entry.state is NumberState.QUARANTINED) != (entry.until is not None):
        yield Fault(
            ("until",), said("is the last day of a quarantine; give it with that state alone.")
        )
    for name in ("emergency_location", "note"):
        if len(getattr(entry, name)) > numbering.LONGEST_TEXT:
            yield Fault(
                (name,),
                said("has more than {most} letters.", most=numbering.LONGEST_TEXT),
            )


def _span_faults(path: tuple[str, ...], text: str) -> Iterator[Fault]:
    try:
        numbering.span_of(text)
    except NotANumber as problem:
        yield Fault(path, str(problem))


def company_faults(entry: CompanyEntry) -> Iterator[Fault]:
    """What is wrong in a tenant."""
    for name, wanted in tenancy.wrong_facts(entry.slug, entry.facts).items():
        yield Fault((name,), said("must be {wanted}.", wanted=wanted))
    known = sorted(tenancy.EVERY_SERVICE)
    for index, service in enumerate(entry.services or ()):
        if service not in known:
            sentence = said(
                "`{service}` is not a service; there are {names}.",
                service=service,
                names=", ".join(known),
            )
            yield Fault(("services", str(index)), sentence)
    for index, span in enumerate(entry.numbers or ()):
        yield from _span_faults(("numbers", str(index)), span)
    if entry.routes is None and (entry.dial_plan or entry.exceptions or entry.foreign_caller_ids):
        sentence = said("is missing: a dial plan and caller ids need the operator's routes.")
        yield Fault(("routes",), sentence)
    terms = rating.Terms(
        prices=entry.prices, prepaid=entry.prepaid, credit_limit=entry.credit_limit
    )
    yield from rating.terms_faults(terms)
    if entry.guard is not None:
        for fault in rating.guard_faults(rating.GuardPolicy(guard=entry.guard)):
            yield Fault(("guard", *fault.path), fault.sentence)


def span_of(entry: NumbersEntry) -> Span:
    """The numbers of an entry that has no faults."""
    return numbering.span_of(entry.span)


def facts_with(entry: NumbersEntry, known: Facts) -> Facts:
    """What a number is that was `known`, once the file has its way."""
    state = known.state if entry.state is None else entry.state
    return Facts(
        state=state,
        tenant=known.tenant if entry.state is None else None,
        until=known.until if entry.state is None else entry.until,
        emergency_location=entry.emergency_location,
        ported_on=entry.ported_on,
        note=entry.note,
    )
