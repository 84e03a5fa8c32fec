"""The compiler: a tenant's plan, or a node's settings, as Asterisk configuration.

Pure: values in, texts out. No clock, no files, no network.
"""

from conmuta_compiler.errors import InvalidPlan
from conmuta_compiler.node import NodeSecrets, compile_node
from conmuta_compiler.operator.compile import compile_operator
from conmuta_compiler.tenant import compile_tenant

__all__ = ["InvalidPlan", "NodeSecrets", "compile_node", "compile_operator", "compile_tenant"]
