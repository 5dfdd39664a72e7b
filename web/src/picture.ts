// The moving picture over the map: pies or dots for what stands, dots for what moves, rings for alarms.

import { ALARM, BORDER, during, LEG, type Leg, REFUSED, ROAD, type Span, STRIP, sum, type World } from "./world";
import type { Given } from "./words";

type Point = [x: number, y: number];

const MOST_DOTS = 2000, GOLDEN = Math.PI * (3 - Math.sqrt(5));
const LARGEST = 46, SMALLEST = 4, DAY_S = 86400;
const INK = "#1d2329", CLOSED = "#b3261e", PAPER = "#fff";

export class Picture {
  private readonly colours: string[];
  private readonly room: number;
  private readonly dots: boolean;
  private readonly most: number;

  constructor(private readonly canvas: HTMLCanvasElement, private readonly given: Given, private readonly world: World) {
    const style = getComputedStyle(document.documentElement);
    this.colours = given.states.map((state) => style.getPropertyValue(state.colour).trim() || "#888");
    this.most = world.most();
    this.dots = sum(world.replay.head.begin) <= MOST_DOTS;
    this.room = Math.max(14, Math.min(LARGEST, 0.48 * this.nearest()));
  }

  /** The least distance between two places that have lots at some time. */
  private nearest(): number {
    const { cells, places } = this.world.replay.head;
    const used = new Set(cells.filter(([, at]) => at > 0).map(([, at]) => places[at - 1]!));
    const points = [...used].map((name) => this.given.places[name]).filter((point): point is Point => !!point);
    let found = Infinity;
    points.forEach((one, at) => points.slice(at + 1).forEach((other) => {
      found = Math.min(found, Math.hypot(one[0] - other[0], one[1] - other[1]) || Infinity);
    }));
    return found;
  }

  private at(place: number): Point | undefined {
    return this.given.places[this.world.replay.head.places[place]!];
  }

  /** Draws a time; `day_s` is how long before it what happened is still shown, `beat` from 0 to 1 the flash. */
  draw(time_s: number, day_s: number, beat: number): void {
    const { canvas, given, world } = this;
    const dense = window.devicePixelRatio || 1, wide = canvas.clientWidth, high = canvas.clientHeight;
    if (!wide || !high) return;
    canvas.width = Math.round(wide * dense);
    canvas.height = Math.round(high * dense);
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.scale(canvas.width / given.wide, canvas.height / given.high);
    world.seek(time_s);
    const spans = during(world.spans, time_s - day_s, time_s);
    for (const span of spans) this.road(pen, span);
    this.standing(pen, world.closedAt(time_s));
    for (const span of spans) this.ring(pen, span, beat);
    for (const leg of during(world.legs, time_s - Math.max(day_s, 1), time_s)) this.leg(pen, leg, time_s);
  }

  private standing(pen: CanvasRenderingContext2D, closed: Set<number>): void {
    this.world.standing().forEach((states, place) => {
      const point = this.at(place);
      if (!point) return;
      const lots = sum(states);
      const size = Math.max(SMALLEST, this.room * Math.sqrt(lots / this.most));
      const x = Math.min(Math.max(point[0], size), this.given.wide - size);
      const y = Math.min(Math.max(point[1], size), this.given.high - size);
      if (lots) (this.dots ? this.cluster : this.pie).call(this, pen, x, y, size, states, lots);
      if (closed.has(place)) {
        pen.strokeStyle = INK;
        pen.lineWidth = 2;
        pen.strokeRect(point[0] - 6, point[1] - 6, 12, 12);
      }
    });
  }

  private pie(pen: CanvasRenderingContext2D, x: number, y: number, size: number, states: number[], lots: number): void {
    let from = -Math.PI / 2;
    states.forEach((many, state) => {
      if (!many) return;
      const until = from + (2 * Math.PI * many) / lots;
      pen.beginPath();
      if (many < lots) pen.moveTo(x, y);
      pen.arc(x, y, size, from, until);
      pen.closePath();
      pen.fillStyle = this.colours[state]!;
      pen.fill();
      from = until;
    });
    this.circle(pen, x, y, size, INK, 0.8);
  }

