// A packed replay: gzip around the length of a head, the head in JSON, and columns of whole numbers.
// sim/replication/replay.py says what the columns mean, and has checked every number.

export interface Head {
  step_s: number;
  horizon_s: number;
  ends_s: number[];
  places: string[];
  in_scope: number[];
  routes: string[];
  states: string[];
  cells: [origin: number, at: number, state: number][];
  begin: number[];
  people: number[];
  lifts: [kind: string, name: string][];
  closed: [place: number, at: number][];
  ordered: [place: number, at: number][];
  columns: [name: string, kind: string, length: number][];
}

export interface Replay {
  head: Head;
  columns: Map<string, Uint32Array>;
  instants: number[];
}

const WIDTHS: Record<string, number> = { u1: 1, u2: 2, u4: 4 };

export async function unpacked(base64: string): Promise<Replay> {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const view = new DataView(await new Response(stream).arrayBuffer());
  let at = 4 + view.getUint32(0, true);
  const head: Head = JSON.parse(new TextDecoder().decode(new Uint8Array(view.buffer, 4, at - 4)));
  const columns = new Map<string, Uint32Array>();
  for (const [name, kind, length] of head.columns) {
    const wide = WIDTHS[kind]!;
    const values = new Uint32Array(length);
    const differences = name.endsWith(".at");
    for (let row = 0; row < length; row++, at += wide) {
      const value = wide === 1 ? view.getUint8(at) : wide === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
      values[row] = differences && row > 0 ? values[row - 1]! + value : value;
    }
    columns.set(name, values);
  }
  return { head, columns, instants: instants(head) };
}

function instants(head: Head): number[] {
  const found = new Set([...head.ends_s, head.horizon_s]);
  for (let at = 0; at <= head.horizon_s; at += head.step_s) found.add(at);
  return [...found].sort((one, other) => one - other);
}
