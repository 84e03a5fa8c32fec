"""Prices begin and end by the calendar: nodes hear of it when an operator's day turns."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from conmuta.apps.fleet import api as fleet
from conmuta.apps.rating import models, queries
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope


def turn_prices(scope: Scope, now: datetime) -> int:
    """Has the plans of operators rendered anew whose prices are others since the day that was
    looked at last; how many. Needs the system's scope. Done again it does nothing."""
    turned = 0
    for operator in tenancy.operators(scope):
        today = now.astimezone(ZoneInfo(operator.facts.time_zone)).date()
        with Scope.for_operator(operator.id, scope.actor).active() as own:
            turned += _turn(own, today)
    return turned


def has_turned(scope: Scope) -> bool:
    """Whether `scope`'s operator's plan was looked at today, for prices that begin or end."""
    tables = models.PriceTable.objects.within(scope)
    return not tables.filter(turned_on__lt=queries.today(scope)).exists()


@transaction.atomic
def _turn(scope: Scope, today: date) -> int:
    rows = models.PriceTable.objects.within(scope).filter(turned_on__lt=today)
    tables = list(rows.select_for_update().values_list("pk", "turned_on"))
    if not tables:
        return 0
    since = min(day for _, day in tables)
    begun = Q(valid_from__gt=since, valid_from__lte=today)
    over = Q(valid_until__gte=since, valid_until__lt=today)
    rates = models.Rate.objects.within(scope).filter(table_id__in=[pk for pk, _ in tables])
    differ = rates.filter(begun | over).exists()
    rows.update(turned_on=today)
    if differ:
        fleet.touch_operator(scope)
    return int(differ)
