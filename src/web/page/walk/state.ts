// The installer's page as one object, changed by one function.

import { Walks, WalkTest } from "../shared/api";
import { offset_of } from "../shared/clock";
import { Frame } from "../shared/page";
import { Line } from "../shared/stream";

export interface Page extends Frame, Walks {
  csrf: string;
  said?: string;  // What the press before this page came to.
}

export interface State {
  words: Frame["words"];
  csrf: string;
  offset: number;  // How far the gateway's clock is ahead of ours.
  tests: readonly WalkTest[];
  said: string;
  line: Line;
  over: boolean;  // The log-in has ended.
}

export type Event =
  | { type: "walks"; walks: Walks; at: number }
  | { type: "line"; line: Line }
  | { type: "over" };

export function start(page: Page, at: number): State {
  return {
    words: page.words, csrf: page.csrf, offset: offset_of(page.now, at), tests: page.tests,
    said: page.said ?? "", line: "live", over: false,
  };
}

export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case "walks":
      return { ...state, tests: event.walks.tests, offset: offset_of(event.walks.now, event.at) };
    case "line": return { ...state, line: event.line };
    case "over": return { ...state, over: true };
  }
}

function passed(state: State): ReadonlySet<string> {
  const all = new Set<string>();
  for (const test of state.tests) {
    for (const device of test.devices) if (device.is_passed) all.add(`${test.test} ${device.device}`);
  }
  return all;
}

function rang(state: State): number {
  return state.tests.reduce((sum, test) => sum + test.rang.length, 0);
}

// What the installer must feel without looking: a tick, or an alarm that is real.
export function news(before: State, after: State): "none" | "tick" | "alarm" {
  if (rang(after) > rang(before)) return "alarm";
  const known = passed(before);
  for (const one of passed(after)) if (!known.has(one)) return "tick";
  return "none";
}

export function view(state: State): { readonly [name: string]: unknown } {
  return {
    words: state.words, csrf: state.csrf, tests: state.tests, said: state.said,
    off_line: state.line === "broken", ended: state.over,
  };
}
