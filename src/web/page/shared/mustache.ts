// The same templates as on the server (../templates/), filled in the browser.
//
// What the gateway's templates use of mustache: {{name}} escaped, {{a.b}}, {{.}}, sections,
// inverted sections, partials. Nothing is ever inserted unescaped. An empty text, an empty list,
// false and null count as absent; numbers never do.

export type View = { readonly [name: string]: unknown };

interface Text { kind: "text"; text: string }
interface Name { kind: "name"; name: string }
interface Partial { kind: "partial"; name: string }
interface Section { kind: "section"; name: string; inverted: boolean; children: Part[] }
type Part = Text | Name | Partial | Section;

const ENTITIES: Record<string, string> =
  { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
}

export function parse(template: string): Part[] {
  const root: Section = { kind: "section", name: "", inverted: false, children: [] };
  const open: Section[] = [root];
  const here = (): Section => open[open.length - 1] ?? root;
  let rest = 0;
  const tags = /\{\{([#^/>]?)\s*([^{}\s]+)\s*\}\}/g;
  for (let tag = tags.exec(template); tag !== null; tag = tags.exec(template)) {
    here().children.push({ kind: "text", text: template.slice(rest, tag.index) });
    rest = tags.lastIndex;
    const name = tag[2] ?? "";
    switch (tag[1]) {
      case "#":
      case "^": {
        const section: Section =
          { kind: "section", name, inverted: tag[1] === "^", children: [] };
        here().children.push(section);
        open.push(section);
        break;
      }
      case "/":
        if (open.length < 2 || here().name !== name) throw new Error(`{{/${name}}} is not open`);
        open.pop();
        break;
      case ">": here().children.push({ kind: "partial", name }); break;
      default: here().children.push({ kind: "name", name });
    }
  }
  if (open.length > 1) throw new Error(`{{#${here().name}}} is not closed`);
  here().children.push({ kind: "text", text: template.slice(rest) });
  return root.children;
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return (value as View)[name];
}

function find(scopes: readonly unknown[], name: string): unknown {
  if (name === ".") return scopes[scopes.length - 1];
  const path = name.split(".");
  for (let i = scopes.length - 1; i >= 0; --i) {
    let value = scopes[i];
    for (const step of path) {
      value = field(value, step);
      if (value === undefined) break;
    }
    if (value !== undefined) return value;
  }
  return undefined;
}

function is_absent(value: unknown): boolean {
  return value === undefined || value === null || value === false || value === "" ||
    (Array.isArray(value) && value.length === 0);
}

export class Renderer {
  private readonly parsed = new Map<string, Part[]>();

  constructor(private readonly templates: Readonly<Record<string, string>>) {}

  render(name: string, view: View): string {
    return this.all(this.template(name), [view]);
  }

  private template(name: string): Part[] {
    let parts = this.parsed.get(name);
    if (parts === undefined) {
      parts = parse(this.templates[name] ?? "");
      this.parsed.set(name, parts);
    }
    return parts;
  }

  private all(parts: readonly Part[], scopes: readonly unknown[]): string {
    return parts.map((part) => this.one(part, scopes)).join("");
  }

  private one(part: Part, scopes: readonly unknown[]): string {
    switch (part.kind) {
      case "text": return part.text;
      case "partial": return this.all(this.template(part.name), scopes);
      case "name": {
        const value = find(scopes, part.name);
        return typeof value === "string" || typeof value === "number" ? escape(String(value)) : "";
      }
      case "section": {
        const value = find(scopes, part.name);
        if (part.inverted) {
          return is_absent(value) ? this.all(part.children, [...scopes, value]) : "";
        }
        if (is_absent(value)) return "";
        const items: readonly unknown[] = Array.isArray(value) ? value : [value];
        return items.map((item) => this.all(part.children, [...scopes, item])).join("");
      }
    }
  }
}
