"""What can go wrong on a node, each with a sentence for a person."""


class NodeFault(Exception):
    """Something on this node does not work."""


class RootIncomplete(NodeFault):
    """Asterisk's root folder lacks a part that it needs."""


class AsteriskDidNotStart(NodeFault):
    """Asterisk ended or stayed silent while it was starting."""


class AsteriskIsDown(NodeFault):
    """Asterisk does not answer."""


class LoginRefused(NodeFault):
    """Asterisk's manager interface refuses our name or password."""


class ActionFailed(NodeFault):
    """Asterisk answered a manager action with an error."""


class ToolFailed(NodeFault):
    """A program run from Asterisk's root ended with an error."""


class PlanRefused(NodeFault):
    """A tenant's plan cannot be put in force; the message says why, for a person."""


class ServerRefused(NodeFault):
    """The server answered a request with an error that trying again will not mend."""


class ServerAway(NodeFault):
    """The server cannot be reached, or is not able to answer now."""
