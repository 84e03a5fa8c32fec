"""Rehearsal: a call played through the plan at any time with any keys, told in words."""

from conmuta_compiler.rehearse.play import rehearse
from conmuta_compiler.rehearse.told import Moment, Rehearsal
from conmuta_compiler.steps.common.call import World

__all__ = ["Moment", "Rehearsal", "World", "rehearse"]
