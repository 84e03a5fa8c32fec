"""What a call costs, and how long it may last for an amount: one rule for node and server.

Money is in millionths. Seconds are charged from `minimum` on in steps of `increment`, and a
fraction of a millionth counts as one, so that no charge is ever below the price.
"""

from conmuta_plan.operator import Price

DAY_SECONDS = 86_400
"""What "as long as it likes" means where no amount ends a call."""


def billed_seconds(price: Price, seconds: int) -> int:
    """The seconds that are charged for an answered call of so many."""
    if seconds <= price.minimum:
        return price.minimum
    step = max(1, price.increment)
    return price.minimum - (price.minimum - seconds) // step * step


def cost(price: Price, seconds: int) -> int:
    """Millionths for an answered call of so many seconds."""
    return price.setup - (-price.per_minute * billed_seconds(price, seconds) // 60)


def affordable_seconds(price: Price, amount: int) -> int:
    """The longest call that costs no more than `amount`; 0 where none does."""
    left = amount - price.setup
    if left < 0:
        return 0
    if price.per_minute <= 0:
        return DAY_SECONDS
    seconds = left * 60 // price.per_minute
    if seconds < price.minimum:
        return 0
    step = max(1, price.increment)
    return min(DAY_SECONDS, price.minimum + (seconds - price.minimum) // step * step)
