"""The files of a tenant."""

from conmuta_compiler import dialplan
from conmuta_compiler.atoms import check_atoms
from conmuta_compiler.check.loops import check_loops
from conmuta_compiler.dialled import check_dialled
from conmuta_compiler.files import gateways, music, pjsip, queues, rooms, voicemail
from conmuta_compiler.operator import tables
from conmuta_compiler.references import check_references
from conmuta_compiler.steps.common.findings import FlowError, Severity
from conmuta_plan import TenantPlan


def compile_tenant(plan: TenantPlan) -> dict[str, str]:
    """Asterisk's files for a tenant, by their path below STATE/etc/tenants/T.

    Raises `InvalidPlan` (or `FlowRefused`), whose text says what is wrong and where.
    """
    check_atoms(plan)
    check_references(plan)
    check_dialled(plan)
    _check_flows(plan)
    files = {"phones.conf": pjsip.phones(plan), "extensions.conf": dialplan.tenant(plan)}
    files |= gateways.tenant(plan)
    if voicemail.mailboxes(plan):
        files["voicemail.conf"] = voicemail.tenant(plan)
        files["mailboxes.conf"] = voicemail.boxes(plan)
    if plan.queues:
        files["queues.conf"] = queues.tenant(plan)
    if plan.music:
        files["musiconhold.conf"] = music.tenant(plan)
    if stock := tables.tenant(plan):
        files[tables.FILE] = stock
    if plan.parking:
        files["res_parking.conf"] = rooms.tenant_parking(plan, plan.parking)
    return files


def _check_flows(plan: TenantPlan) -> None:
    """An endless loop would keep a processor busy for as long as the caller likes."""
    for finding in check_loops(plan):
        if finding.severity is Severity.ERROR:
            raise FlowError(finding)
