from conmuta.platform.errors import Conflict, Forbidden, Invalid, NotFound


class NoSuchTenant(NotFound):
    """There is no tenant {slug}."""

    code = "tenancy.no_such_tenant"


class NoSuchOperator(NotFound):
    """There is no operator {slug}."""

    code = "tenancy.no_such_operator"


class NoSuchExport(NotFound):
    """There is no export {id}."""

    code = "tenancy.no_such_export"


class TenantTaken(Conflict):
    """Another tenant has the name or the domain {name}. Choose another."""

    code = "tenancy.taken"


class OperatorTaken(Conflict):
    """Another operator has {name}, or one so like it that they would meet. Choose another."""

    code = "tenancy.operator_taken"


class OperatorHasTenants(Conflict):
    """{slug} still has tenants: {tenants}. End them first."""

    code = "tenancy.operator_has_tenants"


class NamesMeet(Conflict):
    """{slug} cannot be told apart from the tenant {other}: one name is the other with a hyphen and
    more. Choose a name with another first word."""

    code = "tenancy.names_meet"


class WrongFact(Invalid):
    """{field} must be {wanted}."""

    code = "tenancy.wrong_fact"


class LogoRefused(Invalid):
    """This picture cannot be the logo: {reason}."""

    code = "tenancy.logo_refused"


class OperatorsAlone(Forbidden):
    """Only the operator does this to its tenants. Ask it."""

    code = "tenancy.operators_alone"


class TenantEnds(Conflict):
    """{slug} is ending. Call it back first."""

    code = "tenancy.ends"


class ServiceOff(Forbidden):
    """Your company does not have {service}. Ask your operator to switch it on."""

    code = "tenancy.service_off"


class LimitReached(Conflict):
    """Your company may have {limit} {what}, and that would be {wanted}. Ask your operator for
    more."""

    code = "tenancy.limit_reached"
