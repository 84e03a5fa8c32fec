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

; On the leg to a gateway, before it dials. (tenant to record or nothing, tenant that dials: only
; where Asterisk would not know, within an operator's net)
[c-leg]
exten => s,1,ExecIf(${LEN(${ARG2})}?Set(CHANNEL(accountcode)=${ARG2}))
 same => n,GosubIf(${LEN(${ARG1})}?c-record,far,1(${ARG1}))
 same => n,Return()

; (what is limited, whose, most, "-asked" or nothing): GOSUB_RETVAL is "full" where no place is
; left, else this channel has one. Counting and taking it are one step to others. Who asks to call
; out has its place apart (-asked) until the leg to the gateway is answered, which stays where it
; transfers.
[c-seat]
exten => s,1,Set(LOCAL(locked)=${LOCK(${ARG1}:${ARG2})})
 same => n,Set(LOCAL(taken)=${GROUP_COUNT(${ARG2}@${ARG1})})
 same => n,Set(LOCAL(taken)=$[${taken}+${GROUP_COUNT(${ARG2}@${ARG1}-asked)}])
 same => n,ExecIf($[${taken}<${ARG3}]?Set(GROUP(${ARG1}${ARG4})=${ARG2}))
 same => n,Set(LOCAL(locked)=${UNLOCK(${ARG1}:${ARG2})})
 same => n,Return(${IF($[${taken}>=${ARG3}]?full)})

; On the leg to a gateway, once it is answered: its caller's places are its own now.
; (caller's channel, tenant's calls, tenant's calls out, gateway)
[c-seated]
exten => s,1,GosubIf(${LEN(${ARG2})}?take,1(${ARG1},calls,${ARG2}))
 same => n,GosubIf(${LEN(${ARG3})}?take,1(${ARG1},calls-out,${ARG3}))
 same => n,GosubIf(${LEN(${ARG4})}?take,1(${ARG1},gateway,${ARG4}))
 same => n,Return()
exten => take,1,Set(LOCAL(locked)=${LOCK(${ARG2}:${ARG3})})
 same => n,Set(GROUP(${ARG2})=${ARG3})
 same => n,ExecIf(${CHANNEL_EXISTS(${ARG1})}?Set(EXPORT(${ARG1},GROUP(${ARG2}-asked))=))
 same => n,Set(LOCAL(locked)=${UNLOCK(${ARG2}:${ARG3})})
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
