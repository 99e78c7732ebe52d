"""An audit as a picture, with matplotlib: the figures against the baseline, and accuracy over the threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from lint_keras_acc.runtime.auditing.data import Audit, Candidate, OutputAudit, ThresholdCurve
from lint_keras_acc.runtime.render import figure, output_name, title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's colours, which colour-blind readers tell apart; they also differ in lightness.
_HONEST, _RUNS, _BASELINE = "#0072B2", "#E69F00", "#000000"
_OTHER, _INK, _FAINT = "#BFC5CA", "#22272B", "#6B747B"
_WIDTH, _NARROW, _BAR, _LEAST, _FRAME = 11.0, 7.5, 0.34, 2.7, 1.5
_DPI = 150
# Where the column of figures ends, to the right of the longest bar and of every baseline; room above for the cuts.
_VALUES, _PAD = 1.18, 22


def save_plot(audit: Audit, path: str) -> None:
    """Write the picture to `path`, in the format that its ending names (png, svg, pdf).

    Raises OSError where it cannot be written, ValueError for an ending that matplotlib does not know.
    """
    plot(audit).savefig(path, dpi=_DPI)


def plot(audit: Audit) -> Figure:
    """One row for each output: what could count as right against the baseline, and beside it the threshold."""
    shown = [[one for one in output.candidates if one.figure is not None] for output in audit.outputs]
    heights = [max(_LEAST, _BAR * len(candidates) + _FRAME) for candidates in shown]
    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12, wspace=0.04, hspace=0.06)
    drawing = Figure(
        figsize=(_WIDTH if any(output.curve for output in audit.outputs) else _NARROW, sum(heights) + 0.6),
        layout=layout,
        facecolor="white",
    )
    FigureCanvasAgg(drawing)
    drawing.suptitle(title(audit), x=0.012, ha="left", fontsize=13, fontweight="bold", color=_INK)
    grid = drawing.add_gridspec(len(shown), 2, width_ratios=(1.0, 1.0), height_ratios=heights)
    for row, (output, candidates) in enumerate(zip(audit.outputs, shown, strict=True)):
        name = output_name(output, audit.outputs)
        if output.curve is None:
            _draw_bars(drawing.add_subplot(grid[row, :]), output, candidates, name)
            continue
        _draw_bars(drawing.add_subplot(grid[row, 0]), output, candidates, name)
        _draw_curve(drawing.add_subplot(grid[row, 1]), output, output.curve)
    return drawing


def _draw_bars(axes: Axes, output: OutputAudit, candidates: list[Candidate], name: str) -> None:
    rows = range(len(candidates))
    axes.barh(
        rows, [_drawn(one) for one in candidates], height=0.68, color=[_colour(one) for one in candidates], zorder=2
    )
    for row, candidate in zip(rows, candidates, strict=True):
        bold = candidate.honest or candidate.runs
        axes.text(
            _VALUES,
            row,
            figure(candidate.figure),
            ha="right",
            va="center",
            fontsize=9,
            color=_INK,
            fontweight="bold" if bold else "normal",
        )
    if output.baseline:
        axes.axvline(output.baseline.figure, color=_BASELINE, linestyle=(0, (4, 3)), linewidth=1.2, zorder=3)
    axes.set_yticks(rows, [_label(one) for one in candidates], fontsize=9)
    for tick, candidate in zip(axes.get_yticklabels(), candidates, strict=True):
        tick.set_color(_INK if candidate.honest or candidate.runs else _FAINT)
        tick.set_fontweight("bold" if candidate.honest or candidate.runs else "normal")
    axes.invert_yaxis()
    axes.set_xlim(0, _VALUES)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
    axes.set_xlabel("share that counts as right", fontsize=9, color=_FAINT)
    heading = f"{name}: {output.task}" if name else output.task
    axes.set_title(heading, loc="left", fontsize=11, color=_INK, pad=_PAD if output.curve else 8)
    _tidy(axes, grid="x")
    axes.tick_params(axis="y", length=0)
    axes.legend(
        handles=_legend(output, candidates),
        loc="upper center",
        bbox_to_anchor=(0.5, 0),
        borderaxespad=4.6,
        ncols=3,
        frameon=False,
        fontsize=8.5,
        handlelength=1.6,
        columnspacing=1.4,
    )


def _label(candidate: Candidate) -> str:
    return candidate.name.replace("_", " ")


def _drawn(candidate: Candidate) -> float:
    """The length of the bar: nothing for NaN."""
    value = candidate.figure or 0.0
    return value if value == value else 0.0


def _colour(candidate: Candidate) -> str:
    if candidate.honest:
        return _HONEST
    return _RUNS if candidate.runs else _OTHER


def _legend(output: OutputAudit, candidates: list[Candidate]) -> list[Patch | Line2D]:
    found: list[Patch | Line2D] = []
    if any(one.runs and not one.honest for one in candidates):
        found.append(Patch(color=_RUNS, label="what Keras prints"))
    if any(one.honest for one in candidates):
        both = any(one.honest and one.runs for one in candidates)
        found.append(Patch(color=_HONEST, label="honest, and what Keras prints" if both else "honest"))
    if output.baseline:
        label = f"baseline {figure(output.baseline.figure)}"
        found.append(Line2D([], [], color=_BASELINE, linestyle=(0, (4, 3)), linewidth=1.2, label=label))
    return found


def _draw_curve(axes: Axes, output: OutputAudit, curve: ThresholdCurve) -> None:
    axes.step(curve.thresholds, curve.figures, where="post", color=_INK, linewidth=1.6, zorder=3)
    axes.set_xlim(curve.thresholds[0], curve.thresholds[-1])
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    used = {candidate.name for candidate in output.candidates if candidate.runs}
    for cut in (0.0, 0.5):
        honest = cut == curve.cut
        runs = f"binary_accuracy at {cut:g}" in used
        colour = _HONEST if honest else _RUNS if runs else _FAINT
        if curve.scale == "probabilities" and cut == 0.0:
            axes.plot([cut], [_at(curve, cut)], "o", color=colour, markersize=6, clip_on=False, zorder=5)
            continue
        axes.axvline(cut, color=colour, linewidth=1.3, zorder=2)
        axes.plot([cut], [_at(curve, cut)], "o", color=colour, markersize=7, markeredgecolor="white", zorder=5)
    if output.baseline:
        axes.axhline(output.baseline.figure, color=_BASELINE, linestyle=(0, (4, 3)), linewidth=1.2, zorder=1)
    axes.set_xlabel(f"threshold on the predicted {curve.scale}", fontsize=9, color=_FAINT)
    axes.set_title("accuracy over the threshold", loc="left", fontsize=11, color=_INK, pad=_PAD if output.curve else 8)
    _mark_cuts(axes, curve, used)
    _tidy(axes, grid="y")


def _mark_cuts(axes: Axes, curve: ThresholdCurve, used: set[str]) -> None:
    """What stands at 0 and 0.5, above the frame: to the left of 0 and to the right of 0.5, so that they never meet."""
    for cut, side in ((0.0, "right"), (0.5, "left")):
        runs = f"binary_accuracy at {cut:g}" in used
        colour = _HONEST if cut == curve.cut else _RUNS if runs else _FAINT
        if curve.scale == "probabilities":
            side = "left" if cut == 0 else "center"
        axes.annotate(
            f"{cut:g}: {figure(_at(curve, cut))}",
            (cut, 1.02),
            xytext=(-3 if side == "right" else 3 if side == "left" and curve.scale == "logits" else 0, 4),
            textcoords="offset points",
            ha=side,
            va="bottom",
            fontsize=9,
            fontweight="bold" if cut == curve.cut or runs else "normal",
            color=colour if colour != _RUNS else "#9A6A00",
            annotation_clip=False,
        )


def _at(curve: ThresholdCurve, cut: float) -> float:
    return curve.figures[curve.thresholds.index(cut)]


def _tidy(axes: Axes, grid: Literal["x", "y"]) -> None:
    axes.grid(axis=grid, color="#E4E7EA", linewidth=0.8, zorder=0)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#9AA2A8")
    axes.tick_params(axis="x", colors=_FAINT, labelsize=9)
    if grid == "y":
        axes.tick_params(axis="y", colors=_FAINT, labelsize=9, length=0)
