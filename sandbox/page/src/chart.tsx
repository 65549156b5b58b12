// data_visualization: bar, line, area and pie charts as SVG, each with its
// numbers as a table for screen readers.

import { useState } from "preact/hooks";
import type { Block, Chart, Series } from "./types";
import { plainOf } from "./text";

const width = 640;
const height = 300;

export function ChartBlock({ block }: { block: Block }) {
  const chart = block.chart!;
  const title = plainOf(block.title);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <Readable title={title} points={pointsToRead(chart)}>
        {(at) => (chart.type === "pie" ? <Pie segments={chart.segments ?? []} title={title} at={at} /> : <Cartesian chart={chart} title={title} at={at} />)}
      </Readable>
      <Legend names={legendOf(chart)} />
      <Numbers chart={chart} title={title} />
    </figure>
  );
}

/** What the tip says at one place of the chart, and where that is in percent of its width. */
interface Point {
  label: string;
  values: { name: string; value: number; series: number }[];
  left: number;
}

function pointsToRead(chart: Chart): Point[] {
  if (chart.type === "pie") {
    return (chart.segments ?? []).map(({ label, value }, i) => ({ label, values: [{ name: shareOf(chart, value), value, series: i }], left: 50 }));
  }
  const frame = frameOf(chart);
  return frame.categories.map((label, i) => ({
    label,
    left: (100 * frame.x(i)) / width,
    values: chart.series!.flatMap((series, s) => {
      const point = series.data.find((d) => d.label === label);
      return point ? [{ name: series.name, value: point.value, series: s }] : [];
    }),
  }));
}

const shareOf = (chart: Chart, value: number) =>
  `${Math.round((100 * value) / (chart.segments ?? []).reduce((sum, s) => sum + s.value, 0))} %`;

interface ReadableProps {
  title: string;
  points: Point[];
  children(at: number): preact.JSX.Element;
}

/** Lets a pointer, or the arrow keys, read the values one place after the other. */
function Readable({ title, points, children }: ReadableProps) {
  const [at, setAt] = useState(-1);
  const point = points[at];
  const onPointer = (event: Event) => {
    const place = (event.target as globalThis.Element).closest("[data-at]")?.getAttribute("data-at");
    setAt(place ? Number(place) : -1);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape" && at >= 0) {
      event.preventDefault();
      setAt(-1);
    }
    if (!step) return;
    event.preventDefault();
    setAt(Math.min(points.length - 1, Math.max(0, at < 0 && step < 0 ? points.length - 1 : at + step)));
  };
  return (
    <div class="readable" tabIndex={0} role="group" aria-roledescription="chart" aria-label={`${title}. Left and right arrow keys read its values.`}
      onPointerOver={onPointer} onPointerLeave={() => setAt(-1)} onKeyDown={onKeyDown} onBlur={() => setAt(-1)}>
      {children(at)}
      <div aria-live="polite">{point && <Tip point={point} />}</div>
    </div>
  );
}

function Tip({ point }: { point: Point }) {
  const side = point.left > 70 ? "before" : point.left < 30 ? "after" : "middle";
  return (
    <div class={`tip ${side}`} style={{ left: `${point.left}%` }}>
      <b>{point.label}</b>
      {point.values.map(({ name, value, series }) => (
        <div key={name}><span class={`swatch series-${series % 6}`} /><span>{name}</span><span class="tip-value">{numberText(value)}</span></div>
      ))}
    </div>
  );
}

function legendOf(chart: Chart): string[] {
  if (chart.type === "pie") {
    return (chart.segments ?? []).map((s) => `${s.label} · ${numberText(s.value)} (${shareOf(chart, s.value)})`);
  }
  return chart.series!.length > 1 ? chart.series!.map((s) => s.name) : [];
}

function Legend({ names }: { names: string[] }) {
  if (!names.length) return null;
  return <ul class="legend">{names.map((name, i) => <li><span class={`swatch series-${i % 6}`} />{name}</li>)}</ul>;
}

