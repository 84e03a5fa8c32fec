"""What only one unit of a node can have: a number of the stock, an address that calls come from.

Asterisk knows a carrier's call by its address alone, and a number by its digits: where two
companies or operators had the same, one would get the other's calls. Who has it keeps it; the
other plan is refused, and tried again when the first has let go.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_network

from conmuta_compiler.operator.numbers import plain
from conmuta_node.apply.change import Move
from conmuta_node.apply.plans import Plan, PlanStore
from conmuta_plan.operator import OperatorPlan
from conmuta_plan.outside import Gateway

TAKEN = "is another's on this node"
"""In the reason of each refusal, by which it is known again."""
_NUMBER = "The number {0} {taken}: it belongs to {1}. Take it away there first."
_ADDRESS = (
    "The address {0} of a gateway {taken}: calls from it are those of {1}. Give each company's "
    "gateway an address of its own."
)

_MAPPED = IPv6Network("::ffff:0:0/96")

Place = IPv4Network | IPv6Network | str


@dataclass(frozen=True, slots=True)
class Claim:
    """One unit's word on what is its own."""

    numbers: frozenset[str]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """Why a unit is refused, and who has what it wants."""

    reason: str
    holder: str


@dataclass(slots=True)
class Claims:
    """The claims of the plans in force."""

    store: PlanStore
    _known: dict[tuple[str, str], Claim] = field(default_factory=dict)

    def clashes(self, moves: Iterable[Move]) -> dict[str, Clash]:
        """Units whose move would take what another has once all the moves are made."""
        wanted = {move.tenant: move.new for move in moves}
        held: dict[str, Claim] = {}
        for unit in self.store.tenants() - wanted.keys():
            held[unit] = self._claim(unit, self.store.linked(unit))
        self._known = {key: claim for key, claim in self._known.items() if key[0] in held}
        found: dict[str, Clash] = {}
        for unit in sorted(wanted):
            if not wanted[unit]:
                continue
            claim = self._claim(unit, wanted[unit])
            clash = _clash(claim, held)
            if clash is None:
                held[unit] = claim
            else:
                found[unit] = clash
        return found

    def _claim(self, unit: str, folder: str) -> Claim:
        key = unit, folder
        if key not in self._known:
            self._known[key] = claim_of(self.store.any_plan(unit, folder))
        return self._known[key]


def claim_of(plan: Plan) -> Claim:
    """What a plan wants for itself."""
    places = tuple(place for gateway in plan.gateways for place in _places(gateway))
    if isinstance(plan, OperatorPlan) or plan.operator is None:
        return Claim(frozenset(), places)
    unit = plan.operator.unit
    numbers = (f"{unit} {plain(each.number)}" for each in plan.numbers if each.stock)
    return Claim(frozenset(numbers), places)


def _clash(claim: Claim, held: Mapping[str, Claim]) -> Clash | None:
    if not claim.numbers and not claim.places:
        return None
    for holder, other in held.items():
        if both := claim.numbers & other.numbers:
            number = min(both).partition(" ")[2]
            return Clash(_NUMBER.format(number, holder, taken=TAKEN), holder)
        for place in claim.places:
            if any(_same(place, there) for there in other.places):
                return Clash(_ADDRESS.format(place, holder, taken=TAKEN), holder)
    return None


def _places(gateway: Gateway) -> Iterator[Place]:
    """Whence its calls come: its addresses, else its host, by name where it has a name."""
    for address in gateway.addresses or (gateway.host,):
        try:
            yield _plain(ip_network(address.strip("[]"), strict=False))
        except ValueError:
            yield address.lower().rstrip(".")


def _plain(found: IPv4Network | IPv6Network) -> Place:
    """An IPv4 network that is written as one of IPv6, as what it is."""
    if isinstance(found, IPv6Network) and found.subnet_of(_MAPPED):
        address = IPv4Address(int(found.network_address) & 0xFFFFFFFF)
        return IPv4Network((address, found.prefixlen - _MAPPED.prefixlen))
    return found


def _same(one: Place, other: Place) -> bool:
    if isinstance(one, IPv4Network) and isinstance(other, IPv4Network):
        return one.overlaps(other)
    if isinstance(one, IPv6Network) and isinstance(other, IPv6Network):
        return one.overlaps(other)
    return one == other
