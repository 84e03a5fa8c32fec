"""Ringing an extension, its forwards, and leaving a message."""

DIALPLAN = """
; An extension dials an extension.
; (tenant, number, phones, seconds, flags, record, forward always, on busy, on no answer)
; flags: d do not disturb, w no call waiting, f forwards; record: i calls from outside, n internal.
; The plain call passes the first three lines; all else is in c-ring-slow. What ended it, where
; somebody answered or the caller hung up, is in Asterisk's own events.
; An address may have & in it (RFC 3261), which Dial takes for the next channel: of several
; telephones each must be of the first one's endpoint, else all of them count as absent.
[c-direct]
exten => _[0-9*#+]!,1,GotoIf(${FILTER(&,${ARG3})}${ARG5}${ARG6}${record_inside}${recording}\
${DB(${ARG1}-features/${ARG2})}${ISNULL(${ARG3})}?unusual)
 same => n(ring),CELGenUserEvent(internal,${EXTEN}|${ARG2})
 same => n,Dial(${ARG3},${ARG4},tTi)
 same => n,Set(LOCAL(direct)=1)
 same => n,Goto(c-rang,${EXTEN},1)
 same => n(unusual),ExecIf($["${ARG3}" =~ "^(PJSIP/[^/]*/)[^&]*(&\\1[^&]*)*$"]?NoOp():Set(ARG3=))
 same => n,GotoIf(${ARG5}${ARG6}${record_inside}${recording}\
${DB(${ARG1}-features/${ARG2})}${ISNULL(${ARG3})}?:ring)
 same => n,CELGenUserEvent(internal,${EXTEN})
 same => n,Set(LOCAL(direct)=1)
 same => n,Goto(c-ring-slow,${EXTEN},1)

; A flow or an inbound number rings an extension: called from T-ring, returns to T-ring's caller.
[c-ring]
exten => _[0-9*#+]!,1,GotoIf(${FILTER(&,${ARG3})}${ARG5}${ARG6}\
${DB(${ARG1}-features/${ARG2})}${ISNULL(${ARG3})}?unusual)
 same => n(ring),CELGenUserEvent(ring,${ARG2})
 same => n,Dial(${ARG3},${ARG4},ti)
 same => n,Goto(c-rang,${EXTEN},1)
 same => n(unusual),ExecIf($["${ARG3}" =~ "^(PJSIP/[^/]*/)[^&]*(&\\1[^&]*)*$"]?NoOp():Set(ARG3=))
 same => n,GotoIf(${ARG5}${ARG6}\
${DB(${ARG1}-features/${ARG2})}${ISNULL(${ARG3})}?c-ring-slow,${EXTEN},1:ring)

; It rang, and nobody took it.
[c-rang]
exten => _[0-9*#+]!,1,Set(RESULT=${c_${DIALSTATUS}})
 same => n,ExecIf($["${DIALSTATUS}${HANGUPCAUSE}"="CHANUNAVAIL21"]?Set(RESULT=busy))
 same => n,CELGenUserEvent(result,${ARG2}|${RESULT})
 same => n,Goto(c-ring-end,${EXTEN},1)

[c-ring-end]
exten => _[0-9*#+]!,1,GotoIf(${LEN(${direct})}?c-missed,${ARG2},1)
 same => n,StackPop()
 same => n,Return()

; What a telephone set (AstDB T-features/EXT) goes before the plan; "-" there means off.
[c-ring-slow]
exten => _[0-9*#+]!,1,Set(LOCAL(always)=${ARG7})
 same => n,Set(LOCAL(busy)=${ARG8})
 same => n,Set(LOCAL(no_answer)=${ARG9})
 same => n,Set(LOCAL(quiet)=$["${ARG5}" =~ "d"])
 same => n,GotoIf(${ISNULL(${DB(${ARG1}-features/${ARG2})})}?known)
 same => n,Set(LOCAL(told)=${DB(${ARG1}-features/${ARG2}/forward_always)})
 same => n,ExecIf(${LEN(${told})}?Set(LOCAL(always)=${FILTER(0-9*#+,${told})}))
 same => n,Set(LOCAL(told)=${DB(${ARG1}-features/${ARG2}/forward_busy)})
 same => n,ExecIf(${LEN(${told})}?Set(LOCAL(busy)=${FILTER(0-9*#+,${told})}))
 same => n,Set(LOCAL(told)=${DB(${ARG1}-features/${ARG2}/forward_no_answer)})
 same => n,ExecIf(${LEN(${told})}?Set(LOCAL(no_answer)=${FILTER(0-9*#+,${told})}))
 same => n,Set(LOCAL(told)=${DB(${ARG1}-features/${ARG2}/do_not_disturb)})
 same => n,ExecIf(${LEN(${told})}?Set(LOCAL(quiet)=$["${told}"="yes"]))
 same => n(known),Set(LOCAL(to)=${always})
 same => n,GotoIf(${LEN(${to})}?forward)
 same => n,GotoIf(${quiet}?taken)
 same => n,GotoIf($["${ARG5}" =~ "w" \
& "${DEVICE_STATE(PJSIP/${CUT(ARG3,/,2)})}" =~ "^(INUSE|BUSY|RING|ONHOLD)"]?taken)
 same => n,GotoIf(${ISNULL(${ARG3})}?absent)
 same => n,Set(LOCAL(options)=tTi)
 same => n,GotoIf($["${TRANSFER_CONTEXT}"="c-nowhere"]?outside)
 same => n,GotoIf($["${ARG6}${record_inside}" =~ "n|r"]?:ring)
 same => n,Set(LOCAL(options)=tTib(c-record^near^1(${ARG1})))
 same => n,Goto(ring)
 same => n(outside),Set(LOCAL(options)=ti)
 same => n,ExecIf($["${recording}"!="" & "${recording}"!="no"]?\
Set(LOCAL(options)=tib(c-record^near^1(${ARG1}))))
 same => n,GosubIf($["${ARG6}" =~ "i"]?c-record,far,1(${ARG1}))
 same => n(ring),CELGenUserEvent(ring,${ARG2})
 same => n,Dial(${ARG3},${ARG4},${options})
 same => n,Set(RESULT=${c_${DIALSTATUS}})
 same => n,ExecIf($["${DIALSTATUS}${HANGUPCAUSE}"="CHANUNAVAIL21"]?Set(RESULT=busy))
 same => n,Goto(ended)
 same => n(taken),Set(RESULT=busy)
 same => n,Goto(ended)
 same => n(absent),Set(RESULT=unavailable)
 same => n(ended),Set(LOCAL(to)=${IF($["${RESULT}"="busy"]?${busy}:${no_answer})})
 same => n,GotoIf(${LEN(${to})}?forward)
 same => n,CELGenUserEvent(result,${ARG2}|${RESULT})
 same => n,Goto(c-ring-end,${EXTEN},1)
 same => n(forward),CELGenUserEvent(result,${ARG2}|forwarded:${to})
 same => n,Set(RESULT=unavailable)
 same => n,Set(forwards=$[0${forwards}+1])
 same => n,GotoIf($[${forwards}>5]?c-ring-end,${EXTEN},1)
 same => n,GotoIf(${DIALPLAN_EXISTS(${ARG1}-ring,${to},1)}?inside)
 same => n,GotoIf($["${TRANSFER_CONTEXT}"="c-nowhere"]?beyond)
 same => n,Gosub(${ARG1}-device,${ARG2},1)
 same => n,Set(LOCAL(whence)=${PJSIP_ENDPOINT(${GOSUB_RETVAL},context)})
 same => n,GotoIf(${DIALPLAN_EXISTS(${whence},${to},1)}?${whence},${to},1)
 same => n(beyond),GosubIf(${DIALPLAN_EXISTS(${ARG1}-external,${to},1)}?${ARG1}-external,${to},1)
 same => n,Goto(c-ring-end,${EXTEN},1)
 same => n(inside),Gosub(${ARG1}-ring,${to},1(${ARG4}))
 same => n,Goto(c-ring-end,${EXTEN},1)

; A direct call did not arrive: the tenant's reception, else the mailbox, else the tone.
[c-missed]
exten => _[0-9*#+]!,1,Set(dialled=${EXTEN})
 same => n,GotoIf(${DIALPLAN_EXISTS(${ARG1}-missed,${RESULT},1)}?${ARG1}-missed,${RESULT},1)
 same => n,GosubIf(${DIALPLAN_EXISTS(${ARG1}-voicemail,${EXTEN},1)}\
?${ARG1}-voicemail,${EXTEN},1(${RESULT}))
 same => n,Hangup(${c_cause_${RESULT}})

; (tenant, why, greeting): called from T-voicemail, returns to T-voicemail's caller.
[c-voicemail]
exten => _[0-9*#+]!,1,CELGenUserEvent(voicemail,${EXTEN})
 same => n,GotoIf(${LEN(${ARG3})}?own)
 same => n,VoiceMail(${EXTEN}@${ARG1},${IF($["${ARG2}"="busy"]?b:u)})
 same => n,Goto(left)
 same => n(own),Answer()
 same => n,Playback(${ARG3})
 same => n,VoiceMail(${EXTEN}@${ARG1},s)
 same => n(left),StackPop()
 same => n,Return()
"""
