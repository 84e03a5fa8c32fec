"""Calls that cost, without an operator's routes: a number after `*9` goes out by a gateway.

What stands here is what an operator's `o-O-out` does about money: ask, dial, let go.
"""

from dataclasses import replace
from pathlib import Path

from tests.support.company import company

from conmuta_plan import TenantPlan
from conmuta_plan.operator import Guard, OperatorLink

ABROAD, AT_HOME, PREMIUM = "53", "598", "59890"
"""Cuba, at 1.20 a minute; Uruguay, at 0.60; a line of the country's at 6."""
PRICES = {
    ABROAD: "1200000:0:0:1:CU:0:USD",
    AT_HOME: "600000:0:0:1:UY:0:USD",
    PREMIUM: "6000000:0:0:1:UY:1:USD",
}


def paid_company(guard: Guard | None = None, *, prepaid: bool = True) -> TenantPlan:
    """A company in Uruguay whose calls are billed; Cuba is open."""
    guard = guard or Guard(countries=("CU",))
    link = OperatorLink(unit="o-test", routes="all", prices="all", prepaid=prepaid, guard=guard)
    return replace(company(), operator=link)


def dialplan(plan: TenantPlan, gateway: str = "main") -> str:
    """`*9` and a number from any telephone of the company."""
    asked = f"{plan.tenant},${{CALLERID(num)}},${{EXTEN}},${{price}}"
    paid = "U(c-answered^${admit_id}^${admit_seconds})"
    lines = ["[acme-own]"]
    for prefix, price in PRICES.items():
        lines += [
            f"exten => _*9{prefix}X.,1,Set(price={price})",
            " same => n,Goto(acme-paid,${EXTEN:2},1)",
        ]
    lines += [
        "exten => _*8X.,1,Set(price=)",
        " same => n,Goto(acme-paid,${EXTEN:2},1)",
        "[acme-paid]",
        f"exten => _X.,1,Gosub(c-admit,s,1({asked}))",
        " same => n,GotoIf(${LEN(${GOSUB_RETVAL})}?refused)",
        f" same => n,Dial(PJSIP/${{EXTEN}}@{plan.tenant}-gw-{gateway},60,Ti{paid})",
        " same => n,Gosub(c-release,s,1(${admit_id}))",
        " same => n,Hangup()",
        " same => n(refused),CELGenUserEvent(refused,${GOSUB_RETVAL}|${EXTEN})",
        " same => n,Hangup(21)",
    ]
    return "\n".join(lines) + "\n"


def put_dialplan(state: Path, plan: TenantPlan) -> None:
    """Beside the company's own files, as those of one more."""
    folder = state / "etc/tenants/paid"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "extensions.conf").write_text(dialplan(plan))
