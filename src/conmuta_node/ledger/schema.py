"""The ledger's tables, and how it decides: views and triggers of SQLite.

Asterisk inserts a row into `calls` (by ODBC, from `c-admit`) and reads it again: the trigger
`admit` has decided within that one statement. Extension "" stands for the tenant itself.
Money is in millionths, times are epoch seconds. `reason` "" is yes. Views and triggers are made
anew whenever the agent starts.
"""

SLICE_SHARE = 10  # a call reserves a tenth of what is left …
SLICE_SECONDS = 60  # … but at least so long …
SLICE_LONGEST = 1800  # … and at most so long; the agent extends it while the call is up
DAY_SECONDS = 86_400

TABLES = """
CREATE TABLE IF NOT EXISTS accounts (
    tenant TEXT PRIMARY KEY, zone TEXT NOT NULL, country TEXT NOT NULL,
    prepaid INTEGER NOT NULL, every_country INTEGER NOT NULL,
    premium INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS funds (
    tenant TEXT PRIMARY KEY, amount INTEGER NOT NULL, currency TEXT NOT NULL,
    as_of INTEGER NOT NULL, used_since INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS open_countries (
    tenant TEXT NOT NULL, country TEXT NOT NULL, PRIMARY KEY (tenant, country)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ceilings (
    tenant TEXT NOT NULL, extension TEXT NOT NULL, money INTEGER, seconds INTEGER,
    calls INTEGER, countries INTEGER, PRIMARY KEY (tenant, extension)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS days (
    zone TEXT NOT NULL, starts INTEGER NOT NULL, day TEXT NOT NULL,
    PRIMARY KEY (zone, starts)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS used (
    tenant TEXT NOT NULL, extension TEXT NOT NULL, day TEXT NOT NULL,
    money INTEGER NOT NULL, seconds INTEGER NOT NULL,
    PRIMARY KEY (tenant, extension, day)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS paces (
    tenant TEXT NOT NULL, extension TEXT NOT NULL, minute INTEGER NOT NULL,
    calls INTEGER NOT NULL, PRIMARY KEY (tenant, extension)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (
    tenant TEXT NOT NULL, extension TEXT NOT NULL, country TEXT NOT NULL, day TEXT NOT NULL,
    PRIMARY KEY (tenant, extension, country)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blocks (
    tenant TEXT NOT NULL, extension TEXT NOT NULL, reason TEXT NOT NULL, at REAL NOT NULL,
    until REAL, number TEXT NOT NULL, PRIMARY KEY (tenant, extension)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS calls (
    id TEXT PRIMARY KEY, linkedid TEXT NOT NULL, tenant TEXT NOT NULL, extension TEXT NOT NULL,
    number TEXT NOT NULL, per_minute INTEGER NOT NULL, setup INTEGER NOT NULL,
    minimum INTEGER NOT NULL, increment INTEGER NOT NULL, country TEXT NOT NULL,
    is_premium INTEGER NOT NULL, currency TEXT NOT NULL,
    admitted REAL NOT NULL DEFAULT (julianday('now') * 86400.0 - 210866760000.0),
    day TEXT, reason TEXT, seconds INTEGER NOT NULL DEFAULT 0,
    reserved INTEGER NOT NULL DEFAULT 0, answered REAL, channel TEXT, leg TEXT, alive REAL);
CREATE INDEX IF NOT EXISTS calls_open ON calls(tenant) WHERE reason = '';
CREATE TABLE IF NOT EXISTS asking (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS news (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, tenant TEXT NOT NULL,
    at REAL NOT NULL, extension TEXT NOT NULL DEFAULT '', linkedid TEXT NOT NULL DEFAULT '',
    call TEXT NOT NULL DEFAULT '', leg TEXT NOT NULL DEFAULT '', number TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT '', currency TEXT NOT NULL DEFAULT '',
    seconds INTEGER NOT NULL DEFAULT 0, amount INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '', until REAL);
CREATE INDEX IF NOT EXISTS news_tenant ON news(tenant, id);
CREATE TABLE IF NOT EXISTS beats (id INTEGER PRIMARY KEY, at REAL NOT NULL);
"""


