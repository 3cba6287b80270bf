import assert from "node:assert/strict";
import { test } from "node:test";

import { running, wall_clock } from "@page/shared/clock";
import { Renderer, View, parse } from "@page/shared/mustache";
import { fill } from "@page/shared/page";
import { patience_ms } from "@page/shared/stream";
import { DESK_TEMPLATES, INBOX_TEMPLATES, WALK_TEMPLATES } from "@page/shared/templates";
import { SAMPLES } from "@samples/samples";

// Blank space between elements is of no meaning, and the engines treat it differently.
function squeezed(html: string): string {
  return html.replace(/\s+/g, " ").replace(/ ?([<>]) ?/g, "$1").trim();
}

test("the browser fills every template exactly as the server does", () => {
  const renderer = new Renderer({ ...DESK_TEMPLATES, ...INBOX_TEMPLATES, ...WALK_TEMPLATES });
  assert.ok(SAMPLES.length >= 20);
  for (const sample of SAMPLES) {
    assert.equal(squeezed(renderer.render(sample.name, sample.view)), squeezed(sample.html), sample.name);
  }
});

function render(template: string, view: View): string {
  return new Renderer({ page: template, part: "[{{x}}]" }).render("page", view);
}

test("whatever a person wrote is escaped", () => {
  assert.equal(render("{{x}}", { x: `<b a="1">&'` }), "&lt;b a=&quot;1&quot;&gt;&amp;&apos;");
});

test("sections show what is there, inverted ones what is not", () => {
  const template = "{{#x}}yes {{y}}{{/x}}{{^x}}no{{/x}}";
  for (const absent of [undefined, null, false, "", []]) {
    assert.equal(render(template, { x: absent }), "no", JSON.stringify(absent));
  }
  assert.equal(render(template, { x: true, y: 1 }), "yes 1");
  assert.equal(render(template, { x: 0, y: 1 }), "yes 1");
  assert.equal(render(template, { x: [{ y: 1 }, { y: 2 }] }), "yes 1yes 2");
  assert.equal(render(template, { x: { y: "<" } }), "yes &lt;");
});

test("an inner name hides an outer one, and an outer one shows through a gap", () => {
  assert.equal(render("{{#a}}{{x}}{{/a}}", { x: "out", a: { x: "in" } }), "in");
  assert.equal(render("{{#a}}{{x}}{{/a}}", { x: "out", a: { y: 1 } }), "out");
  assert.equal(render("{{#a}}{{#x}}!{{/x}}{{/a}}", { x: "out", a: { x: false } }), "");
});

test("partials, paths and the item itself", () => {
  assert.equal(render("{{#a}}{{.}};{{/a}}", { a: ["1", "2"] }), "1;2;");
  assert.equal(render("{{a.b}}{{>part}}", { a: { b: 3 }, x: 4 }), "3[4]");
});

test("a broken template is noticed", () => {
  assert.throws(() => parse("{{#a}}"));
  assert.throws(() => parse("{{/a}}"));
  assert.throws(() => parse("{{#a}}{{/b}}"));
});

test("running clocks read like the server's", () => {
  assert.equal(running(0), "0:00");
  assert.equal(running(192_000), "3:12");
  assert.equal(running(3_729_000), "1:02:09");
  assert.equal(running(-12_000), "-0:12");
  assert.equal(running(-300), "0:00");
});

test("the wall clock is the community's", () => {
  assert.equal(wall_clock(Date.parse("2026-01-15T18:40:07Z"), 480), "02:40:07");
  assert.equal(wall_clock(Date.parse("2026-01-15T02:40:07Z"), -300), "21:40:07");
});

test("words are filled in once and never read as a pattern", () => {
  assert.equal(fill("a {{x}} {{y}}", { x: "$& {{y}}", y: "2" }), "a $& {{y}} 2");
  assert.equal(fill(undefined, {}), "");
});

test("patience grows with each failure, differs between phones and has an end", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 60].map((n) => patience_ms(n, 1)),
    [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  assert.equal(patience_ms(3, 0), 2_000);
});
