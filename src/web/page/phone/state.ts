// The phone page as one object, changed by one function.
//
// A press is confirmed on the screen at once, sent when the line allows, and never lost without
// a word: what could not be sent for ten minutes is given up and says so, for an "I'm going" that
// arrives an hour late would stop others from going.

import { Card, Fields, PageState } from "../shared/api";
import { offset_of } from "../shared/clock";
import { Frame, fill } from "../shared/page";
import { Line } from "../shared/stream";

export const PRESS_LIFE_MS = 600_000;

export type Stage = "sending" | "waiting" | "confirmed" | "refused" | "given_up";

export interface Press {
  id: number;
  action: string;
  label: string;
  fields: Fields;
  at: number;  // Our clock.
  tries: number;
  stage: Stage;
  detail?: string;
}

export interface Page extends Frame, PageState {
  base: string;
}

export interface State {
  base: string;
  words: Frame["words"];
  card: Card;
  zone_minutes: number;
  offset: number;  // The gateway's clock minus ours.
  line: Line;
  presses: readonly Press[];  // Oldest first.
  last_id: number;
  ended: boolean;
}

export type Event =
  | { type: "fresh"; state: PageState; at: number }
  | { type: "line"; line: Line }
  | { type: "pressed"; action: string; label: string; fields: Fields; at: number }
  | { type: "sending"; id: number }
  | { type: "confirmed"; id: number }
  | { type: "refused"; id: number; refusal: string; detail: string }
  | { type: "unsent"; id: number }
  | { type: "time"; at: number }
  | { type: "ended" };

export function start(page: Page, at: number, presses: readonly Press[]): State {
  return {
    base: page.base, words: page.words, card: page.card, zone_minutes: page.zone_minutes,
    offset: offset_of(page.now, at), line: "live", presses,
    last_id: presses.reduce((last, press) => Math.max(last, press.id), 0), ended: false,
  };
}

// The same answer twice is no refusal when the first one's receipt got lost on the way.
const ALREADY = ["already_going", "already_there", "already_done"];
const SHOWN_MS = 15_000;

export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case "fresh":
      return {
        ...state, card: event.state.card, zone_minutes: event.state.zone_minutes,
        offset: offset_of(event.state.now, event.at),
      };
    case "line": return { ...state, line: event.line };
    case "pressed": return with_press(state, event);
    case "sending":
      return change(state, event.id, (press) =>
        ({ ...press, stage: press.tries === 0 ? "sending" : press.stage, tries: press.tries + 1 }));
    case "confirmed": return change(state, event.id, (press) => ({ ...press, stage: "confirmed" }));
    case "refused":
      return change(state, event.id, (press) => {
        const repeat = press.tries > 1 && ALREADY.includes(event.refusal);
        return repeat ? { ...press, stage: "confirmed" }
          : { ...press, stage: "refused", detail: event.detail };
      });
    case "unsent": return change(state, event.id, (press) => ({ ...press, stage: "waiting" }));
    case "time": return { ...state, presses: aged(state.presses, event.at) };
    case "ended": return { ...state, ended: true };
  }
}

function with_press(
  state: State, event: { action: string; label: string; fields: Fields; at: number },
): State {
  const press: Press = {
    id: state.last_id + 1, action: event.action, label: event.label, fields: event.fields,
    at: event.at, tries: 0, stage: "sending",
  };
  // What was said about earlier presses makes room; what is on its way stays.
  const pending = state.presses.filter((one) => is_pending(one));
  return { ...state, last_id: press.id, presses: [...pending, press] };
}

function change(state: State, id: number, to: (press: Press) => Press): State {
  return { ...state, presses: state.presses.map((press) => press.id === id ? to(press) : press) };
}

function aged(presses: readonly Press[], at: number): readonly Press[] {
  return presses
    .filter((press) => press.stage !== "confirmed" || at - press.at < SHOWN_MS)
    .map((press) => is_pending(press) && at - press.at >= PRESS_LIFE_MS
      ? { ...press, stage: "given_up" as const } : press);
}

export function is_pending(press: Press): boolean {
  return press.stage === "sending" || press.stage === "waiting";
}

// The press to send next: one at a time, in the order they were made.
export function next_press(state: State): Press | undefined {
  return state.presses.find(is_pending);
}

function sentence(press: Press, words: Frame["words"]): string {
  const button = { label: press.label };
  switch (press.stage) {
    case "sending": return fill(words["pressed_sending"], button);
    case "waiting": return fill(words["pressed_waiting"], button);
    case "confirmed": return fill(words["pressed_done"], button);
    case "refused": return press.detail ?? "";
    case "given_up": return fill(words["pressed_given_up"], button);
  }
}

// What the templates show.
export function view(state: State): { readonly [name: string]: unknown } {
  const pressed = new Set(state.presses.filter(is_pending).map((press) => press.action));
  return {
    words: state.words, base: state.base, ended: state.ended,
    off_line: state.line === "broken" && !state.ended,
    presses: state.presses.map((press) =>
      ({ stage: press.stage, sentence: sentence(press, state.words) })),
    card: {
      ...state.card,
      buttons: state.card.buttons.map((button) =>
        pressed.has(button.action) ? { ...button, pressed: true } : button),
    },
  };
}
