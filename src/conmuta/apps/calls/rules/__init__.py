"""Pure decisions: what a heap of events means. The same events give the same answer, in whatever
order and in however many batches they came; their place in the node's file decides their order.
"""

from conmuta.apps.calls.rules.agents import fold_marks
from conmuta.apps.calls.rules.calls import Folding, begin, fold, fold_call
from conmuta.apps.calls.rules.legs import legs
from conmuta.apps.calls.rules.visits import fold_visits

__all__ = ["Folding", "begin", "fold", "fold_call", "fold_marks", "fold_visits", "legs"]
