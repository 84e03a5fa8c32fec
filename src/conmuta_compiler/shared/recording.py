"""Recording: both sides apart, on the channel that stays when others transfer."""

DIALPLAN = """
; (tenant): records this channel while it is bridged, once. "far" is a caller or callee outside;
; "near" is an extension that another calls, the leg that stays when the caller transfers.
; While the node's disk is nearly full, nothing is (no_recording, set by the agent, says why).
; Files: -in is what comes from the far side, -out what our side says.
[c-record]
exten => far,1,GotoIf(${LEN(${recording})}?done)
 same => n,GotoIf(${LEN(${no_recording})}?full)
 same => n,Set(recording=${ARG1}__${CHANNEL(linkedid)}__${UNIQUEID})
 same => n,Set(recording_sides=r(/state/recordings/${recording}-in.wav)\
t(/state/recordings/${recording}-out.wav))
 same => n,MixMonitor(,b${recording_sides})
 same => n,CELGenUserEvent(recording,${recording})
 same => n(done),Return()
 same => n(full),CELGenUserEvent(not_recorded,${no_recording})
 same => n,Return()
exten => near,1,GotoIf(${LEN(${recording})}?done)
 same => n,GotoIf(${LEN(${no_recording})}?full)
 same => n,Set(recording=${ARG1}__${CHANNEL(linkedid)}__${UNIQUEID})
 same => n,Set(recording_sides=r(/state/recordings/${recording}-out.wav)\
t(/state/recordings/${recording}-in.wav))
 same => n,MixMonitor(,b${recording_sides})
 same => n,CELGenUserEvent(recording,${recording})
 same => n(done),Return()
 same => n(full),CELGenUserEvent(not_recorded,${no_recording})
 same => n,Return()
; What a recorded channel hears comes from another telephone after a transfer, whose packets have
; other numbers. Debian's Asterisk takes lower ones for late and leaves them out of the recording
; (ADR 0061). So the recording begins anew, in the same files: here for a queue; by the node agent
; where a transfer runs no dialplan (conmuta_node/again.py); and a telephone to which a recorded
; call is sent on has a recording of its own (c-ring-slow).
exten => again,1,GotoIf(${ISNULL(${recording_sides})}?done)
 same => n,StopMixMonitor()
 same => n,Wait(0.06)
 same => n,MixMonitor(,ab${recording_sides})
 same => n(done),Return()
; A conference is no bridge of two: all of it is recorded.
exten => room,1,GotoIf(${LEN(${no_recording})}?full)
 same => n,Set(recording=${ARG1}__${CHANNEL(linkedid)}__${UNIQUEID})
 same => n,MixMonitor(,r(/state/recordings/${recording}-out.wav)\
t(/state/recordings/${recording}-in.wav))
 same => n,CELGenUserEvent(recording,${recording})
 same => n,Return()
 same => n(full),CELGenUserEvent(not_recorded,${no_recording})
 same => n,Return()
"""
