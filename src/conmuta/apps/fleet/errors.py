from conmuta.platform.errors import Conflict, Invalid, NotFound, Problem, Unauthenticated


class NodeUnknown(Unauthenticated):
    """This node token is not known here."""

    code = "fleet.node_unknown"


class NodeNameTaken(Conflict):
    """There is a node {name} already. Choose another name."""

    code = "fleet.node_name_taken"


class NoSuchNode(NotFound):
    """There is no node {name}."""

    code = "fleet.no_such_node"


class NoSuchPlan(NotFound):
    """There is no plan {digest} of {tenant}."""

    code = "fleet.no_such_plan"


class NoSuchFile(NotFound):
    """There is no file {digest}."""

    code = "fleet.no_such_file"


class NoSuchBan(NotFound):
    """No node tells that {address} is shut out."""

    code = "fleet.no_such_ban"


class NotAnAddress(Invalid):
    """{address} is no IP address. Write it as 192.0.2.1 or 2001:db8::1."""

    code = "fleet.not_an_address"


class BatchAhead(Conflict):
    """Batch {number} came too early: {expected} is next."""

    code = "fleet.batch_ahead"


class BatchUnreadable(Invalid):
    """The batch cannot be read: {reason}."""

    code = "fleet.batch_unreadable"


class MessageUnreadable(Invalid):
    """The message cannot be read: {reason}"""

    code = "fleet.message_unreadable"


class FileRefused(Invalid):
    """The file is not what its name says: {reason}"""

    code = "fleet.file_refused"


class DiskFull(Problem):
    """There is no room for files now. Send it again later."""

    code = "fleet.disk_full"
    status = 503  # agents take 5xx of this kind as "later"
