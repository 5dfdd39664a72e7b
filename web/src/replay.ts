// The replay of the page: a map that moves, a slider by day, and words and a table that say the same.

import { DAY_S, Picture } from "./picture";
import { type Given, Words } from "./words";
import { unpacked } from "./unpack";
import { ALARM, during, LEG, REFUSED, ROAD, World } from "./world";

const WHOLE_MS = 40000, STEP_MS = 1000, WEEK = 7;

function part<T extends HTMLElement>(id: string): T {
  return document.getElementById(`replay-${id}`) as T;
}

class Player {
  private readonly words: Words;
  private readonly slider = part<HTMLInputElement>("day");
  private readonly button = part<HTMLButtonElement>("play");
  private readonly says = part<HTMLElement>("says");
  private readonly canvas = part<HTMLCanvasElement>("canvas");
  private readonly calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  private world: World | undefined;
  private picture: Picture | undefined;
  private playing = false;
  private time_s = 0;
  private since = 0;
  private turn = 0;
  private begin = "";

  constructor(private readonly given: Given) {
    this.words = new Words(given);
  }

  async start(): Promise<void> {
    const which = part<HTMLSelectElement>("which");
    which.addEventListener("change", () => void this.open(which.selectedIndex));
    this.button.addEventListener("click", () => (this.playing ? this.pause() : this.play()));
    this.slider.addEventListener("input", () => this.show(Number(this.slider.value)));
    this.slider.addEventListener("keydown", (event) => this.byWeek(event));
    new ResizeObserver(() => this.paint(0)).observe(this.canvas);
    const map = document.querySelector("#map svg.map");
    if (map && this.given.wide) {
      const copy = map.cloneNode(true) as Element;
      copy.setAttribute("aria-hidden", "true");
      copy.removeAttribute("role");
      const names = copy.cloneNode(false) as Element; // above what moves, so that a place is never without its name
      names.append(...copy.querySelectorAll("text"));
      this.canvas.before(copy);
      this.canvas.after(names);
      part("stage").hidden = false;
    }
    part("box").hidden = false;
    await this.open(which.selectedIndex);
  }

  private async open(index: number): Promise<void> {
    const chosen = ++this.turn;
    this.pause();
    const { date, packed } = this.given.replays[index]!;
    const replay = await unpacked(packed);
    if (chosen !== this.turn) return;
    this.begin = date;
    this.world = new World(replay);
    this.picture = this.given.wide ? new Picture(this.canvas, this.given, this.world) : undefined;
    this.slider.max = String(this.world.days - 1);
    this.show(Math.min(Number(this.slider.value), this.world.days - 1));
  }

  private byWeek(event: KeyboardEvent): void {
    const step = { PageUp: WEEK, PageDown: -WEEK }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const last = Number(this.slider.max);
    this.show(Math.min(Math.max(Number(this.slider.value) + step, 0), last));
  }

  private play(): void {
    if (!this.world) return;
    const ends = this.world.replay.head.ends_s;
    if (this.time_s >= ends[ends.length - 1]!) this.time_s = 0;
    this.playing = true;
    this.says.setAttribute("aria-live", "off");
    this.button.textContent = this.words.say("pause");
    this.since = performance.now();
    requestAnimationFrame((now) => this.frame(now));
  }

  private pause(): void {
    if (this.playing) this.show(Number(this.slider.value));
  }

  private frame(now: number): void {
    if (!this.playing || !this.world) return;
    const ends = this.world.replay.head.ends_s, last = ends[ends.length - 1]!;
    const past = now - this.since;
    if (!this.calm.matches || past >= STEP_MS) {
      this.since = now;
      const day = this.world.dayAt(this.time_s);
      const first = this.time_s < ends[0]!;
      const next = first ? 0 : Math.min(day + 1, ends.length - 1);
      this.time_s = this.calm.matches ? ends[next]! : Math.min(this.time_s + (last * past) / WHOLE_MS, last);
      const over = this.world.dayAt(this.time_s);
      if (String(over) !== this.slider.value || first) this.tell(over);
      this.paint(now);
    }
    if (this.time_s >= last) this.pause();
    else requestAnimationFrame((later) => this.frame(later));
  }

  /** Shows the end of a day; what is playing stops there. */
  private show(day: number): void {
    if (!this.world) return;
    this.playing = false;
    this.button.textContent = this.words.say("play");
    this.says.setAttribute("aria-live", "polite");
    this.time_s = this.world.replay.head.ends_s[day]!;
    this.tell(day);
    this.paint(0);
  }

