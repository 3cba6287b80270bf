// The duty board, live: the list, or one opened incident.

import { Board, Health, Matter, PageState, RowsEvent, request } from "../shared/api";
import { tick, wall_clock } from "../shared/clock";
import { morph } from "../shared/morph";
import { Renderer } from "../shared/mustache";
import { fields_of, fill, on_submit, part, read_state } from "../shared/page";
import { suggest_places } from "../shared/places";
import { Stream } from "../shared/stream";
import { DESK_TEMPLATES } from "../shared/templates";
import { Sound } from "./sound";
import { Event, Page, newcomers, reduce, start, view } from "./state";

// An opened incident shows facts about people, and the board may hang in a hall: after so long
// without a touch the list comes back.
const BACK_TO_LIST_MS = 300_000;
const CONFIRMED_SHOWN_MS = 15_000;

const renderer = new Renderer(DESK_TEMPLATES);
const main = part("main");
const side = part("side");
const echo = part("echo");
const is_detail = document.body.classList.contains("detail");
const sound = new Sound();

let state = start(read_state<Page>(), Date.now());
let touched_at = Date.now();

function dispatch(event: Event): void {
  const before = state;
  state = reduce(state, event);
  if (event.type === "rows" && newcomers(before, state).length > 0) sound.alarm();
  show();
}

function show(): void {
  const what = view(state);
  morph(main, renderer.render(is_detail ? "_card" : "_rows", what));
  morph(side, renderer.render(is_detail ? "_desk" : "_side", what));
  morph(echo, renderer.render("_echo", what));
  const waiting = state.totals.waiting;
  document.title = (waiting > 0 ? `(${waiting}) ` : "") + (state.words["title"] ?? "");
  show_clocks();
}

function show_clocks(): void {
  const now = Date.now() + state.offset;
  tick(document, now);
  part("now").textContent = wall_clock(now, state.zone_minutes);
}

async function press(form: HTMLFormElement, button: Element | null, event: { preventDefault(): void }): Promise<void> {
  const path = new URL(form.action).pathname;
  const match = /^\/incidents\/([^/]+)\/([a-z_]+)$/.exec(path);
  const mending = /^\/matters\/(done|waive)$/.test(path);
  if (match === null && !mending) return;  // The form goes its own way.
  event.preventDefault();
  const label = form.getAttribute("data-label") ?? button?.textContent ?? "";
  notice("sending", fill(state.words["pressed_sending"], { label }));
  const fields = fields_of(form, button);
  delete fields["csrf"];
  const api = mending ? `/api/v1${path}` : `/api/v1/incidents/${match?.[1] ?? ""}/answers`;
  if (match !== null) fields["action"] = match[2] ?? "";
  const outcome = await request<PageState | undefined>("POST", api, fields, state.csrf);
  switch (outcome.kind) {
    case "ok":
      form.reset();
      confirm(fill(state.words["pressed_done"], { label }));
      after_press(form, outcome.value);
      return;
    case "problem": return notice("refused", outcome.problem.detail);
    // Nothing is sent again by itself: the desk sees at once that it must press again, or call.
    case "away": return notice("refused", fill(state.words["pressed_unsent"], { label }));
  }
}

function after_press(form: HTMLFormElement, fresh: PageState | undefined): void {
  const fold = form.closest("details");
  if (fold !== null) fold.open = false;
  if (!is_detail || fresh === undefined) return;
  if (fresh.card.is_open) dispatch({ type: "card", state: fresh, at: Date.now() });
  else location.assign("/?done=close");
}

function notice(stage: "sending" | "confirmed" | "refused", sentence: string): void {
  dispatch({ type: "notice", notice: { stage, sentence } });
}

function confirm(sentence: string): void {
  notice("confirmed", sentence);
  forget_confirmation();
}

function forget_confirmation(): void {
  const shown = state.notice;
  if (shown === null || shown.stage !== "confirmed") return;
  setTimeout(() => {
    if (state.notice === shown) dispatch({ type: "notice", notice: null });
  }, CONFIRMED_SHOWN_MS);
}

function receive(name: string, data: unknown): void {
  const at = Date.now();
  switch (name) {
    case "board": return dispatch({ type: "board", board: data as Board, at });
    case "rows": return dispatch({ type: "rows", rows: data as RowsEvent, at });
    case "card": return dispatch({ type: "card", state: data as Partial<PageState>, at });
    case "matters":
      return dispatch({ type: "matters", matters: (data as { matters: Matter[] }).matters });
    case "health": return dispatch({ type: "health", health: (data as { health: Health }).health });
    case "over": return dispatch({ type: "over" });
  }
}

async function poll(): Promise<boolean> {
  const outcome = await request<Board>("GET", "/api/v1/board");
  if (outcome.kind === "ok") dispatch({ type: "board", board: outcome.value, at: Date.now() });
  if (outcome.kind === "problem") dispatch({ type: "over" });
  return outcome.kind !== "away";
}

function set_up_sound(button: HTMLElement): void {
  button.hidden = false;
  button.addEventListener("click", () => {
    sound.toggle();
    button.setAttribute("aria-pressed", String(sound.is_on));
    button.textContent = state.words[sound.is_on ? "sound_on" : "sound_off"] ?? "";
  });
}

function set_up_detail(print_button: HTMLElement): void {
  print_button.hidden = false;
  print_button.addEventListener("click", () => print());
  for (const name of ["pointerdown", "keydown", "scroll"]) {
    addEventListener(name, () => { touched_at = Date.now(); }, { passive: true });
  }
  setInterval(() => {
    if (Date.now() - touched_at >= BACK_TO_LIST_MS) location.assign("/");
  }, 5_000);
}

for (const root of [main, side]) on_submit(root, (form, button, event) => void press(form, button, event));
const selected = state.card === null ? "" : `?incident=${encodeURIComponent(state.card.incident)}`;
new Stream(`/events${selected}`, ["board", "rows", "card", "matters", "health"], {
  event: receive,
  line: (line) => {
    if (line !== state.line) dispatch({ type: "line", line });
  },
  poll,
}).start();
setInterval(show_clocks, 1_000);
const place = document.getElementById("place");
if (place instanceof HTMLInputElement) suggest_places(place, "/api/v1/places");
set_up_sound(part("sound"));
const print_button = document.getElementById("print");
if (is_detail && print_button !== null) set_up_detail(print_button);
// A reload must not say again what was pressed before.
if (location.search !== "") history.replaceState(null, "", location.pathname);
forget_confirmation();
show();
