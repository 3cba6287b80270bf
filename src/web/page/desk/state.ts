// The duty board as one object, changed by one function.

import { Board, Card, Health, Matter, PageState, Row, RowsEvent, Totals } from "../shared/api";
import { offset_of } from "../shared/clock";
import { Frame } from "../shared/page";
import { Line } from "../shared/stream";

export const ROWS_SHOWN = 100;

// For how long a matter may be put off.
export interface WaiveChoice {
  days_value: string;
  days_label: string;
}

export interface Page extends Frame {
  now: string;
  zone_minutes: number;
  csrf: string;
  base?: string;  // Of the opened incident.
  card?: Card;
  totals?: Totals;
  rows?: Row[];
  matters?: Matter[];
  health?: Health;
  may_mend?: boolean;
  waive_choices?: WaiveChoice[];
  has_incidents?: boolean;
  has_matters?: boolean;
  more?: string;
  done?: string;  // What the press before this page came to.
  said?: string;
}

export interface Notice {
  stage: "sending" | "confirmed" | "refused" | "waiting";
  sentence: string;
}

export interface State {
  words: Frame["words"];
  csrf: string;
  base: string;
  zone_minutes: number;
  offset: number;
  card: Card | null;
  left: boolean;  // The opened incident is not on this board any more.
  totals: Totals;
  rows: readonly Row[];  // In the order of the board.
  matters: readonly Matter[];
  health: Health;
  may_mend: boolean;
  waive_choices: readonly WaiveChoice[];
  has_incidents: boolean;
  has_matters: boolean;
  line: Line;
  over: boolean;  // The log-in has ended.
  notice: Notice | null;
}

export type Event =
  | { type: "board"; board: Board; at: number }
  | { type: "rows"; rows: RowsEvent; at: number }
  | { type: "card"; state: Partial<PageState>; at: number }
  | { type: "matters"; matters: Matter[] }
  | { type: "health"; health: Health }
  | { type: "line"; line: Line }
  | { type: "over" }
  | { type: "notice"; notice: Notice | null };

const NO_TOTALS: Totals = { open: 0, waiting: 0, overdue: 0, rescue: 0 };

export function start(page: Page, at: number): State {
  return {
    words: page.words, csrf: page.csrf, base: page.base ?? "", zone_minutes: page.zone_minutes,
    offset: offset_of(page.now, at), card: page.card ?? null, left: false,
    totals: page.totals ?? NO_TOTALS, rows: page.rows ?? [], matters: page.matters ?? [],
    health: page.health ?? { well: true, lines: [] }, may_mend: page.may_mend ?? false,
    waive_choices: page.waive_choices ?? [],
    has_incidents: page.has_incidents ?? false, has_matters: page.has_matters ?? false,
    line: "live", over: false, notice: first_notice(page),
  };
}

function first_notice(page: Page): Notice | null {
  if (page.done !== undefined) return { stage: "confirmed", sentence: page.done };
  if (page.said !== undefined) return { stage: "refused", sentence: page.said };
  return null;
}

export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case "board":
      return {
        ...state, offset: offset_of(event.board.now, event.at), totals: event.board.totals,
        zone_minutes: event.board.zone_minutes, rows: event.board.rows.slice().sort(in_order),
        matters: event.board.matters, health: event.board.health,
      };
    case "rows": return with_rows(state, event.rows, event.at);
    case "card":
      return {
        ...state, card: event.state.card ?? state.card, left: event.state.card === undefined,
        offset: event.state.now === undefined ? state.offset : offset_of(event.state.now, event.at),
      };
    case "matters": return { ...state, matters: event.matters };
    case "health": return { ...state, health: event.health };
    case "line": return { ...state, line: event.line };
    case "over": return { ...state, over: true };
    case "notice": return { ...state, notice: event.notice };
  }
}

function with_rows(state: State, event: RowsEvent, at: number): State {
  const replaced = new Set([...event.gone, ...event.rows.map((row) => row.incident)]);
  const others = state.rows.filter((row) => !replaced.has(row.incident));
  return {
    ...state, offset: offset_of(event.now, at), totals: event.totals,
    rows: [...others, ...event.rows].sort(in_order),
  };
}

// Severity, then age (R-26: the same order as on the server).
export function in_order(a: Row, b: Row): number {
  if (a.severity !== b.severity) return a.severity === "critical" ? -1 : 1;
  if (a.raised_at !== b.raised_at) return a.raised_at < b.raised_at ? -1 : 1;
  return a.incident < b.incident ? -1 : 1;
}

// Incidents that were not on the board before: something to ring for.
export function newcomers(before: State, after: State): readonly Row[] {
  const known = new Set(before.rows.map((row) => row.incident));
  return after.rows.filter((row) => !known.has(row.incident));
}

export function view(state: State): { readonly [name: string]: unknown } {
  const hidden = state.rows.length - ROWS_SHOWN;
  return {
    words: state.words, csrf: state.csrf, base: state.base, card: state.card,
    totals: state.totals, rows: state.rows.slice(0, ROWS_SHOWN),
    more: hidden > 0 ? (state.words["more_rows"] ?? "").replace("{{count}}", String(hidden)) : "",
    matters: state.matters, matter_total: state.matters.length || "", health: state.health,
    may_mend: state.may_mend, waive_choices: state.waive_choices, has_incidents: state.has_incidents,
    has_matters: state.has_matters,
    off_line: state.line === "broken", ended: state.over || state.left,
    presses: state.notice === null ? [] : [state.notice],
  };
}
