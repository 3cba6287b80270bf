import assert from "node:assert/strict";
import { test } from "node:test";

import { Event, Page, ROWS_SHOWN, State, newcomers, reduce, start, view } from "@page/desk/state";
import { Row } from "@page/shared/api";
import { board, incidentOfDesk } from "@samples/examples";

const NOW = Date.parse(board.now);
const PAGE: Page = { ...board, csrf: "token", lang: "en", words: { more_rows: "{{count}} more" } };

function after(...events: Event[]): State {
  return events.reduce(reduce, start(PAGE, NOW));
}

function row(incident: string, severity: "serious" | "critical", raised_at: string): Row {
  const sample = board.rows[0];
  if (sample === undefined) throw new Error("the board's example has no row");
  return { ...sample, incident, severity, raised_at };
}

function rows(...list: Row[]): Event {
  return { type: "rows", at: NOW, rows: { now: board.now, rows: list, gone: [], totals: board.totals } };
}

const order = (state: State): string[] => state.rows.map((one) => one.incident);
const EMPTY: Event = { type: "board", at: NOW, board: { ...board, rows: [] } };

test("rows stand by severity, then by age, wherever they come in", () => {
  const state = after(EMPTY, rows(row("c", "serious", "2026-01-15T18:41:00.000Z")),
    rows(row("b", "serious", "2026-01-15T18:40:00.000Z"), row("a", "critical", "2026-01-15T18:45:00.000Z")));
  assert.deepEqual(order(state), ["a", "b", "c"]);
});

test("a changed row takes the place of its old self", () => {
  const old = row("a", "serious", "2026-01-15T18:40:00.000Z");
  const state = after(EMPTY, rows(old), rows({ ...old, status: "new" }));
  assert.deepEqual(state.rows.map((one) => one.status), ["new"]);
});

test("what is gone leaves the board, and the numbers are the gateway's", () => {
  const totals = { open: 0, waiting: 0, overdue: 0, rescue: 0 };
  const state = after(EMPTY, rows(row("a", "serious", "2026-01-15T18:40:00.000Z")),
    { type: "rows", at: NOW, rows: { now: board.now, rows: [], gone: ["a"], totals } });
  assert.deepEqual(order(state), []);
  assert.deepEqual(state.totals, totals);
});

test("only an incident that was not there before is new", () => {
  const before = after(EMPTY, rows(row("a", "serious", "2026-01-15T18:40:00.000Z")));
  const next = reduce(before, rows(row("a", "critical", "2026-01-15T18:40:00.000Z"),
    row("b", "serious", "2026-01-15T18:41:00.000Z")));
  assert.deepEqual(newcomers(before, next).map((one) => one.incident), ["b"]);
});

test("a hundred rows are shown and the rest is counted", () => {
  const many = Array.from({ length: ROWS_SHOWN + 3 }, (_, i) =>
    row(`i${i}`, "serious", "2026-01-15T18:40:00.000Z"));
  const shown = view(after(EMPTY, rows(...many)));
  assert.equal((shown["rows"] as Row[]).length, ROWS_SHOWN);
  assert.equal(shown["more"], "3 more");
});

test("an opened incident that leaves the board stays readable and says so", () => {
  const opened = after({ type: "card", state: incidentOfDesk, at: NOW });
  const left = reduce(opened, { type: "card", state: { now: board.now }, at: NOW });
  assert.deepEqual(left.card, incidentOfDesk.card);
  assert.equal(view(left)["ended"], true);
});

test("when the log-in has ended, the board says so", () => {
  assert.equal(view(after({ type: "over" }))["ended"], true);
});

test("matters and health are replaced as they come", () => {
  const health = { well: false, lines: [] };
  const state = after({ type: "matters", matters: [] }, { type: "health", health });
  assert.deepEqual(state.matters, []);
  assert.equal(state.health, health);
});

test("what the press before this page came to is said once, as on a page without script", () => {
  const done = start({ ...PAGE, done: "received: close" }, NOW);
  assert.deepEqual(view(done)["presses"], [{ stage: "confirmed", sentence: "received: close" }]);
  const said = start({ ...PAGE, said: "closed already" }, NOW);
  assert.deepEqual(view(said)["presses"], [{ stage: "refused", sentence: "closed already" }]);
  assert.deepEqual(view(reduce(done, { type: "notice", notice: null }))["presses"], []);
});
