"""What operators' calls share: pace, and how a gateway failed."""

DIALPLAN = """
; (gateway, most calls in a second of the clock): GOSUB_RETVAL is "full" once they have begun.
[c-pace]
exten => s,1,Set(LOCAL(locked)=${LOCK(${ARG1})})
 same => n,Set(LOCAL(past)=${GLOBAL(pace_${ARG1})})
 same => n,Set(LOCAL(begun)=$[${IF($["${CUT(past,:,1)}"="${EPOCH}"]?0${CUT(past,:,2)}:0)}+1])
 same => n,ExecIf($[${begun}<=${ARG2}]?Set(GLOBAL(pace_${ARG1})=${EPOCH}:${begun}))
 same => n,Set(LOCAL(locked)=${UNLOCK(${ARG1})})
 same => n,Return(${IF($[${begun}>${ARG2}]?full)})

; As c-out; a cause at which the route stops (op_stops, with : around each) goes no further either.
[c-carried]
exten => s,1,Gosub(c-out,s,1)
 same => n,GotoIf($["${RESULT}"!="unavailable"]?end)
 same => n,ExecIf($["${op_stops}" =~ ":${HANGUPCAUSE}:"]?Set(RESULT=stopped))
 same => n(end),Return()
"""
