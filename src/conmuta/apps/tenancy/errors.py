from conmuta.platform.errors import Conflict, Invalid, NotFound


class NoSuchTenant(NotFound):
    """There is no tenant {slug}."""

    code = "tenancy.no_such_tenant"


class TenantTaken(Conflict):
    """Another tenant has the name or the domain {name}. Choose another."""

    code = "tenancy.taken"


class NamesMeet(Conflict):
    """{slug} cannot be told apart from the tenant {other}: one name is the other with a hyphen and
    more. Choose a name with another first word."""

    code = "tenancy.names_meet"


class WrongFact(Invalid):
    """{field} must be {wanted}."""

    code = "tenancy.wrong_fact"
