"""What may be wrong with a plan."""


class InvalidPlan(ValueError):
    """A plan that cannot become Asterisk configuration. Its text is a sentence for a person."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason
