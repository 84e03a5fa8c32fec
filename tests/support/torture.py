"""Messages after RFC 4475, the torture tests of SIP: each by the RFC's own name for its kind."""

US = "sip:551@acme.example.test"
_SDP = (
    "v=0\r\no=mhandley 29739 7272939 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 49217 RTP/AVP 0 12\r\nm=video 3227 RTP/AVP 31\r\na=rtpmap:31 LPC\r\n"
)


def _text(name: str, first: str = "", body: str = "", **headers: str | None) -> bytes:
    """A sound message with some of its headers changed (`_` for `-`), or left out (None)."""
    first = first or f"OPTIONS {US} SIP/2.0"
    method = first.split(" ")[0] if not first.startswith("SIP") else "OPTIONS"
    sound: dict[str, str | None] = {
        "Via": f"SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{name};rport",
        "Max-Forwards": "70",
        "From": f"<sip:caller@example.net>;tag={name}",
        "To": f"<{US}>",
        "Call-ID": f"{name}.torture",
        "CSeq": f"63104 {method}",
        "Contact": "<sip:caller@127.0.0.1:9>",
        "Content-Length": str(len(body)),
    }
    sound |= {key.replace("_", "-"): value for key, value in headers.items()}
    lines = [f"{key}: {value}" for key, value in sound.items() if value is not None]
    return ("\r\n".join([first, *lines]) + "\r\n\r\n" + body).encode("latin-1", "replace")


INVITE = f"INVITE {US} SIP/2.0"
_SDP_TYPE = {"Content_Type": "application/sdp"}
_LONG = "x" * 300

