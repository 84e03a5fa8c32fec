"""The findings as text for a person, or as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from conmuta.local.doctor import recordings, tiers
from conmuta.local.doctor.facts import MachineSeen
from conmuta.local.doctor.findings import Finding, Level

MARKS = {Level.OK: "ok      ", Level.WARNING: "warning ", Level.FAILURE: "FAILURE "}
ASKED_MINUTES = 3_000_000


def as_text(seen: MachineSeen, findings: Sequence[Finding]) -> str:
    """Findings first, then what the machine serves."""
    lines = ["The machine", ""]
    for each in findings:
        lines.append(f"  {MARKS[each.level]} {each.subject}: {each.seen}")
        if each.advice:
            lines.append(f"            → {each.advice}")
    return "\n".join([*lines, "", *_tiers(seen), "", _sum(findings)])


def as_json(seen: MachineSeen, findings: Sequence[Finding]) -> dict[str, Any]:
    """The same for programs."""
    tier = tiers.largest(seen.cores, seen.memory)
    return {
        "findings": [asdict(each) for each in findings],
        "worst": worst(findings).value,
        "tiers": [
            {**asdict(each), "lacks": list(tiers.lacks(each, seen.cores, seen.memory))}
            for each in tiers.TIERS
        ],
        "tier": tier.name if tier else None,
    }


def worst(findings: Sequence[Finding]) -> Level:
    """The gravest level found."""
    levels = {each.level for each in findings}
    return next(level for level in (*reversed(Level), Level.OK) if level in levels)


def _sum(findings: Sequence[Finding]) -> str:
    failures = sum(each.level is Level.FAILURE for each in findings)
    warnings = sum(each.level is Level.WARNING for each in findings)
    if failures:
        return f"{failures} failures, {warnings} warnings: mend the failures first."
    return f"No failures, {warnings} warnings: Conmuta can run here."


def _tiers(seen: MachineSeen) -> list[str]:
    lines = ["Concurrent users and what they need (64-bit cores, memory)", ""]
    for tier in tiers.TIERS:
        missing = tiers.lacks(tier, seen.cores, seen.memory)
        verdict = f"lacks {' and '.join(missing)}" if missing else "this machine meets it"
        need = f"up to {tier.users:>3}   {tier.cores:>2} cores   {tier.memory} GB"
        lines.append(f"  {tier.name:<7} {need}   {verdict}")
    return [*lines, f"  {tiers.BEYOND}"]


def recordings_text(asked: recordings.Disk | recordings.Minutes) -> str:
    """The calculator's answer to `asked`, with the way that it was computed."""
    if isinstance(asked, recordings.Minutes):
        return _of_minutes(asked.count)
    return _of_disk(asked)


def recordings_json(asked: recordings.Disk | recordings.Minutes) -> dict[str, Any]:
    """The same for programs."""
    if isinstance(asked, recordings.Minutes):
        rows = [
            {**asdict(each), "bytes": recordings.size(asked.count, each.bits)}
            for each in recordings.FORMATS
        ]
        return {"minutes": asked.count, "formats": rows}
    rows = [
        {**asdict(each), "minutes": recordings.minutes(asked.size, each.bits)}
        for each in recordings.FORMATS
    ]
    return {"bytes": asked.size, "formats": rows}


def _of_disk(disk: recordings.Disk) -> str:
    lines = [f"{disk.number:g} {disk.unit} = {disk.size:,} bytes hold, in minutes of calls:", ""]
    for each in recordings.FORMATS:
        count = recordings.minutes(disk.size, each.bits)
        lines.append(f"  {count:>12,}  {each.name:<29} {each.note}".rstrip())
    bits = recordings.OURS.bits
    return "\n".join(
        [
            *lines,
            "",
            f"Computed as bytes × 8 ÷ bits per second ÷ 60: {disk.size:,} × 8 ÷ {bits:,} ÷ 60.",
            (
                f"{ASKED_MINUTES:,} minutes fit in it at "
                f"{recordings.rate(disk.size, ASKED_MINUTES) / 1000:.2f} kbit/s."
            ),
            (
                "A disk is sold in GB (10⁹ bytes); systems count GiB (2³⁰): 500 GiB hold "
                f"{recordings.minutes(500 * 2**30, bits):,} minutes of Ogg Opus."
            ),
        ]
    )


def _of_minutes(count: int) -> str:
    lines = [f"{count:,} minutes of recorded calls take:", ""]
    for each in recordings.FORMATS:
        size = recordings.size(count, each.bits)
        lines.append(f"  {size / 1e9:>10,.1f} GB = {size / 2**30:>9,.1f} GiB  {each.name}")
    how = "Computed as minutes × 60 × bits per second ÷ 8."
    return "\n".join([*lines, "", how])
