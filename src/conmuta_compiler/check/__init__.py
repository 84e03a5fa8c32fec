"""Check: what is wrong with a plan's call paths, before a call finds out."""

from conmuta_compiler.check.run import check
from conmuta_compiler.steps.common.findings import Finding, Severity

__all__ = ["Finding", "Severity", "check"]
