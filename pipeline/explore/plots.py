"""Plots for notebooks: Swedish words, units on the axes, drawn as SVG so that they stay sharp."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pipeline.codebook import LABELS, STATUSES, SWEDISH
from pipeline.explore.html import STRONG

if TYPE_CHECKING:
    import pandas as pd

_STYLE: Any = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "svg.hashsalt": "kommunlupp",
}
_BY_STATUS = dict(
    zip(STATUSES, ("#1f5f9e", "#5b95cb", "#a9c8e6", "#e0b26b", "#9a9a9a"), strict=True)
)
BLUE = "#1f5f9e"
COMMA = FuncFormatter(lambda value, _: f"{value:g}".replace(".", ","))


class Plot:
    """A drawn figure, which a notebook shows."""

    def __init__(self, draw: Callable[[Axes], object], title: str, size: tuple[float, float]):
        with rc_context(_STYLE):
            figure = Figure(figsize=size, layout="constrained")
            axes = figure.add_subplot()
            draw(axes)
            axes.set_title(title)
            sink = io.StringIO()
            figure.savefig(sink, format="svg", metadata={"Date": None, "Title": title})
        self.svg = sink.getvalue()
        self.title = title

    def _repr_html_(self) -> str:
        # As an image it has a text of its own, and its ids do not meet those of other plots.
        data = base64.b64encode(self.svg.encode()).decode()
        return Markup('<img lang="sv" alt="{}" src="data:image/svg+xml;base64,{}">').format(
            f"Diagram: {self.title}", data
        )

    def __repr__(self) -> str:
        return f"Plot({self.title!r})"


def by_measure(findings: pd.DataFrame, title: str = "Fynd per åtgärd och status") -> Plot:
    """Stacked bars: findings a measure, by status."""
    counts = findings.groupby(["label", "status"]).size().unstack(fill_value=0)
    counts = counts.reindex(index=LABELS[::-1], columns=STATUSES, fill_value=0)

    def draw(axes: Axes) -> None:
        _stacked(axes, [SWEDISH[label] for label in counts.index], counts)
        axes.set_xlabel("antal fynd")

    return Plot(draw, title, (8, 4.6))


def by_municipality(findings: pd.DataFrame, at_most: int = 20) -> Plot:
    """Stacked bars: findings a municipality, by status, the most first."""
    each = findings.explode("municipality_names").dropna(subset=["municipality_names"])
    counts = each.groupby(["municipality_names", "status"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=STATUSES, fill_value=0)
    order = counts.sum(axis=1).sort_values(kind="stable").index[-at_most:]
    counts = counts.loc[order]

    def draw(axes: Axes) -> None:
        _stacked(axes, list(counts.index), counts)
        axes.set_xlabel("antal fynd")

    return Plot(draw, "Fynd per kommun och status", (8, 1 + 0.27 * len(counts)))


def by_year(findings: pd.DataFrame) -> Plot:
    """Stacked columns: findings by the year that they are about."""
    told = findings.dropna(subset=["year"])
    counts = told.groupby([told["year"].astype(int), "status"]).size().unstack(fill_value=0)
    years = range(counts.index.min(), counts.index.max() + 1)
    counts = counts.reindex(index=years, columns=STATUSES, fill_value=0)
    untold = len(findings) - len(told)

    def draw(axes: Axes) -> None:
        bottom = counts.iloc[:, 0] * 0
        for status in STATUSES:
            axes.bar(
                counts.index,
                counts[status],
                bottom=bottom,
                color=_BY_STATUS[status],
                label=SWEDISH[status],
            )
            bottom = bottom + counts[status]
        axes.set_xlabel(f"år som fyndet gäller ({untold} fynd utan år visas inte)")
        axes.set_ylabel("antal fynd")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        _legend_below(axes)

    return Plot(draw, "Fynd per år", (8, 3.4))


def bars(values: pd.Series[float], title: str, unit: str) -> Plot:
    """Horizontal bars, the first value at the top."""

    def draw(axes: Axes) -> None:
        axes.barh([str(name) for name in values.index[::-1]], values.to_numpy()[::-1], color=BLUE)
        axes.set_xlabel(unit)
        axes.xaxis.set_major_formatter(COMMA)

    return Plot(draw, title, (8, 0.9 + 0.3 * len(values)))


def before_and_after(table: pd.DataFrame, title: str, unit: str) -> Plot:
    """Two bars a row, for the two columns of a table, on one scale."""

    def draw(axes: Axes) -> None:
        places = np.arange(len(table))[::-1]
        for column, shift, hue in zip(table.columns, (0.2, -0.2), ("#e0b26b", BLUE), strict=True):
            axes.barh(places + shift, table[column], height=0.38, color=hue, label=column)
        axes.set_yticks(places, table.index)
        axes.set_xlabel(unit)
        axes.xaxis.set_major_formatter(COMMA)
        axes.legend(frameon=False)

    return Plot(draw, title, (8, 1 + 0.34 * len(table)))


def histogram(values: pd.Series[float], title: str, unit: str, ylabel: str) -> Plot:
    """How often values between 0 and 1 occur, in steps of 0.05."""

    def draw(axes: Axes) -> None:
        axes.hist(values, bins=20, range=(0, 1), color=BLUE, edgecolor="white")
        axes.set_xlabel(unit)
        axes.set_ylabel(ylabel)
        axes.xaxis.set_major_formatter(COMMA)

    return Plot(draw, title, (8, 3))


def matrix(table: pd.DataFrame, title: str, xlabel: str, ylabel: str) -> Plot:
    """A table of counts as shades, each number written in its cell."""

    def draw(axes: Axes) -> None:
        axes.imshow(table.to_numpy(), cmap="Blues", aspect="auto")
        axes.set_xticks(range(table.shape[1]), table.columns, rotation=40, ha="right")
        axes.set_yticks(range(table.shape[0]), table.index)
        most = max(1, table.to_numpy().max())
        for y, row in enumerate(table.to_numpy()):
            for x, value in enumerate(row):
                shade = "white" if value > 0.6 * most else "#1a1a1a"
                axes.text(x, y, str(value) if value else "·", ha="center", va="center", color=shade)
        axes.set_xlabel(xlabel)
        axes.set_ylabel(ylabel)
        axes.spines[:].set_visible(False)

    return Plot(draw, title, (8.5, 6))


def lines(table: pd.DataFrame, title: str, xlabel: str, ylabel: str) -> Plot:
    """One line a column, over the index; every line bears its name."""
    hues = list(STRONG.values())

    def draw(axes: Axes) -> None:
        for number, name in enumerate(table.columns):
            style = ("-", "--", ":")[number % 3]
            axes.plot(table.index, table[name], style, color=hues[number], label=name, marker=".")
        axes.set_xlabel(xlabel)
        axes.set_ylabel(ylabel)
        axes.set_ylim(0, 1.02)
        axes.xaxis.set_major_formatter(COMMA)
        axes.yaxis.set_major_formatter(COMMA)
        axes.legend(frameon=False)

    return Plot(draw, title, (8, 3.6))


def intervals(table: pd.DataFrame, title: str, unit: str) -> Plot:
    """A point and its 95 % interval a row (`value`, `low`, `high`), and `found` as a cross."""

    def draw(axes: Axes) -> None:
        places = range(len(table))[::-1]
        low, high = table["value"] - table["low"], table["high"] - table["value"]
        axes.errorbar(
            table["value"],
            list(places),
            xerr=[low, high],
            fmt="o",
            color=BLUE,
            capsize=3,
            label="uppskattning, 95 % intervall",
        )
        axes.plot(table["found"], list(places), "x", color="#b8561b", label="antal fynd")
        axes.set_yticks(list(places), table.index)
        axes.set_xlabel(unit)
        axes.set_xlim(left=0)
        axes.legend(frameon=False)

    return Plot(draw, title, (8, 1.2 + 0.34 * len(table)))


def _stacked(axes: Axes, names: Sequence[str], counts: pd.DataFrame) -> None:
    left = counts.iloc[:, 0].to_numpy() * 0
    for status in STATUSES:
        widths = counts[status].to_numpy()
        axes.barh(names, widths, left=left, color=_BY_STATUS[status], label=SWEDISH[status])
        left = left + widths
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _legend_below(axes)


def _legend_below(axes: Axes) -> None:
    """Under the plot, where it covers no bar."""
    figure = axes.get_figure()
    assert isinstance(figure, Figure)
    figure.legend(frameon=False, fontsize=9, loc="outside lower center", ncols=len(STATUSES))
