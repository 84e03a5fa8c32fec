"""The plan: everything a telephone call depends on, as frozen values.

The server renders one `TenantPlan` per tenant; `conmuta_compiler` turns it into Asterisk
configuration; `conmuta_node` carries it there. This package imports nothing of the three.
"""

from conmuta_plan.codec import decode, digest, encode
from conmuta_plan.tenant import PLAN_VERSION, TenantPlan

__all__ = ["PLAN_VERSION", "TenantPlan", "decode", "digest", "encode"]