const numberText = (value: number) => value.toLocaleString("en-GB", { maximumFractionDigits: 2 }).replace("-", "−");

/** Three to six round steps that span all values and zero. */
export function ticks(values: number[]): number[] {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values) || (low < 0 ? 0 : 1);
  const whole = values.every(Number.isInteger); // counts get no half steps
  const rough = Math.max((high - low) / 4, whole ? 1 : 0);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough && (!whole || Number.isInteger(s)))!;
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

interface Frame {
  x(index: number): number;
  y(value: number): number;
  band: number;
  left: number;
  right: number;
  bottom: number;
  marks: number[];
  categories: string[];
}

function frameOf(chart: Chart): Frame {
  const axis = chart.axis_config ?? { categories: [] };
  const categories = axis.categories.length ? axis.categories : chart.series![0]!.data.map((d) => d.label);
  const marks = ticks(chart.series!.flatMap((s) => s.data.map((d) => d.value)));
  const labelWidth = Math.max(...marks.map((m) => numberText(m).length)) * 8;
  const left = labelWidth + 14 + (axis.y_label ? 20 : 0);
  const right = width - 10;
  const top = 12;
  const bottom = height - 30 - (axis.x_label ? 22 : 0);
  const band = (right - left) / categories.length;
  const low = marks[0]!;
  const high = marks.at(-1)!;
  return {
    x: (index) => left + band * (index + 0.5),
    y: (value) => bottom - ((value - low) / (high - low)) * (bottom - top),
    band, left, right, bottom, marks, categories,
  };
}

