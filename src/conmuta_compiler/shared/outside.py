"""Calls that leave by a gateway: PIN, limits, how they end, and refusals."""

DIALPLAN = """
; (tenant, domain): what the plan says of this caller, where it is an extension of the tenant.
[c-caller]
exten => s,1,Set(external_id=)
 same => n,Set(record_outside=)
 same => n,Gosub(c-me,s,1(${ARG2}))
 same => n,Set(LOCAL(me)=${GOSUB_RETVAL})
 same => n,GotoIf(${ISNULL(${me})}?done)
 same => n,GosubIf(${DIALPLAN_EXISTS(${ARG1}-callers,${me},1)}?${ARG1}-callers,${me},1)
 same => n(done),Return()

; (PINs with : between, dialled number): RESULT is "pin" where none was told in 3 tries.
[c-pin]
exten => s,1,Answer()
 same => n,Set(LOCAL(pins)=${ARG1})
 same => n,Set(LOCAL(tries)=0)
 same => n(ask),Set(LOCAL(tries)=$[${tries}+1])
 same => n,Read(pin,vm-password,20,,1,8)
 same => n,GotoIf($[${LEN(${pin})}>0 & 0${FIELDNUM(pins,:,${pin})}>0]?good)
 same => n,GotoIf($[${tries}<3]?again)
 same => n,CELGenUserEvent(refused,pin|${ARG2})
 same => n,Set(RESULT=pin)
 same => n,Return()
 same => n(again),Playback(vm-incorrect)
 same => n,Goto(ask)
 same => n(good),Set(RESULT=)
 same => n,Return()

; On the leg to a gateway, before it dials. (tenant's group, gateway's group, tenant to record)
[c-leg]
exten => s,1,ExecIf(${LEN(${ARG1})}?Set(GROUP(calls)=${ARG1}))
 same => n,ExecIf(${LEN(${ARG2})}?Set(GROUP(gateway)=${ARG2}))
 same => n,GosubIf(${LEN(${ARG3})}?c-record,far,1(${ARG3}))
 same => n,Return()

; A gateway did not carry the call. What says that the number is busy or wrong goes no further.
[c-out]
exten => s,1,Set(RESULT=${c_${DIALSTATUS}})
 same => n,GotoIf($["${RESULT}"!="unavailable"]?done)
 same => n,ExecIf($[":1:22:28:" =~ ":${HANGUPCAUSE}:"]?Set(RESULT=invalid))
 same => n,Set(LOCAL(legs)=${HANGUPCAUSE_KEYS()})
 same => n(next),GotoIf(${ISNULL(${legs})}?done)
 same => n,Set(LOCAL(leg)=${SHIFT(legs)})
 same => n,ExecIf($["${leg}" =~ "-gw-" & "${HANGUPCAUSE(${leg},tech)}" =~ "SIP 6"]?Set(RESULT=busy))
 same => n,Goto(next)
 same => n(done),HangupCauseClear()
 same => n,Return()

; How an extension hears that its call did not go out. (what to say)
; Two letters at least: one alone would also be h, where Asterisk goes when a call has ended.
[c-refuse]
exten => _[a-z][a-z]!,1,Progress()
 same => n,Playback(${ARG1},noanswer)
 same => n,Hangup(${IF(${LEN(${c_cause_${EXTEN}})}?${c_cause_${EXTEN}}:21)})
exten => busy,1,Hangup(17)
exten => no_answer,1,Hangup(19)
"""