def cost(seconds: str, row: str) -> str:
    """`conmuta_plan.charging.cost` in SQL, of the price in `row`."""
    step = f"max(1, {row}.increment)"
    beyond = f"(({seconds} - {row}.minimum + {step} - 1) / {step}) * {step}"
    billed = f"({row}.minimum + max(0, {beyond}))"
    return f"({row}.setup + ({row}.per_minute * {billed} + 59) / 60)"


def affordable(amount: str, row: str) -> str:
    """`conmuta_plan.charging.affordable_seconds` in SQL; an amount of NULL ends nothing."""
    step = f"max(1, {row}.increment)"
    talk = f"(({amount}) - {row}.setup) * 60 / {row}.per_minute"
    return f"""(CASE WHEN ({amount}) IS NULL THEN {DAY_SECONDS}
        WHEN ({amount}) < {row}.setup THEN 0
        WHEN {row}.per_minute <= 0 THEN {DAY_SECONDS}
        WHEN {talk} < {row}.minimum THEN 0
        ELSE min({DAY_SECONDS}, {row}.minimum
             + ({talk} - {row}.minimum) / {step} * {step}) END)"""


VIEWS = {
    # The calls about which a decision is wanted now: new ones, and those to be extended
    "asked": """
        SELECT c.*, a.tenant AS account, a.country AS home, a.prepaid, a.every_country,
            a.premium AS premium_open, f.currency AS funds_currency,
            (SELECT d.day FROM days d WHERE d.zone = a.zone AND d.starts <= c.admitted
             ORDER BY d.starts DESC LIMIT 1) AS today,
            (SELECT min(d.starts) FROM days d
             WHERE d.zone = a.zone AND d.starts > c.admitted) AS tomorrow,
            f.amount - f.used_since - coalesce((SELECT sum(o.reserved) FROM calls o
                WHERE o.tenant = c.tenant AND o.reason = ''), 0) AS funds_left
        FROM asking q JOIN calls c ON c.id = q.id LEFT JOIN accounts a ON a.tenant = c.tenant
        LEFT JOIN funds f ON f.tenant = c.tenant""",
    # What is left of each ceiling: a row for the tenant and one for the extension
    "margins": """
        SELECT k.id, k.tenant, w.who,
            l.money - coalesce(u.money, 0) - coalesce((SELECT sum(o.reserved) FROM calls o
                WHERE o.tenant = k.tenant AND o.reason = '' AND o.day = k.today
                AND (w.who = '' OR o.extension = w.who)), 0) AS money,
            l.money - coalesce(u.money, 0) AS money_unused,
            l.seconds - coalesce(u.seconds, 0) - coalesce((SELECT sum(o.seconds) FROM calls o
                WHERE o.tenant = k.tenant AND o.reason = '' AND o.day = k.today
                AND (w.who = '' OR o.extension = w.who)), 0) AS seconds,
            l.seconds - coalesce(u.seconds, 0) AS seconds_unused,
            l.calls - coalesce((SELECT p.calls FROM paces p WHERE p.tenant = k.tenant
                AND p.extension = w.who
                AND p.minute = CAST(k.admitted / 60 AS INTEGER)), 0) AS calls,
            CASE WHEN l.countries IS NULL OR k.country IN ('-', k.home)
                OR EXISTS (SELECT 1 FROM seen s WHERE s.tenant = k.tenant
                    AND s.extension = w.who AND s.country = k.country) THEN NULL
                ELSE l.countries - (SELECT count(*) FROM seen s WHERE s.tenant = k.tenant
                    AND s.extension = w.who AND s.day = k.today) END AS countries,
            EXISTS (SELECT 1 FROM blocks b WHERE b.tenant = k.tenant AND b.extension = w.who
                AND (b.until IS NULL OR b.until > k.admitted)) AS is_blocked
        FROM asked k
        JOIN (SELECT id, '' AS who FROM asking UNION
              SELECT q.id, c.extension FROM asking q JOIN calls c ON c.id = q.id) w
            ON w.id = k.id
        LEFT JOIN ceilings l ON l.tenant = k.tenant AND l.extension = CASE
            WHEN w.who = '' OR EXISTS (SELECT 1 FROM ceilings x
                WHERE x.tenant = k.tenant AND x.extension = w.who) THEN w.who ELSE '*' END
        LEFT JOIN used u ON u.tenant = k.tenant AND u.extension = w.who AND u.day = k.today""",
    "limits": """
        SELECT k.*, m.is_blocked, m.calls_left, m.countries_left, m.money_left,
            m.seconds_left,
            CASE WHEN NOT k.prepaid THEN NULL
                WHEN k.funds_left IS NULL OR k.currency <> k.funds_currency THEN -1
                ELSE k.funds_left END AS funds_only
        FROM asked k JOIN (
            SELECT id, max(is_blocked) AS is_blocked, min(calls) AS calls_left,
                min(countries) AS countries_left, min(money) AS money_left,
                min(seconds) AS seconds_left
            FROM margins GROUP BY id) m ON m.id = k.id""",
    "amounts": """
        SELECT l.*, CASE WHEN l.funds_only IS NULL THEN l.money_left
            WHEN l.money_left IS NULL THEN l.funds_only
            ELSE min(l.funds_only, l.money_left) END AS amount_left
        FROM limits l""",
    "verdicts": f"""
        SELECT v.*,
        CASE
            WHEN v.account IS NULL OR v.today IS NULL THEN 'ledger'
            WHEN v.is_blocked THEN 'blocked'
            WHEN v.is_premium AND NOT v.premium_open THEN 'premium'
            WHEN v.country NOT IN ('-', v.home) AND NOT v.every_country
                AND NOT EXISTS (SELECT 1 FROM open_countries o
                    WHERE o.tenant = v.tenant AND o.country = v.country) THEN 'closed'
            WHEN v.calls_left <= 0 THEN 'rate'
            WHEN v.countries_left <= 0 THEN 'countries'
            WHEN v.prepaid AND {affordable("v.funds_only", "v")} < 1 THEN 'funds'
            WHEN {affordable("v.money_left", "v")} < 1 THEN 'money'
            WHEN v.seconds_left < 1 THEN 'minutes'
            ELSE '' END AS verdict,
        CASE WHEN v.amount_left IS NULL AND v.seconds_left IS NULL THEN 0
            ELSE min(max({affordable(f"v.amount_left / {SLICE_SHARE}", "v")},
                    min({affordable("v.amount_left", "v")}, {SLICE_SECONDS})),
                coalesce(max(v.seconds_left / {SLICE_SHARE},
                    min(v.seconds_left, {SLICE_SECONDS})), {DAY_SECONDS}),
                {SLICE_LONGEST}) END AS slice
        FROM amounts v""",  # noqa: S608 — constants
    # Asterisk says here that a call has ended
    "ended": "SELECT id AS call, answered, alive AS ended FROM calls",
}

