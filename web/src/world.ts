// What a replay says of an instant: lots by cell, people by place, what is under way, alarms and closures.

import type { Replay } from "./unpack";

export const ALARM = 0, STRIP = 1, ROAD = 2, LEG = 3, BORDER = 4, REFUSED = 5; // in the order of SPANS in replay.py

export interface Leg {
  from_s: number;
  until_s: number;
  kind: string;
  name: string;
  start: number;
  end: number;
  lots: number;
  people: number;
}

export interface Span {
  from_s: number;
  until_s: number;
  kind: number;
  which: number;
  start: number;
  end: number;
}

export class World {
  readonly lots: Int32Array;
  readonly people: Int32Array;
  readonly legs: Leg[];
  readonly spans: Span[];
  private at = -1;
  private change = 0;
  private moved = 0;

  constructor(readonly replay: Replay) {
    const { head, instants } = replay;
    this.lots = Int32Array.from(head.begin);
    this.people = Int32Array.from(head.people);
    const [at, until, lift, start, end, lots, people] = this.table("leg", "at until lift start end lots people");
    this.legs = Array.from(at!, (begin, row) => {
      const [kind, name] = head.lifts[lift![row]!]!;
      return {
        from_s: instants[begin]!, until_s: instants[until![row]!] ?? head.horizon_s, kind, name,
        start: start![row]!, end: end![row]!, lots: lots![row]!, people: people![row]!,
      };
    });
    const [since, to, what, which, one, other] = this.table("span", "at until kind which start end");
    this.spans = Array.from(since!, (begin, row) => ({
      from_s: instants[begin]!, until_s: instants[to![row]!] ?? head.horizon_s, kind: what![row]!,
      which: which![row]!, start: one![row]!, end: other![row]!,
    }));
  }

  private table(table: string, columns: string): Uint32Array[] {
    return columns.split(" ").map((column) => this.replay.columns.get(`${table}.${column}`)!);
  }

  /** Places that have lots or people of their own at some time. */
  origins(): number[] {
    const { head } = this.replay;
    const [passed] = this.table("people", "place");
    const found = new Set<number>(passed);
    head.people.forEach((many, place) => many && found.add(place));
    head.cells.forEach(([origin], cell) => head.begin[cell] && found.add(origin));
    return [...found].sort((one, other) => one - other);
  }

  get days(): number {
    return this.replay.head.ends_s.length;
  }

  /** The last day that is over at a time, or 0. */
  dayAt(time_s: number): number {
    const ends = this.replay.head.ends_s;
    let day = 0;
    while (day + 1 < ends.length && ends[day + 1]! <= time_s) day++;
    return day;
  }

  /** Sets `lots` and `people` to what they are at a time: at the last instant that is not later. */
  seek(time_s: number): void {
    const { head, instants } = this.replay;
    let low = 0, high = instants.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (instants[middle]! <= time_s) low = middle;
      else high = middle - 1;
    }
    if (low < this.at) {
      this.lots.set(head.begin);
      this.people.set(head.people);
      this.change = this.moved = 0;
    }
    this.at = low;
    const [at, of, into, lots] = this.table("change", "at of into lots");
    for (; this.change < at!.length && at![this.change]! <= low; this.change++) {
      this.lots[of![this.change]!]! -= lots![this.change]!;
      this.lots[into![this.change]!]! += lots![this.change]!;
    }
    const [when, place, more, fewer] = this.table("people", "at place more fewer");
    for (; this.moved < when!.length && when![this.moved]! <= low; this.moved++) {
      this.people[place![this.moved]!]! += more![this.moved]! - fewer![this.moved]!;
    }
  }

  /** Lots by state of the places of origin that are wanted. */
  byState(wanted: (origin: number) => boolean): number[] {
    const { cells, states } = this.replay.head;
    const found = states.map(() => 0);
    cells.forEach(([origin, , state], cell) => {
      if (wanted(origin)) found[state]! += this.lots[cell]!;
    });
    return found;
  }

  /** Lots by state that stand at each place now; those on their way stand nowhere. */
  standing(): number[][] {
    const { cells, states, places } = this.replay.head;
    const found = places.map(() => states.map(() => 0));
    const moving = states.indexOf("moving");
    cells.forEach(([, at, state], cell) => {
      if (at > 0 && state !== moving) found[at - 1]![state]! += this.lots[cell]!;
    });
    return found;
  }

  /** The most lots that one place has at once, over all days. */
  most(): number {
    let found = 1;
    for (const end of this.replay.head.ends_s) {
      this.seek(end);
      for (const states of this.standing()) found = Math.max(found, sum(states));
    }
    return found;
  }

  closedAt(time_s: number): Set<number> {
    const { head, instants } = this.replay;
    return new Set(head.closed.filter(([, at]) => instants[at]! <= time_s).map(([place]) => place));
  }
}

export function sum(values: ArrayLike<number>): number {
  return Array.prototype.reduce.call(values, (one, other) => (one as number) + (other as number), 0) as number;
}

export function during<T extends { from_s: number; until_s: number }>(these: T[], from_s: number, until_s: number): T[] {
  return these.filter((one) => one.from_s <= until_s && one.until_s > from_s);
}
