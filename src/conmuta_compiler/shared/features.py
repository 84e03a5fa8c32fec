"""What telephones dial for a service."""

DIALPLAN = """
; (domain): the number of the telephone that calls; empty for anyone else.
[c-me]
exten => s,1,GotoIf($["${CHANNEL(channeltype)}"!="PJSIP"]?nobody)
 same => n,GotoIf($["${CUT(CHANNEL(endpoint),@,2)}"="${ARG1}" & "${ARG1}"!=""]?phone)
 same => n(nobody),Return()
 same => n(phone),Return(${FILTER(0-9*#+,${CALLERID(num)})})

; (tenant, domain, feature, value): "ask" as value asks for a number; "-" switches off.
[c-feature]
exten => s,1,Gosub(c-me,s,1(${ARG2}))
 same => n,Set(LOCAL(me)=${GOSUB_RETVAL})
 same => n,GotoIf(${ISNULL(${me})}?c-nobody,s,1)
 same => n,Answer()
 same => n,Set(LOCAL(value)=${ARG4})
 same => n,GotoIf($["${value}"!="ask"]?set)
 same => n,Read(value,vm-enter-num-to-call,32,,1,8)
 same => n,Set(LOCAL(value)=${FILTER(0-9*#+,${value})})
 same => n,GotoIf(${ISNULL(${value})}?c-nobody,s,1)
 same => n(set),Set(DB(${ARG1}-features/${me}/${ARG3})=${value})
 same => n,Set(DB(${ARG1}-features/${me})=1)
 same => n,CELGenUserEvent(feature,${me}|${ARG3}|${IF($["${value}"="-"]?:${value})})
 same => n,Playback(${IF($["${value}"="-"]?vm-deleted:vm-saved)})
 same => n,Hangup()

[c-nobody]
exten => s,1,Answer()
 same => n,Playback(vm-sorry)
 same => n,Hangup()

; (tenant, domain)
[c-mailbox]
exten => own,1,Gosub(c-me,s,1(${ARG2}))
 same => n,GotoIf(${ISNULL(${GOSUB_RETVAL})}?c-nobody,s,1)
 same => n,Answer()
 same => n,VoiceMailMain(${GOSUB_RETVAL}@${ARG1})
 same => n,Hangup()
exten => any,1,Answer()
 same => n,VoiceMailMain(@${ARG1})
 same => n,Hangup()

[c-echo]
exten => s,1,Answer()
 same => n,Playback(demo-echotest)
 same => n,Echo()
 same => n,Playback(demo-echodone)
 same => n,Hangup()

; (tenant, domain): a message spoken into the telephone, for the server to take as a new version
; of the prompt recorded-EXTENSION. Who knows the PIN of the extension's mailbox may.
[c-prompt]
exten => s,1,Gosub(c-me,s,1(${ARG2}))
 same => n,GotoIf(${ISNULL(${GOSUB_RETVAL})}?c-nobody,s,1)
 same => n,GotoIf(${VM_INFO(${GOSUB_RETVAL}@${ARG1},exists)}?:c-nobody,s,1)
 same => n,Set(prompt_of=${GOSUB_RETVAL})
 same => n,Answer()
 same => n,VMAuthenticate(${prompt_of}@${ARG1})
 same => n,Set(prompt=${ARG1}__${prompt_of}__${UNIQUEID})
 same => n,Set(CHANNEL(hangup_handler_push)=c-prompted,s,1)
 same => n,Record(/state/spool/prompts/${prompt}.wav,5,300,k)
 same => n,Playback(/state/spool/prompts/${prompt})
 same => n,Playback(vm-saved)
 same => n,Hangup()
[c-prompted]
exten => s,1,CELGenUserEvent(prompt,${prompt_of}|${prompt}.wav)
 same => n,Return()

; (tenant): the extension picks up the call that rings at ${EXTEN}.
[c-pickup]
exten => _[0-9*#+]!,1,GotoIf(${DIALPLAN_EXISTS(${ARG1}-ring,${EXTEN},1)}?:nobody)
 same => n,Gosub(${ARG1}-device,${EXTEN},1)
 same => n,PickupChan(PJSIP/${GOSUB_RETVAL}-)
 same => n,Hangup(19)
 same => n(nobody),Hangup(1)
"""
