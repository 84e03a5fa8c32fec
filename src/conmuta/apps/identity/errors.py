from conmuta.platform.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated


class NoSuchProfile(NotFound):
    """There is no access profile {name}."""

    code = "identity.no_such_profile"


class NoSuchPerson(NotFound):
    """There is no person {username}."""

    code = "identity.no_such_person"


class UnknownPermission(Invalid):
    """There is no permission {name}. There are: {known}."""

    code = "identity.unknown_permission"


class ProfileInUse(Conflict):
    """{people} still have the profile {name}. Give them another first."""

    code = "identity.profile_in_use"


class EmailTaken(Conflict):
    """{username} cannot have the address {email}: another person of the company has it."""

    code = "identity.email_taken"


class EmailElsewhere(Conflict):
    """{username} cannot have the address {email}: somebody outside the company signs in with it.
    Use another address, or ask whoever runs the platform."""

    code = "identity.email_elsewhere"


class NotYoursAlone(Forbidden):
    """{username} belongs to other companies too: only they change their own name, address and
    password."""

    code = "identity.not_yours_alone"


class TokenUnknown(Unauthenticated):
    """This token is not known here, or is over. Make another."""

    code = "identity.token_unknown"


class NoSuchToken(NotFound):
    """There is no API token {name}."""

    code = "identity.no_such_token"


class TokenNameTaken(Conflict):
    """There is an API token {name} already. Revoke it first, or choose another name."""

    code = "identity.token_name_taken"


class TokenNotValid(Invalid):
    """The API token {name} cannot be made: {reason}"""

    code = "identity.token_not_valid"


class NoSuchOperatorPerson(NotFound):
    """The operator has no person {username}."""

    code = "identity.no_such_operator_person"


class LinkOver(NotFound):
    """This link is over, was used, or never was. Ask for a new one where it came from."""

    code = "identity.link_over"


class AdministratorNotValid(Invalid):
    """The first administrator cannot be made: {reason}"""

    code = "identity.administrator_not_valid"
