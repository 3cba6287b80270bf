// The phone page, live.

import { PageState, request } from "../shared/api";
import { tick } from "../shared/clock";
import { morph } from "../shared/morph";
import { Renderer } from "../shared/mustache";
import { fields_of, fill, on_submit, part, read_state } from "../shared/page";
import { Stream } from "../shared/stream";
import { CARD_TEMPLATES } from "../shared/templates";
import { Event, Page, Press, is_pending, next_press, reduce, start, view } from "./state";

const page = read_state<Page>();
const token = page.base.slice("/p/".length);
const renderer = new Renderer(CARD_TEMPLATES);
const main = part("main");
const echo = part("echo");
const storage_key = `presses ${page.card.incident}`;

let state = start(page, Date.now(), stored());
let is_sending = false;
let retry_ms = 2_000;

// Presses survive a reload of the page, but not the end of the tab.
function stored(): readonly Press[] {
  try {
    return JSON.parse(sessionStorage.getItem(storage_key) ?? "[]") as Press[];
  } catch (_) {
    return [];
  }
}

function store(): void {
  try {
    sessionStorage.setItem(storage_key, JSON.stringify(state.presses.filter(is_pending)));
  } catch (_) {
    // Private windows have no storage: a press then lives as long as the page.
  }
}

function dispatch(event: Event): void {
  const before = state;
  state = reduce(state, event);
  if (state.presses !== before.presses) store();
  show();
}

function show(): void {
  const what = view(state);
  morph(main, renderer.render("_card", what));
  morph(echo, renderer.render("_echo", what));
  show_clocks();
}

function show_clocks(): void {
  tick(main, Date.now() + state.offset);
}

// Relatives abroad read both times.
function show_your_time(): void {
  const own = -new Date().getTimezoneOffset();
  if (own === state.zone_minutes) return;
  const line = part("your-time");
  const at = new Date(Date.parse(state.card.raised_at) + own * 60_000).toISOString();
  line.textContent = fill(state.words["your_time"], { time: at.slice(11, 16) });
  line.hidden = false;
}

async function send_next(): Promise<void> {
  const press = next_press(state);
  if (is_sending || press === undefined) return;
  is_sending = true;
  dispatch({ type: "sending", id: press.id });
  const outcome = await request<PageState>("POST", `${page.base}/${press.action}`, press.fields);
  is_sending = false;
  switch (outcome.kind) {
    case "ok":
      retry_ms = 2_000;
      dispatch({ type: "confirmed", id: press.id });
      dispatch({ type: "fresh", state: outcome.value, at: Date.now() });
      void send_next();
      return;
    case "problem":
      dispatch({
        type: "refused", id: press.id, refusal: outcome.problem.refusal ?? "",
        detail: outcome.problem.detail,
      });
      void send_next();
      return;
    case "away":
      dispatch({ type: "unsent", id: press.id });
      setTimeout(() => void send_next(), retry_ms);
      retry_ms = Math.min(retry_ms * 2, 15_000);
  }
}

function press(form: HTMLFormElement, button: Element | null, event: { preventDefault(): void }): void {
  event.preventDefault();
  const action = form.action.slice(form.action.lastIndexOf("/") + 1);
  const choice = button?.textContent?.trim() ?? "";
  const label = form.getAttribute("data-label") ?? "";
  dispatch({
    type: "pressed", action, at: Date.now(), fields: fields_of(form, button),
    label: choice === "" || choice === label || form.closest("details") !== null
      ? label : `${label} ${choice}`,
  });
  const fold = form.closest("details");
  if (fold !== null) fold.open = false;
  form.reset();
  void send_next();
}

async function poll(): Promise<boolean> {
  const outcome = await request<PageState>("GET", `/api/v1/pages/${token}`);
  if (outcome.kind === "ok") dispatch({ type: "fresh", state: outcome.value, at: Date.now() });
  if (outcome.kind === "problem" && outcome.problem.status === 404) dispatch({ type: "ended" });
  return outcome.kind !== "away";
}

// Said by a person's screen, not by the fetch of a messenger that previews links.
function say_opened(): void {
  if (document.visibilityState !== "visible") return;
  document.removeEventListener("visibilitychange", say_opened);
  void request("POST", `${page.base}/opened`, {});
}

on_submit(main, press);
addEventListener("online", () => void send_next());
document.addEventListener("visibilitychange", say_opened);
say_opened();
new Stream(`${page.base}/events`, ["state"], {
  event: (name, data) => {
    if (name === "over") dispatch({ type: "ended" });
    else dispatch({ type: "fresh", state: data as PageState, at: Date.now() });
  },
  line: (line) => {
    if (line !== state.line) dispatch({ type: "line", line });
  },
  poll,
}).start();
setInterval(() => {
  show_clocks();
  if (state.presses.length > 0) dispatch({ type: "time", at: Date.now() });
}, 1_000);
document.title = state.card.headline;
show_your_time();
void send_next();
