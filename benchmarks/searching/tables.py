"""What searching libraries of several sizes comes to, as tables: kinds by sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.figures import head, percentile, row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.searching.asking import Measured
    from benchmarks.searching.needles_check import Checked

MEGA = 1e6


def report(measured: Sequence[Measured], checked: Sequence[Checked]) -> None:
    """Print all tables."""
    sizes = [f"{each.built.hours:,g} h" for each in measured]
    print("\n".join(_made(measured, sizes)), end="\n\n")
    print("\n".join(_needles(checked, sizes)), end="\n\n")
    print("\n".join(_kinds(measured, sizes)), end="\n\n")
    print("\n".join(_beside(measured, sizes)))
    for each in (wrong for one in checked for wrong in (*one.missed, *one.invented)):
        print(f"wrong: {each}")
    for each in (unlike for one in checked for unlike in one.unlike):
        print(f"not among the first by meaning: {each}")


def _made(measured: Sequence[Measured], sizes: Sequence[str]) -> Iterable[str]:
    """Yield what each library is made of, its bytes, and the seconds that making it took."""
    built = [each.built for each in measured]
    yield head("library", *sizes)
    yield row("recordings", *(f"{each.recordings:,}" for each in built))
    yield row("turns", *(f"{each.turns:,}" for each in built))
    yield row("words", *(f"{each.words / MEGA:,.1f} M" for each in built))
    yield row("different words in the index", *(f"{each.forms:,}" for each in measured))
    for part in measured[0].bytes:
        yield row(f"MB, {part}", *(f"{each.bytes[part] / MEGA:,.0f}" for each in measured))
    for part in built[0].seconds:
        yield row(f"seconds, {part}", *(f"{each.seconds.get(part, 0):,.0f}" for each in built))
    yield row("seconds, in all", *(f"{sum(each.seconds.values()):,.0f}" for each in built))


def _needles(checked: Sequence[Checked], sizes: Sequence[str]) -> Iterable[str]:
    """Yield how many of the places of needles were found, by kind, and what was found beside."""
    yield head("needles found", *sizes)
    for kind in checked[0].places:
        counts = (f"{each.found[kind]} of {each.places[kind]}" for each in checked)
        yield row(kind, *counts)
    yield row("found that was not hidden", *(len(each.invented) for each in checked))
    yield row("seconds apart, at most", *(f"{each.apart:.3f}" for each in checked))


def _kinds(measured: Sequence[Measured], sizes: Sequence[str]) -> Iterable[str]:
    """Yield p50, p95 and the worst of each kind in milliseconds, and how p95 grows at the end."""
    grows = [f"p95, {sizes[-1]} / {sizes[-2]}"] if len(sizes) > 1 else []
    yield head("kind of query: p50, p95, worst in ms", *sizes, *grows)
    for kind, last in measured[-1].times.items():
        cells = [_cell(each.times.get(kind, ())) for each in measured]
        before = measured[-2].times.get(kind, ()) if grows else ()
        growth = [f"{percentile(last, 95) / percentile(before, 95):.1f}"] if before else []
        yield row(kind, *cells, *growth)


def _cell(times: Sequence[float]) -> str:
    if not times:
        return "-"
    return f"{percentile(times, 50):.0f}, {percentile(times, 95):.0f}, {max(times):.0f}"


def _beside(measured: Sequence[Measured], sizes: Sequence[str]) -> Iterable[str]:
    """Yield the seconds of a plain scan and of grep for a phrase, and those of whole commands."""
    yield head("seconds", *sizes)
    for way in measured[0].scans:
        yield row(f"a phrase, by {way}", *(f"{each.scans[way]:.2f}" for each in measured))
    for kind in measured[0].commands:
        yield row(f"whole command: {kind}", *(f"{m.commands[kind]:.2f}" for m in measured))