  private cluster(pen: CanvasRenderingContext2D, x: number, y: number, size: number, states: number[], lots: number): void {
    const gap = size / Math.sqrt(lots), dot = Math.min(2.6, Math.max(0.8, gap * 0.8));
    let number = 0;
    states.forEach((many, state) => {
      pen.fillStyle = this.colours[state]!;
      pen.strokeStyle = INK;
      pen.lineWidth = 0.25;
      pen.beginPath();
      for (const last = number + many; number < last; number++) {
        const far = gap * Math.sqrt(number + 0.5), turn = number * GOLDEN;
        const dotX = x + far * Math.cos(turn), dotY = y + far * Math.sin(turn);
        pen.moveTo(dotX + dot, dotY);
        pen.arc(dotX, dotY, dot, 0, 2 * Math.PI);
      }
      pen.fill();
      pen.stroke();
    });
  }

  private circle(pen: CanvasRenderingContext2D, x: number, y: number, size: number, colour: string, width: number): void {
    pen.beginPath();
    pen.arc(x, y, size, 0, 2 * Math.PI);
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke();
  }

  private ring(pen: CanvasRenderingContext2D, span: Span, beat: number): void {
    const point = [ROAD, LEG, REFUSED].includes(span.kind) ? undefined : this.at(span.which);
    if (!point) return;
    if (span.kind === ALARM) this.circle(pen, ...point, 9 + 6 * beat, CLOSED, 3 - 1.5 * beat);
    if (span.kind === STRIP || span.kind === BORDER) this.line(pen, [[point[0] - 8, point[1] + 8], [point[0] + 8, point[1] - 8]], CLOSED, 2.5);
  }

  private road(pen: CanvasRenderingContext2D, span: Span): void {
    const route = this.given.roads[this.world.replay.head.routes[span.which]!];
    if (span.kind === ROAD && route) this.line(pen, route, CLOSED, 3, [2, 5]);
    if (span.kind === REFUSED && route) this.line(pen, route, CLOSED, 1.5, [9, 5]);
    const ends = [this.at(span.start), this.at(span.end)];
    if (span.kind === LEG && ends[0] && ends[1]) this.line(pen, [ends[0], ends[1]], CLOSED, 3, [2, 5]);
  }

  private line(pen: CanvasRenderingContext2D, points: Point[], colour: string, width: number, dash: number[] = []): void {
    pen.beginPath();
    points.forEach(([x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.setLineDash(dash);
    pen.stroke();
    pen.setLineDash([]);
  }

  private leg(pen: CanvasRenderingContext2D, leg: Leg, time_s: number): void {
    const way = this.way(leg);
    if (!way) return;
    const under = time_s >= leg.from_s && time_s < leg.until_s;
    this.line(pen, way, leg.kind === "convoy" ? "#8a6d3b" : "#14507a", under ? 1.4 : 0.7);
    if (!under) return;
    const [x, y] = along(way, (time_s - leg.from_s) / (leg.until_s - leg.from_s));
    const size = leg.lots || leg.people ? Math.min(7, 3 + Math.sqrt(leg.lots) * 0.7) : 2.4;
    pen.beginPath();
    if (leg.kind === "convoy") pen.rect(x - size, y - size, 2 * size, 2 * size);
    else pen.arc(x, y, size, 0, 2 * Math.PI);
    pen.fillStyle = leg.lots ? this.colours[this.world.replay.head.states.indexOf("moving")]! : PAPER;
    pen.fill();
    pen.strokeStyle = INK;
    pen.lineWidth = 1;
    pen.stroke();
  }

  private way(leg: Leg): Point[] | undefined {
    const start = this.at(leg.start), end = this.at(leg.end);
    if (!start || !end) return undefined;
    const road = leg.kind === "convoy" ? this.given.roads[leg.name] ?? [] : [];
    const [one, other] = [start, end].map(([x, y]) => road.findIndex((point) => point[0] === x && point[1] === y));
    if (one! < 0 || other! < 0) return [start, end];
    return one! <= other! ? road.slice(one, other! + 1) : road.slice(other, one! + 1).reverse();
  }
}

function along(way: Point[], share: number): Point {
  const long = way.slice(1).map(([x, y], at) => Math.hypot(x - way[at]![0], y - way[at]![1]));
  let left = Math.min(Math.max(share, 0), 1) * sum(long);
  for (let at = 0; at < long.length; at++) {
    if (left <= long[at]! && long[at]! > 0) {
      const part = left / long[at]!, [x, y] = way[at]!, [toX, toY] = way[at + 1]!;
      return [x + (toX - x) * part, y + (toY - y) * part];
    }
    left -= long[at]!;
  }
  return way[way.length - 1]!;
}

export { DAY_S };