function Cartesian({ chart, title, at }: { chart: Chart; title: string; at: number }) {
  const frame = frameOf(chart);
  const Shape = { bar: Bars, line: Line, area: Area }[chart.type as "bar" | "line" | "area"];
  const count = chart.series!.length;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${title}, ${chart.type} chart`}>
      <Axes frame={frame} chart={chart} />
      {at >= 0 && <rect class="reading" x={frame.x(at) - frame.band / 2} y={0} width={frame.band} height={frame.bottom} rx={4} />}
      {chart.series!.map((series, i) => <Shape series={series} frame={frame} index={i} count={count} />)}
      {frame.categories.map((name, i) => <rect class="hit" data-at={i} x={frame.x(i) - frame.band / 2} y={0} width={frame.band} height={height} key={name} />)}
    </svg>
  );
}

function Axes({ frame, chart }: { frame: Frame; chart: Chart }) {
  const { left, right, bottom, categories, marks, x, y, band } = frame;
  const axis = chart.axis_config;
  // Labels that would touch each other are thinned out evenly.
  const longest = Math.max(...categories.map((c) => c.length)) * 7 + 8;
  const every = Math.max(1, Math.ceil(longest / band));
  return (
    <g class="axes">
      {marks.map((mark) => (
        <>
          <line x1={left} x2={right} y1={y(mark)} y2={y(mark)} class={mark === 0 ? "zero" : ""} />
          <text x={left - 8} y={y(mark) + 4} text-anchor="end">{numberText(mark)}</text>
        </>
      ))}
      {categories.map((name, i) => i % every === 0 && <text x={x(i)} y={bottom + 20} text-anchor="middle">{name}</text>)}
      {axis?.x_label && <text class="axis-label" x={(left + right) / 2} y={height - 6} text-anchor="middle">{axis.x_label}</text>}
      {axis?.y_label && <text class="axis-label" x={-(bottom + 12) / 2} y={13} text-anchor="middle" transform="rotate(-90)">{axis.y_label}</text>}
    </g>
  );
}

interface ShapeProps {
  series: Series;
  frame: Frame;
  index: number;
  count: number;
}

function Bars({ series, frame, index, count }: ShapeProps) {
  const slot = Math.min(96, frame.band * 0.72) / count;
  const thick = Math.max(2, slot - (count > 1 ? 2 : 0));
  return (
    <g class={`bars series-${index % 6}`}>
      {series.data.map((point, i) => {
        const at = frame.categories.indexOf(point.label);
        const zero = frame.y(0);
        const end = frame.y(point.value);
        const left = frame.x(at < 0 ? i : at) + (index - count / 2) * slot + (slot - thick) / 2;
        return <path d={barPath(left, thick, zero, end)} />;
      })}
    </g>
  );
}

/** A bar from the zero line, round at its outer end only. */
function barPath(left: number, thick: number, zero: number, end: number): string {
  const up = end <= zero;
  const far = up ? Math.min(end, zero - 1) : Math.max(end, zero + 1);
  const round = Math.min(4, thick / 2, Math.abs(zero - far));
  const inner = far + (up ? round : -round);
  return `M${left} ${zero}V${inner}Q${left} ${far} ${left + round} ${far}H${left + thick - round}Q${left + thick} ${far} ${left + thick} ${inner}V${zero}Z`;
}

function pointsOf({ series, frame }: ShapeProps): [number, number][] {
  return series.data.map((point, i) => {
    const at = frame.categories.indexOf(point.label);
    return [frame.x(at < 0 ? i : at), frame.y(point.value)];
  });
}

const path = (points: [number, number][]) => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

function Line(props: ShapeProps) {
  const points = pointsOf(props);
  return (
    <g class={`line series-${props.index % 6}`}>
      <path d={path(points)} />
      {points.map(([x, y], i) => <circle cx={x} cy={y} r={4} key={i} />)}
    </g>
  );
}

function Area(props: ShapeProps) {
  const points = pointsOf(props);
  const zero = props.frame.y(0);
  const outline = `${path(points)}L${points.at(-1)![0]} ${zero}L${points[0]![0]} ${zero}Z`;
  return <><path class={`area series-${props.index % 6}`} d={outline} /><Line {...props} /></>;
}

function Pie({ segments, title, at }: { segments: { label: string; value: number }[]; title: string; at: number }) {
  const total = segments.reduce((sum, s) => sum + s.value, 0);
  const radius = 108;
  let from = 0;
  return (
    <svg viewBox="0 0 640 250" role="img" aria-label={`${title}, pie chart`}>
      <g transform="translate(320 125)">
        {segments.map((segment, i) => {
          const start = from;
          from += segment.value / total;
          return <path class={`slice series-${i % 6}${i === at ? " read" : ""}`} data-at={i} d={slice(start, from, radius)} key={segment.label} />;
        })}
      </g>
    </svg>
  );
}

/** A sector between two shares of the circle, clockwise from the top. */
function slice(from: number, to: number, radius: number): string {
  // One arc can't close a circle on its own start.
  const end = to - from >= 1 ? from + 0.9999 : to;
  const point = (share: number) => {
    const angle = 2 * Math.PI * share;
    return `${(radius * Math.sin(angle)).toFixed(2)} ${(-radius * Math.cos(angle)).toFixed(2)}`;
  };
  return `M0 0L${point(from)}A${radius} ${radius} 0 ${end - from > 0.5 ? 1 : 0} 1 ${point(end)}Z`;
}

function Numbers({ chart, title }: { chart: Chart; title: string }) {
  const series: Series[] = chart.type === "pie" ? [{ name: "Value", data: chart.segments ?? [] }] : chart.series!;
  const labels = series[0]?.data.map((point) => point.label) ?? [];
  return (
    <div class="visually-hidden">
      <table>
        <caption>{title}</caption>
        <thead><tr><th />{series.map((s) => <th scope="col">{s.name}</th>)}</tr></thead>
        <tbody>{labels.map((label, i) => <tr><th scope="row">{label}</th>{series.map((s) => <td>{s.data[i]?.value}</td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}
