// Devices under test, live: each ticks itself off as it speaks. Forms go their own way.

import { Walks, request } from "../shared/api";
import { tick } from "../shared/clock";
import { morph } from "../shared/morph";
import { Renderer } from "../shared/mustache";
import { part, read_state } from "../shared/page";
import { suggest_places } from "../shared/places";
import { Stream } from "../shared/stream";
import { WALK_TEMPLATES } from "../shared/templates";
import { Event, Page, news, reduce, start, view } from "./state";

const FELT = { none: [], tick: [120], alarm: [600, 200, 600, 200, 600] } as const;

const renderer = new Renderer(WALK_TEMPLATES);
const main = part("main");
const echo = part("echo");

let state = start(read_state<Page>(), Date.now());

function dispatch(event: Event): void {
  const before = state;
  state = reduce(state, event);
  const felt = FELT[news(before, state)];
  if (felt.length > 0 && typeof navigator.vibrate === "function") navigator.vibrate([...felt]);
  const what = view(state);
  morph(main, renderer.render("_walk", what));
  morph(echo, renderer.render("_echo", what));
  show_clocks();
}

function show_clocks(): void {
  tick(document, Date.now() + state.offset);
}

function receive(name: string, data: unknown): void {
  if (name === "walks") dispatch({ type: "walks", walks: data as Walks, at: Date.now() });
  if (name === "over") dispatch({ type: "over" });
}

async function poll(): Promise<boolean> {
  const outcome = await request<Walks>("GET", "/api/v1/walks");
  if (outcome.kind === "ok") receive("walks", outcome.value);
  if (outcome.kind === "problem") receive("over", {});
  return outcome.kind !== "away";
}

new Stream("/walk/events", ["walks"], {
  event: receive,
  line: (line) => {
    if (line !== state.line) dispatch({ type: "line", line });
  },
  poll,
}).start();
setInterval(show_clocks, 1_000);
const place = document.getElementById("place");
if (place instanceof HTMLInputElement) suggest_places(place, "/api/v1/walks/places");
show_clocks();
