// What every page of ours has: the data it came with, and words.

export type Words = Readonly<Record<string, string>>;

export interface Frame {
  lang: string;
  words: Words;
}

export function read_state<T>(): T {
  const element = document.getElementById("state");
  return JSON.parse(element?.textContent ?? "{}") as T;
}

export function part(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

// "已收到：{{label}}" with its fields filled in; plain text, escaped by whoever shows it.
export function fill(text: string | undefined, fields: Readonly<Record<string, string>>): string {
  return (text ?? "").replace(/\{\{(\w+)\}\}/g, (_, name: string) => fields[name] ?? "");
}

// The fields of a form, and of the button that sent it.
export function fields_of(form: HTMLFormElement, button: Element | null): Record<string, string> {
  const fields: Record<string, string> = {};
  new FormData(form).forEach((value, name) => {
    if (typeof value === "string") fields[name] = value;
  });
  if (button instanceof HTMLButtonElement && button.name !== "") fields[button.name] = button.value;
  return fields;
}

// Calls `press` for every form sent under `root`, with the button that sent it. Old browsers do
// not name that button: the last one touched is taken.
export function on_submit(
  root: Element, press: (form: HTMLFormElement, button: Element | null, event: Event) => void,
): void {
  let touched: Element | null = null;
  root.addEventListener("click", (event) => {
    touched = event.target instanceof Element ? event.target.closest("button") : null;
  });
  root.addEventListener("submit", (event) => {
    if (!(event.target instanceof HTMLFormElement)) return;
    const named = (event as SubmitEvent).submitter as Element | null | undefined;
    press(event.target, named ?? touched, event);
  });
}
