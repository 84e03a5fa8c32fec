"""Where a person belongs: to tenants, to operators, to the platform."""

from conmuta.apps.identity.errors import EmailElsewhere, EmailTaken
from conmuta.apps.identity.models import Membership, OperatorMembership, User
from conmuta.platform.scope import Scope

Home = tuple[str, int]


def homes(user: User, actor: str) -> set[Home]:
    """The tenants and the operators that the person belongs to."""
    with Scope.system(actor).active() as system:
        tenants = Membership.objects.within(system).filter(user=user)
        operators = OperatorMembership.objects.within(system).filter(user=user)
        found = {("tenant", owner) for owner in tenants.values_list("tenant_id", flat=True)}
        own = {("operator", owner) for owner in operators.values_list("operator_id", flat=True)}
    return found | own


def home_of(scope: Scope) -> Home:
    if scope.operator_id is not None:
        return "operator", scope.operator_id
    return "tenant", scope.tenant_id or 0


def is_elsewhere(user: User, scope: Scope) -> bool:
    """Whether anybody else's people have the person among them, or the platform's."""
    return user.is_platform_administrator or bool(homes(user, scope.actor) - {home_of(scope)})


def refuse_taken(scope: Scope, username: str, email: str, own: User | None = None) -> None:
    """Raises where somebody else than `own` has the address.

    Whose homes are all gone is gone too, so that nothing of theirs opens another."""
    user = User.objects.filter(email=email).exclude(pk=own.pk if own else 0).first()
    if user is None:
        return
    found = homes(user, scope.actor)
    if not user.is_platform_administrator and not found:
        user.delete()
        return
    refusal = EmailTaken if home_of(scope) in found else EmailElsewhere
    raise refusal(username=username, email=email)
