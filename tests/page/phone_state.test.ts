import assert from "node:assert/strict";
import { test } from "node:test";

import {
  Event, PRESS_LIFE_MS, Page, State, next_press, reduce, start, view,
} from "@page/phone/state";
import { pageOfRelative, pageOfUnitHead } from "@samples/examples";

const WORDS = {
  pressed_sending: "sending {{label}}", pressed_waiting: "kept {{label}}",
  pressed_done: "got {{label}}", pressed_given_up: "gave up {{label}}",
};
const NOW = Date.parse(pageOfRelative.now);

function fresh(): State {
  const page: Page = { ...pageOfRelative, base: "/p/token", lang: "en", words: WORDS };
  return start(page, NOW + 5_000, []);
}

function after(...events: Event[]): State {
  return events.reduce(reduce, fresh());
}

const PRESSED: Event =
  { type: "pressed", action: "cannot", label: "I can't", fields: {}, at: NOW };

function told(state: State): unknown {
  return view(state)["presses"];
}

test("the page shows the gateway's time, not the phone's", () => {
  assert.equal(fresh().offset, -5_000);
});

test("a press is confirmed on the screen at once", () => {
  const state = after(PRESSED);
  assert.deepEqual(told(state), [{ stage: "sending", sentence: "sending I can't" }]);
  const card = view(state)["card"] as typeof pageOfRelative.card;
  const button = card.buttons.find((one) => one.action === "cannot");
  assert.equal(button?.pressed, true);
});

test("a press that the line did not take is kept and says so", () => {
  const state = after(PRESSED, { type: "sending", id: 1 }, { type: "unsent", id: 1 });
  assert.deepEqual(told(state), [{ stage: "waiting", sentence: "kept I can't" }]);
  assert.equal(next_press(state)?.id, 1);
});

test("presses are sent one at a time, in the order they were made", () => {
  const second: Event = { ...PRESSED, action: "note" } as Event;
  const state = after(PRESSED, second, { type: "unsent", id: 1 });
  assert.equal(next_press(state)?.action, "cannot");
  assert.equal(next_press(reduce(state, { type: "confirmed", id: 1 }))?.action, "note");
});

test("a refused press says why and is not sent again", () => {
  const state = after(PRESSED, { type: "sending", id: 1 },
    { type: "refused", id: 1, refusal: "already_done", detail: "done already" });
  assert.deepEqual(told(state), [{ stage: "refused", sentence: "done already" }]);
  assert.equal(next_press(state), undefined);
});

test("a repeat that the gateway has already is a success", () => {
  const state = after(PRESSED, { type: "sending", id: 1 }, { type: "unsent", id: 1 },
    { type: "sending", id: 1 },
    { type: "refused", id: 1, refusal: "already_done", detail: "done already" });
  assert.deepEqual(told(state), [{ stage: "confirmed", sentence: "got I can't" }]);
});

test("what could not be sent for ten minutes is given up and says so", () => {
  const early = after(PRESSED, { type: "time", at: NOW + PRESS_LIFE_MS - 1 });
  assert.equal(next_press(early)?.id, 1);
  const late = reduce(early, { type: "time", at: NOW + PRESS_LIFE_MS });
  assert.equal(next_press(late), undefined);
  assert.deepEqual(told(late), [{ stage: "given_up", sentence: "gave up I can't" }]);
});

test("a confirmation goes away by itself, a refusal does not", () => {
  const confirmed = after(PRESSED, { type: "confirmed", id: 1 }, { type: "time", at: NOW + 20_000 });
  assert.deepEqual(told(confirmed), []);
  const refused = after(PRESSED, { type: "refused", id: 1, refusal: "x", detail: "no" },
    { type: "time", at: NOW + 20_000 });
  assert.deepEqual(told(refused), [{ stage: "refused", sentence: "no" }]);
});

test("a new press makes room, but not at the cost of one on its way", () => {
  const state = after(PRESSED, { type: "refused", id: 1, refusal: "x", detail: "no" }, PRESSED,
    { type: "unsent", id: 2 }, PRESSED);
  assert.deepEqual(state.presses.map((press) => press.id), [2, 3]);
});

test("kept presses survive a reload and new ones do not take their numbers", () => {
  const kept = after(PRESSED).presses;
  const page: Page = { ...pageOfRelative, base: "/p/token", lang: "en", words: WORDS };
  const state = reduce(start(page, NOW, kept), PRESSED);
  assert.deepEqual(state.presses.map((press) => press.id), [1, 2]);
});

test("a fresh card takes the place of the old one and sets the clock", () => {
  const state = after({ type: "fresh", state: pageOfUnitHead, at: NOW });
  assert.deepEqual(state.card, pageOfUnitHead.card);
  assert.equal(state.offset, Date.parse(pageOfUnitHead.now) - NOW);
});

test("a broken line is said, a polled one is not", () => {
  assert.equal(view(after({ type: "line", line: "broken" }))["off_line"], true);
  assert.equal(view(after({ type: "line", line: "polling" }))["off_line"], false);
});

test("an ended page says only that", () => {
  const shown = view(after({ type: "line", line: "broken" }, { type: "ended" }));
  assert.equal(shown["ended"], true);
  assert.equal(shown["off_line"], false);
});

test("nothing that happens changes an earlier state", () => {
  const before = after(PRESSED);
  const copy = JSON.stringify(before);
  reduce(reduce(before, { type: "unsent", id: 1 }), { type: "line", line: "broken" });
  assert.equal(JSON.stringify(before), copy);
});
