"""The files of an operator."""

from conmuta_compiler.files import gateways
from conmuta_compiler.operator import dialplan, tables
from conmuta_compiler.operator.check import check_operator
from conmuta_plan.operator import OperatorPlan


def compile_operator(plan: OperatorPlan) -> dict[str, str]:
    """Asterisk's files for an operator, by their path below STATE/etc/tenants/o-O.

    `astdb.tsv` (family, key, value) is not Asterisk's: the agent loads it into AstDB. Raises
    `InvalidPlan`, whose text says what is wrong and where.
    """
    check_operator(plan)
    return {
        **gateways.operator(plan),
        "extensions.conf": dialplan.operator(plan),
        tables.FILE: tables.operator(plan),
    }
