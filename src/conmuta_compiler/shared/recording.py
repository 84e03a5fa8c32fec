"""Recording: both sides apart, on the channel that stays when others transfer."""

DIALPLAN = """
; (tenant): records this channel while it is bridged, once. "far" is a caller or callee outside;
; "near" is an extension that another calls, the leg that stays when the caller transfers.
; Files: -in is what comes from the far side, -out what our side says.
[c-record]
exten => far,1,GotoIf(${LEN(${recording})}?done)
 same => n,Set(recording=${ARG1}__${CHANNEL(linkedid)}__${UNIQUEID})
 same => n,MixMonitor(,br(/state/recordings/${recording}-in.wav)\
t(/state/recordings/${recording}-out.wav))
 same => n,CELGenUserEvent(recording,${recording})
 same => n(done),Return()
exten => near,1,GotoIf(${LEN(${recording})}?done)
 same => n,Set(recording=${ARG1}__${CHANNEL(linkedid)}__${UNIQUEID})
 same => n,MixMonitor(,br(/state/recordings/${recording}-out.wav)\
t(/state/recordings/${recording}-in.wav))
 same => n,CELGenUserEvent(recording,${recording})
 same => n(done),Return()
; A recorded call that was transferred to a queue: the recording begins anew, in the same files.
; (Asterisk 22.10 may lose what a channel hears after a transfer, its issue 507: so a telephone that
; a recorded call is transferred to has a recording of its own, c-ring-slow.)
exten => again,1,GotoIf($["${recording}"="no"]?done)
 same => n,StopMixMonitor()
 same => n,MixMonitor(,abr(/state/recordings/${recording}-in.wav)\
t(/state/recordings/${recording}-out.wav))
 same => n(done),Return()
; A conference is no bridge of two: all of it is recorded.
exten => room,1,Set(recording=${ARG1}__${CHANNEL(linkedid)}__${UNIQUEID})
 same => n,MixMonitor(,r(/state/recordings/${recording}-out.wav)\
t(/state/recordings/${recording}-in.wav))
 same => n,CELGenUserEvent(recording,${recording})
 same => n,Return()
"""
