"""What operators' calls share: prefix look-ups, shares, pace, and how a gateway failed."""

DIALPLAN = """
; GOSUB_RETVAL is what the longest prefix of ${op_e164} says in the table ${op_root}, or "".
; A root's row, of three digits: `rows/lengths, longest first/what the shorter prefixes say`.
[c-longest]
exten => s,1,Set(LOCAL(row)=${DB(${op_root}/${op_e164:0:3})})
 same => n,Set(LOCAL(lengths)=${CUT(row,/,2)})
 same => n,GotoIf(${ISNULL(${lengths})}?usual)
 same => n,Set(LOCAL(rows)=${CUT(op_root,/,1)}/${CUT(row,/,1)})
 same => n(next),Set(LOCAL(value)=${DB(${rows}/${op_e164:0:${SHIFT(lengths,-)}})})
 same => n,GotoIf(${LEN(${value})}?told)
 same => n,GotoIf(${LEN(${lengths})}?next)
 same => n(usual),Return(${CUT(row,/,3)})
 same => n(told),Return(${value})

; Takes one of ${left} (`number/weight`, with - between) by the weights; GOSUB_RETVAL is its number.
[c-draw]
exten => s,1,Set(LOCAL(total)=0)
 same => n,Set(LOCAL(rest)=${left})
 same => n(sum),Set(LOCAL(one)=${SHIFT(rest,-)})
 same => n,Set(LOCAL(total)=$[${total}+${CUT(one,/,2)}])
 same => n,GotoIf(${LEN(${rest})}?sum)
 same => n,Set(LOCAL(ticket)=${RAND(1,${total})})
 same => n,Set(LOCAL(rest)=${left})
 same => n(look),Set(LOCAL(one)=${SHIFT(rest,-)})
 same => n,Set(LOCAL(ticket)=$[${ticket}-${CUT(one,/,2)}])
 same => n,GotoIf($[${ticket}>0]?look)
 same => n,Set(left=${LISTFILTER(left,-,${one})})
 same => n,Return(${CUT(one,/,1)})

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