  private paint(now: number): void {
    const flashes = this.playing && !this.calm.matches;
    this.picture?.draw(this.time_s, this.playing && !this.calm.matches ? 0 : DAY_S, flashes ? (now % 1000) / 1000 : 0);
  }

  /** The counts at the end of a day, in the slider, in words, and in the table. */
  private tell(day: number): void {
    const { world, words } = this;
    if (!world) return;
    const { head } = world.replay;
    world.seek(head.ends_s[day]!);
    const inScope = (place: number): boolean => !!head.in_scope[place];
    const states = world.byState(inScope);
    const people = world.people.reduce((all, many, place) => all + (inScope(place) ? many : 0), 0);
    const counts: [string, string][] = states.flatMap((many, state) =>
      many ? [[this.given.states[state]!.title, words.number(many)] as [string, string]] : []);
    counts.push([words.say("people"), words.number(people)]);
    const said = words.say("day", { date: this.date(day), counts: words.pairs(counts) });
    this.slider.value = String(day);
    this.slider.setAttribute("aria-valuetext", said);
    this.says.textContent = said;
    part("events").textContent = this.events(day);
    this.table(states, people);
  }

  private date(day: number): string {
    return new Date(Date.parse(this.begin) + day * DAY_S * 1000).toISOString().slice(0, 10);
  }

  private events(day: number): string {
    const { world, words } = this;
    const { head, instants } = world!.replay;
    const until_s = head.ends_s[day]!, from_s = day ? head.ends_s[day - 1]! : -1;
    const happened: [string, string][] = [];
    const named = (message: string, names: string[]): void => {
      const listed = [...new Set(names)].map((name) => words.title(name));
      if (listed.length) happened.push([words.say(message), listed.join(" · ")]);
    };
    const spans = during(world!.spans, from_s, until_s);
    named("alarms", spans.filter((span) => span.kind === ALARM).map((span) => head.places[span.which]!));
    named("roads", spans.filter((span) => span.kind === ROAD || span.kind === LEG).map((span) => head.routes[span.which]!));
    named("refused", spans.filter((span) => span.kind === REFUSED).map((span) => head.routes[span.which]!));
    named("ordered", head.ordered.filter(([, at]) => within(instants[at]!)).map(([place]) => head.places[place]!));
    named("closed", head.closed.filter(([, at]) => within(instants[at]!)).map(([place]) => head.places[place]!));
    const legs = during(world!.legs, from_s, until_s);
    for (const kind of ["aircraft", "convoy", "vessel"]) {
      const many = legs.filter((leg) => leg.kind === kind).length;
      if (many) happened.push([words.say(kind), words.number(many)]);
    }
    return happened.length ? words.pairs(happened) : words.say("nothing");

    function within(at_s: number): boolean {
      return at_s > from_s && at_s <= until_s;
    }
  }

  private table(states: number[], people: number): void {
    const { world, words } = this;
    const { head } = world!.replay;
    const origins = world!.origins();
    const columns = origins.map((place) => world!.byState((origin) => origin === place));
    const occurs = new Set(head.cells.map(([, , state]) => state));
    const rows: [string, ...string[]][] = this.given.states.flatMap((state, at) => occurs.has(at)
      ? [[state.title, ...[states, ...columns].map((column) => words.number(column[at]!))] as [string, ...string[]]] : []);
    rows.push([words.say("people"), words.number(people), ...origins.map((place) => words.number(world!.people[place]!))]);
    const heads = [words.say("all"), ...origins.map((place) => words.title(head.places[place]!))];
    part("heads").replaceChildren(element("td", ""), ...heads.map((text, at) => element("th", text, "col", at > 0)));
    part("rows").replaceChildren(...rows.map(([name, ...values]) => {
      const row = document.createElement("tr");
      row.replaceChildren(element("th", name, "row"), ...values.map((text) => element("td", text, "", true)));
      return row;
    }));
  }
}

/** A cell; text that is data (a number, a name) is marked as such. */
function element(tag: string, text: string, scope = "", data = false): HTMLElement {
  const found = document.createElement(tag);
  found.textContent = text;
  if (scope) found.setAttribute("scope", scope);
  if (data) found.setAttribute("translate", "no");
  if (scope !== "row") found.className = "number";
  return found;
}

const data = part<HTMLScriptElement>("data");
if (data && "DecompressionStream" in window) void new Player(JSON.parse(data.textContent ?? "") as Given).start();
