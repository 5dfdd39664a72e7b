// Words and numbers of the page. Every word comes from the page's own catalogue, in the data that it gives.

export interface Given {
  language: string;
  direction: string;
  words: Record<string, string>;
  titles: Record<string, string>;
  states: { title: string; colour: string }[];
  wide: number;
  high: number;
  places: Record<string, [number, number]>;
  roads: Record<string, [number, number][]>;
  replays: { date: string; packed: string }[];
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

export class Words {
  private readonly numbers: Intl.NumberFormat;

  constructor(readonly given: Given) {
    const locale = `${given.language}-u-nu-latn`;
    this.numbers = new Intl.NumberFormat(locale);
  }

  number(value: number): string {
    return this.numbers.format(value);
  }

  /** What is inserted must not turn a sentence around. A text whose own parts are kept apart already is part of it. */
  private apart(text: string): string {
    const turns = this.given.direction === "rtl" || RIGHT_TO_LEFT.test(text);
    return turns && !text.includes("\u2068") ? `\u2068${text}\u2069` : text;
  }

  say(message: string, values: Record<string, string> = {}): string {
    const text = this.given.words[message] ?? "";
    return text.replace(/\{(\w+)\}/g, (_, name: string) => this.apart(values[name] ?? ""));
  }

  /** `moving: 12; extracted: 149`. */
  pairs(these: [name: string, value: string][]): string {
    const between = this.given.words["next"]!.split(/\{one\}|\{other\}/)[1];
    return these.map(([name, value]) => this.say("pair", { name, value })).join(between);
  }

  title(place: string): string {
    return this.given.titles[place] ?? place;
  }
}
