from conmuta.platform.errors import Conflict, Invalid, NotFound


class NoSuchTenant(NotFound):
    """There is no tenant {slug}."""

    code = "tenancy.no_such_tenant"


class TenantTaken(Conflict):
    """Another tenant has the name or the domain {name}. Choose another."""

    code = "tenancy.taken"


class WrongFact(Invalid):
    """{field} must be {wanted}."""

    code = "tenancy.wrong_fact"