VALID: dict[str, bytes] = {
    "wsinv": (
        f"INVITE {US};unknownparam SIP/2.0\r\nTO :\r\n <{US}> ;   tag    = 1918181833n\r\n"
        'from   : "J Rosenberg \\\\\\"" <sip:jdrosen@example.com>\r\n  ;\r\n  tag = 98asjd8\r\n'
        "MaX-fOrWaRdS: 0068\r\nCall-ID: wsinv.ndaksdj@127.0.0.1\r\nContent-Length   : 0\r\n"
        "cseq: 0009\r\n  INVITE\r\nVia  : SIP  /   2.0\r\n /UDP\r\n    127.0.0.1;branch=390skdj"
        "\r\ns :\r\nStrangeHeader:   strange value\r\n continued strange value\r\n"
        "Unknown: ;;,,;;,;\r\nv:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n"
        "  branch  =   z9hG4bK9ikj8  ,\r\n SIP  /    2.0   / UDP  127.0.0.1   ; branch=\r\n"
        ' z9hG4bK30239\r\nm:"Quoted \\"" <sip:jdrosen@example.com> ; newparam =\r\n newvalue ;\r\n'
        "  secondparam ; q = 0.33\r\n\r\n"
    ).encode(),
    "intmeth": _text(
        "intmeth",
        "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/"
        "crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@acme.example.test SIP/2.0",
        To='"BEL:\\\x07 NUL:\\\x01 DEL:\\\x7f" <sip:1_unusual@example.com>',
        CSeq="139122385 !interesting-Method0123456789_*+`.%indeed'~",
        extensionHeader_="\xef\xbb\xbf\xe5\xa4\xa7\xe5\x81\x9c\xe9\x9b\xbb",
    ),
    "esc01": _text("esc01", "INVITE sip:sips%3Auser%40example.com@acme.example.test SIP/2.0"),
    "escnull": _text(
        "escnull",
        "REGISTER sip:acme.example.test SIP/2.0",
        To="sip:null-%00-null@acme.example.test",
        From="sip:null-%00-null@acme.example.test;tag=8398",
        Contact="<sip:%00@127.0.0.1>, <sip:%00%00@127.0.0.1>",
    ),
    "esc02": _text("esc02", f"RE%47IST%45R {US} SIP/2.0", CSeq="29344 RE%47IST%45R"),
    "lwsdisp": _text("lwsdisp", From="caller<sip:caller@example.net>;tag=323"),
    "longreq": _text(
        "longreq",
        INVITE,
        To=f'"{"I have a user name of " * 20}" <sip:{_LONG}@acme.example.test>;{_LONG}={_LONG}',
        From=f"sip:{_LONG}@{'very.' * 40}example.net;tag={_LONG}",
        Call_ID=_LONG,
        Unknown=_LONG * 4,
        Contact=f"<sip:{_LONG}@127.0.0.1>",
    ),
    "dblreq": _text("dblreq1", "REGISTER sip:acme.example.test SIP/2.0") + _text("dblreq2", INVITE),
    "semiuri": _text("semiuri", "OPTIONS sip:user;par=u%40example.net@acme.example.test SIP/2.0"),
    "transports": _text(
        "transports",
        Via="SIP/2.0/UDP t1.example.com;branch=z9hG4bKt1, SIP/2.0/SCTP t2.example.com;branch=z9hG4b"
        "Kt2, SIP/2.0/TLS t3.example.com;branch=z9hG4bKt3, SIP/2.0/UNKNOWN t4.example.com;branch=z",
    ),
    "mpart01": _text(
        "mpart01",
        f"MESSAGE {US} SIP/2.0",
        "--7a9cbec02ceef655\r\nContent-Type: text/plain\r\n\r\nHello\r\n--7a9cbec02ceef655\r\n"
        "Content-Type: application/octet-stream\r\n\r\n\x00\x01\xff\r\n--7a9cbec02ceef655--\r\n",
        Content_Type="multipart/mixed;boundary=7a9cbec02ceef655",
    ),
    "unreason": _text("unreason", "SIP/2.0 200 = 2**3 * 5**2 \xd0\xbd\xd0\xbe"),
    "noreason": _text("noreason", "SIP/2.0 100 "),
}
INVALID: dict[str, bytes] = {
    "badinv01": _text(
        "badinv01", INVITE, To=f"<{US}>;;,;,,", Contact='"" <> ;,"Joe" <sip:joe@x.org>'
    ),
    "clerr": _text("clerr", INVITE, _SDP, Content_Length="9999", **_SDP_TYPE),
    "ncl": _text("ncl", INVITE, _SDP, Content_Length="-999", **_SDP_TYPE),
    "scalar02": _text(
        "scalar02",
        "REGISTER sip:acme.example.test SIP/2.0",
        CSeq="36893488147419103232 REGISTER",
        Max_Forwards="300",
        Expires="1" + "0" * 100,
        Contact="<sip:user@127.0.0.1>;expires=280297596632815",
    ),
    "scalarlg": _text(
        "scalarlg", "SIP/2.0 503 Service Unavailable", CSeq="9292394834772304023312 OPTIONS"
    ),
    "quotbal": _text("quotbal", INVITE, To='"Mr. J. User <sip:j.user@acme.example.test>'),
    "ltgtruri": _text("ltgtruri", f"INVITE <{US}> SIP/2.0"),
    "lwsruri": _text("lwsruri", f"INVITE {US}; lr SIP/2.0"),
    "lwsstart": _text("lwsstart", f"INVITE  {US}  SIP/2.0"),
    "trws": _text("trws", f"OPTIONS {US} SIP/2.0  "),
    "escruri": _text("escruri", f"INVITE {US}?Route=%3Csip:example.com%3E SIP/2.0"),
    "baddate": _text("baddate", INVITE, Date="Fri, 01 Jan 2010 16:00:00 EST"),
    "regbadct": _text(
        "regbadct",
        "REGISTER sip:acme.example.test SIP/2.0",
        Contact="sip:user@example.com?Route=%3Csip:sip.example.com%3E",
    ),
    "badaspec": _text("badaspec", f"OPTIONS {US} SIP/2.0", To="<sip:t.watson @ acme.example.test>"),
    "baddn": _text("baddn", From="Bell, Alexander <sip:a.g.bell@example.com>;tag=43"),
    "badvers": _text("badvers", f"OPTIONS {US} SIP/7.0", Via="SIP/7.0/UDP c.example.com;branch=z9"),
    "mismatch01": _text("mismatch01", CSeq="8 INVITE"),
    "mismatch02": _text("mismatch02", f"NEWMETHOD {US} SIP/2.0", CSeq="58 INVITE"),
    "bigcode": _text("bigcode", "SIP/2.0 4294967301 better not break the receiver"),
}
BEYOND: dict[str, bytes] = {
    "badbranch": _text("badbranch", Via="SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK"),
    "insuf": _text("insuf", INVITE, To=None, From=None, Call_ID=None),
    "unkscm": _text("unkscm", "OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0"),
    "novelsc": _text("novelsc", "OPTIONS soap.beep://127.0.0.1:3002 SIP/2.0"),
    "unksm2": _text(
        "unksm2",
        "REGISTER sip:acme.example.test SIP/2.0",
        To="isbn:2983792873",
        Contact="<name:John>",
    ),
    "bext01": _text("bext01", Require="nothingSupportsThis, nothingSupportsThisEither"),
    "invut": _text("invut", INVITE, "<audio>", Content_Type="application/unknownformat"),
    "regaut01": _text(
        "regaut01",
        "REGISTER sip:acme.example.test SIP/2.0",
        Authorization="NoOneKnowsThisScheme o=x",
    ),
    "multi01": _text("multi01", INVITE, CSeq="5 INVITE\r\nCSeq: 59 INVITE\r\nCall-ID: other"),
    "mcl01": _text(
        "mcl01", body="There is no way to know", Content_Length="13\r\nContent-Length: 5"
    ),
    "bcast": _text("bcast", "SIP/2.0 200 OK", Via="SIP/2.0/UDP 127.255.255.255;branch=z9hG4bK12"),
    "zeromf": _text("zeromf", Max_Forwards="0"),
    "cparam01": _text(
        "cparam01",
        "REGISTER sip:acme.example.test SIP/2.0",
        Contact="sip:+19725552222@127.0.0.1;unknown",
    ),
    "cparam02": _text(
        "cparam02",
        "REGISTER sip:acme.example.test SIP/2.0",
        Contact="<sip:+19725552222@127.0.0.1;unknown>",
    ),
    "regescrt": _text(
        "regescrt",
        "REGISTER sip:acme.example.test SIP/2.0",
        Contact="<sip:user@example.com?Route=%3Csip:sip.example.com%3E>",
    ),
    "sdp01": _text("sdp01", INVITE, _SDP, Accept="text/nobodyKnowsThis", **_SDP_TYPE),
    "inv2543": _text("inv2543", INVITE, _SDP, Via="SIP/2.0/UDP iftgw.example.com", **_SDP_TYPE),
}
