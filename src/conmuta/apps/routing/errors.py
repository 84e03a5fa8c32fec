from conmuta.platform.errors import Invalid


class NotYourTenant(Invalid):
    """There is no tenant {tenant} of this operator. Make it first, or name another."""

    code = "routing.no_such_tenant"


class TableLoop(Invalid):
    """The route table {table} stands on itself by way of its bases. Take one base out."""

    code = "routing.table_loop"