_TALKED = f"""coalesce((SELECT sum({
    cost(
        f"min(o.seconds, {SLICE_SECONDS} + CAST(NEW.admitted - coalesce(o.answered, NEW.admitted) "
        "AS INTEGER))",
        "o",
    )
})
    FROM calls o WHERE o.tenant = m.tenant AND o.reason = '' AND o.day = v.today
    AND (m.who = '' OR o.extension = m.who)), 0)"""  # noqa: S608 — constants
"""What the calls that are up cost by now and within the next minute."""
_TALKED_SECONDS = f"""coalesce((SELECT sum(min(o.seconds, {SLICE_SECONDS}
    + CAST(NEW.admitted - coalesce(o.answered, NEW.admitted) AS INTEGER)))
    FROM calls o WHERE o.tenant = m.tenant AND o.reason = '' AND o.day = v.today
    AND (m.who = '' OR o.extension = m.who)), 0)"""  # noqa: S608 — constants

TRIGGERS = {
    # A ceiling that is truly reached shuts the extension until somebody lifts that, and the
    # tenant until its day ends. One that is only reserved refuses the call and no more.
    "admit": f"""
        AFTER INSERT ON calls WHEN NEW.reason IS NULL BEGIN
        INSERT INTO asking VALUES (NEW.id);
        UPDATE calls SET (reason, seconds) =
            (SELECT verdict, CASE verdict WHEN '' THEN slice ELSE 0 END
             FROM verdicts WHERE id = NEW.id) WHERE id = NEW.id;
        INSERT OR REPLACE INTO blocks
            SELECT m.tenant, m.who, c.reason, NEW.admitted,
                CASE m.who WHEN '' THEN v.tomorrow END, NEW.number
            FROM calls c JOIN asked v ON v.id = c.id JOIN margins m ON m.id = c.id
            WHERE c.id = NEW.id AND (
                (c.reason = 'money' AND {affordable("m.money", "c")} < 1
                    AND m.money_unused - {_TALKED} <= {cost("1", "c")})
                OR (c.reason = 'minutes' AND m.seconds < 1
                    AND m.seconds_unused <= {_TALKED_SECONDS})
                OR (c.reason = 'countries' AND m.countries <= 0));
        INSERT INTO news (kind, tenant, at, extension, linkedid, call, number, country,
                reason, until)
            SELECT 'block', b.tenant, NEW.admitted, b.extension, NEW.linkedid, NEW.id,
                NEW.number, NEW.country, b.reason, b.until
            FROM blocks b WHERE b.tenant = NEW.tenant AND b.at = NEW.admitted
                AND b.number = NEW.number
                AND (SELECT reason FROM calls WHERE id = NEW.id)
                    IN ('money', 'minutes', 'countries');
        INSERT OR REPLACE INTO paces
            SELECT m.tenant, m.who, CAST(NEW.admitted / 60 AS INTEGER),
                1 + coalesce((SELECT p.calls FROM paces p WHERE p.tenant = m.tenant
                    AND p.extension = m.who
                    AND p.minute = CAST(NEW.admitted / 60 AS INTEGER)), 0)
            FROM margins m JOIN calls c ON c.id = m.id WHERE m.id = NEW.id AND c.reason = '';
        INSERT OR IGNORE INTO seen
            SELECT m.tenant, m.who, NEW.country, v.today
            FROM margins m JOIN calls c ON c.id = m.id JOIN asked v ON v.id = m.id
            WHERE m.id = NEW.id AND c.reason = '' AND NEW.country NOT IN ('-', v.home);
        UPDATE calls SET reserved = CASE WHEN seconds > 0 THEN {cost("calls.seconds", "calls")}
                ELSE 0 END, day = (SELECT today FROM asked WHERE id = NEW.id)
            WHERE id = NEW.id;
        DELETE FROM asking WHERE id = NEW.id;
        END""",  # noqa: S608 — constants
    "end_call": f"""
        INSTEAD OF INSERT ON ended BEGIN
        INSERT INTO news (kind, tenant, at, extension, linkedid, call, leg, number, country,
                currency, seconds, amount)
            SELECT 'charge', c.tenant, NEW.ended, c.extension, c.linkedid, c.id,
                coalesce(c.leg, ''), c.number, c.country, c.currency,
                max(0, CAST(NEW.ended - coalesce(c.answered, NEW.answered) AS INTEGER)),
                {
        cost("max(0, CAST(NEW.ended - coalesce(c.answered, NEW.answered) AS INTEGER))", "c")
    }
            FROM calls c WHERE c.id = NEW.call AND c.reason = '';
        DELETE FROM calls WHERE id = NEW.call AND reason = '';
        END""",  # noqa: S608 — constants
    # Before the row of the call goes: its day is there
    "charge": """
        AFTER INSERT ON news WHEN NEW.kind = 'charge' BEGIN
        INSERT OR REPLACE INTO used
            SELECT c.tenant, w.who, c.day,
                NEW.amount + coalesce((SELECT u.money FROM used u WHERE u.tenant = c.tenant
                    AND u.extension = w.who AND u.day = c.day), 0),
                NEW.seconds + coalesce((SELECT u.seconds FROM used u WHERE u.tenant = c.tenant
                    AND u.extension = w.who AND u.day = c.day), 0)
            FROM calls c JOIN (SELECT '' AS who UNION SELECT NEW.extension) w
            WHERE c.id = NEW.call;
        UPDATE funds SET used_since = used_since + NEW.amount WHERE tenant = NEW.tenant;
        END""",
}


def script() -> str:
    """All of it, to be run whenever the ledger is opened."""
    lines = [TABLES]
    lines += [f"DROP TRIGGER IF EXISTS {name};" for name in TRIGGERS]
    lines += [f"DROP VIEW IF EXISTS {name};" for name in reversed(VIEWS)]
    lines += [f"CREATE VIEW {name} AS {text};" for name, text in VIEWS.items()]
    lines += [f"CREATE TRIGGER {name} {text};" for name, text in TRIGGERS.items()]
    return "BEGIN IMMEDIATE;\n" + "\n".join(lines) + "\nCOMMIT;"
