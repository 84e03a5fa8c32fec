"""Conference rooms, queues' keys, and calls that were parked."""

DIALPLAN = """
; (tenant, PIN, leader's PIN, most members, record): the room is this extension.
[c-room]
exten => _[0-9*#+]!,1,CELGenUserEvent(conference,${EXTEN})
 same => n,Answer()
 same => n,Set(CONFBRIDGE(bridge,max_members)=${ARG4})
 same => n,GotoIf(${ISNULL(${ARG2}${ARG3})}?join)
 same => n,Set(LOCAL(tries)=0)
 same => n(ask),Set(LOCAL(tries)=$[${tries}+1])
 same => n,Read(pin,conf-getpin,20,,1,8)
 same => n,GotoIf($["${ARG3}"!="" & "${pin}"="${ARG3}"]?lead)
 same => n,GotoIf($["${pin}"="${ARG2}"]?join)
 same => n,Playback(conf-invalidpin)
 same => n,GotoIf($[${tries}<3]?ask)
 same => n,Hangup()
 same => n(lead),Set(CONFBRIDGE(user,admin)=yes)
 same => n,Set(CONFBRIDGE(user,marked)=yes)
 same => n(join),GosubIf(${LEN(${ARG5})}?c-record,room,1(${ARG1}))
 same => n,ConfBridge(${ARG1}-${EXTEN})
 same => n,Hangup()

; Nobody took a parked call back in time: it rings whoever parked it. (tenant)
[c-parking-return]
exten => s,1,CELGenUserEvent(parked,${PARKING_SPACE})
 same => n,Dial(${PARKER},30,ti)
 same => n,Hangup()
"""
