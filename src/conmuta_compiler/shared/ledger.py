"""Calls that cost: admitted by the node's ledger, limited, charged when they end.

What the ledger decides is in the agent's `ledger/schema.py`; here is when it is asked. Who dials
by an operator's gateway calls `c-admit` first (never in an emergency), and dials with the option
`U(c-answered^${admit_id}^${admit_seconds}^…)`, whose rest `c-seated` is told.
"""

OUT_OF_ORDER_SECONDS = 1800
"""How long a call inside the country may last that the ledger could not be asked about."""

DIALPLAN = f"""
; (tenant, extension, E.164, price): returns "" or a refusal's code. Sets admit_id (empty where
; there is nothing to charge) and admit_seconds (0: no limit). While the ledger is out of order
; only calls inside the tenant's country pass, for a while.
[c-admit]
exten => s,1,Set(admit_id=)
 same => n,Set(admit_seconds=0)
 same => n,Set(LOCAL(price)=${{FILTER(0-9A-Za-z:,${{ARG4}})}})
 same => n,Set(LOCAL(country)=${{IF($["${{price}}"=""]?-:${{CUT(price,:,5)}})}})
 same => n,Set(admissions=$[0${{admissions}}+1])
 same => n,Set(LOCAL(id)=${{UNIQUEID}}-${{admissions}})
 same => n,Set(ODBCSTATUS=)
 same => n,Set(LEDGER_ADMIT(${{id}},${{CHANNEL(linkedid)}},${{ARG1}},${{FILTER(0-9*#+,${{ARG2}})}},\
${{FILTER(0-9,${{ARG3}})}},0${{CUT(price,:,1)}},0${{CUT(price,:,2)}},0${{CUT(price,:,3)}},\
0${{CUT(price,:,4)}},${{country}},0${{CUT(price,:,6)}},${{CUT(price,:,7)}})=1)
 same => n,GotoIf($["${{ODBCSTATUS}}"!="SUCCESS"]?broken)
 same => n,Set(LOCAL(told)=${{LEDGER_VERDICT(${{id}})}})
 same => n,GotoIf($["${{told}}"="" | "${{CUT(told,:,1)}}"="ledger"]?broken)
 same => n,GotoIf(${{LEN(${{CUT(told,:,1)}})}}?refused)
 same => n,Set(admit_id=${{id}})
 same => n,Set(admit_seconds=${{CUT(told,:,2)}})
 same => n,Set(CHANNEL(hangup_handler_push)=c-release,s,1(${{id}}))
 same => n,Return()
 same => n(refused),Return(${{CUT(told,:,1)}})
 same => n(broken),GotoIf($["${{CUT(price,:,6)}}"="1"]?premium)
 same => n,GosubIf(${{DIALPLAN_EXISTS(${{ARG1}}-home,s,1)}}?${{ARG1}}-home,s,1)
 same => n,GotoIf($["${{country}}"!="-" & "${{country}}"!="${{GOSUB_RETVAL}}"]?closed)
 same => n,Set(admit_seconds={OUT_OF_ORDER_SECONDS})
 same => n,Return()
 same => n(premium),Return(premium)
 same => n(closed),Return(closed)

; (admission): no gateway took the call, or the caller gave up: what was reserved is free again.
[c-release]
exten => s,1,ExecIf(${{LEN(${{ARG1}})}}?Set(LEDGER_RELEASE(${{ARG1}})=1))
 same => n,Return()

; (admission, seconds, and what c-seated is told): on the leg to a gateway, once it is answered. The
; leg stays when its caller transfers, so that it carries limits and the charge. A context in
; answered_then goes on with it.
[c-answered]
exten => s,1,Set(LOCAL(at)=${{STRFTIME(,,%s.%3q)}})
 same => n,ExecIf($[0${{ARG2}}>0]?Set(TIMEOUT(absolute)=${{ARG2}}))
 same => n,GotoIf(${{ISNULL(${{ARG1}})}}?seat)
 same => n,Set(CHANNEL(hangup_handler_push)=c-charge,s,1(${{ARG1}},${{at}}))
 same => n,Set(LEDGER_ANSWERED(${{ARG1}})=${{at}},${{CHANNEL}},${{UNIQUEID}})
 same => n(seat),GosubIf(${{LEN(${{ARG3}})}}?c-seated,s,1(${{ARG3}},${{ARG4}},${{ARG5}},${{ARG6}}))
 same => n,GotoIf(${{LEN(${{answered_then}})}}?${{answered_then}},s,1)
 same => n,Return()

; (admission, answered at): the leg has ended.
[c-charge]
exten => s,1,Set(LEDGER_ENDED(${{ARG1}})=${{ARG2}},${{STRFTIME(,,%s.%3q)}})
 same => n,Return()
"""


def home(country: str) -> str:
    """The one line of `T-home`: where the tenant is, for when the ledger cannot say."""
    return f"exten => s,1,Return({country.upper()})"
